import { BUCKET_NAME_MAX, type Range } from "../modules/aws/limits";

/**
 * Limits of our own, where AWS has none or one that is far higher. AWS's are in `modules/aws/limits.ts`.
 */

/**
 * Seconds for which the load balancer keeps an idle connection open. The services keep theirs open for longer, so that
 * the load balancer never sends a request into a connection that its target is just closing (a 502 to the client).
 *
 * Source: "Edit attributes for your Application Load Balancer" (idle timeout, default 60).
 */
export const LOAD_BALANCER_IDLE_TIMEOUT_SECONDS = 60;

/**
 * Priorities that the rules of one load balancer have: number n has n x 1000 + 1 to (n + 1) x 1000. A load balancer takes a
 * hundred rules unless the quota is raised; ten times as many numbers leave room to write priorities in steps of ten, and room
 * for a raised quota. AWS's 50,000 priorities make fifty load balancers in a unit.
 *
 * Changed, it would move every rule above it to another load balancer.
 *
 * Source: "Quotas for your Application Load Balancers" (rules per load balancer).
 */
export const PRIORITIES_PER_LOAD_BALANCER = 1_000;

/** A day; AWS names no end. Source: Application Auto Scaling API, `TargetTrackingScalingPolicyConfiguration`. */
export const COOLDOWN_SECONDS: Range = { min: 0, max: 86_400 };

/** Requests per target and minute. */
export const REQUESTS_PER_TARGET: Range = { min: 1, max: 10_000_000 };

/** Milliseconds of an answer; a load balancer gives up at its idle timeout. */
export const ALARM_LATENCY_MS: Range = { min: 1, max: LOAD_BALANCER_IDLE_TIMEOUT_SECONDS * 1_000 };

/** Instances of an autoscaling group; AWS's quota is far higher, a typing slip of a nought is not. */
export const MAX_INSTANCES: Range = { min: 1, max: 1_000 };

/** Of a pool; AWS's limit is the database's own, which all tasks share. */
export const CONNECTIONS_PER_TASK: Range = { min: 1, max: 100 };

/** Connections of the database that are kept for one-off tasks and for people. */
export const SPARE_CONNECTIONS = 10;

/** AWS takes fifty tags in all; the stacks add their own. */
export const TAGS_MAX = 40;

/** A bucket of the platform is named by a prefix and the account's twelve digits. */
export const BUCKET_NAME_PREFIX_MAX = BUCKET_NAME_MAX - 12;

/** What a quota may be raised to; AWS names no end. A typing slip of some noughts is one. */
export const RAISED_QUOTA: Range = { min: 1, max: 100_000_000 };
