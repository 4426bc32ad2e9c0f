import { z } from "zod";
import {
  BAKE_MINUTES,
  DEREGISTRATION_DELAY_SECONDS,
  EC2_TASK_CPU,
  EC2_TASK_MEMORY_MIB,
  HEALTH_CHECK_GRACE_PERIOD_SECONDS,
  HEALTH_CHECK_INTERVAL_SECONDS,
  HEALTH_CHECK_THRESHOLD,
  HEALTH_CHECK_TIMEOUT_SECONDS,
  PERCENT,
  PORT,
  REPLICAS,
  RULE_PRIORITY,
  STOP_TIMEOUT_SECONDS,
  TRAFFIC_SHIFT_MINUTES,
  TRAFFIC_SHIFT_PERCENT,
} from "../modules/aws/limits";
import { field, flag, listOf, oneOf, text, wholeNumber } from "./field";
import { ALARM_LATENCY_MS, CONNECTIONS_PER_TASK, COOLDOWN_SECONDS, REQUESTS_PER_TARGET } from "./limits";

const NAME_FORM = "lower-case letters, digits and single hyphens, a letter first, such as service-a";

const targetPercent = (metric: string) =>
  field(
    z.union([z.literal(false), z.int().min(PERCENT.min).max(PERCENT.max)]),
    `Average ${metric} in percent that the number of tasks is scaled to hold; false turns this policy off.`,
    `a whole number from ${PERCENT.min} to ${PERCENT.max}, or false`,
  );

const schedule = z.strictObject({
  name: text("Name of the schedule, unique within the service.", NAME_FORM),
  schedule: text(
    "When, as AWS writes it: cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(time).",
    'an expression such as "cron(0 22 * * ? *)", "rate(1 day)" or "at(2030-01-31T22:00:00)"',
  ),
  timezone: text(
    "IANA name of the time zone that the schedule is meant in.",
    'a time zone such as "Europe/Paris"',
  ).default("UTC"),
  min: wholeNumber(REPLICAS, "Fewest tasks from this time on."),
  max: wholeNumber(REPLICAS, "Most tasks from this time on."),
});

const percent = wholeNumber(TRAFFIC_SHIFT_PERCENT, "Share of the traffic that moves in one step, in percent.");

const intervalMinutes = wholeNumber(TRAFFIC_SHIFT_MINUTES, "Minutes from one step to the next.");

const strategy = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("all-at-once") }),
  z.strictObject({ type: z.literal("linear"), percent, intervalMinutes }),
  z.strictObject({ type: z.literal("canary"), percent, intervalMinutes }),
]);

/*
 * The fields without their defaults: an environment's overrides are made of the same fields, and a default there would
 * undo what service.json says.
 */
const fields = {
  cpu: wholeNumber(
    { min: EC2_TASK_CPU.min, max: EC2_TASK_CPU.max },
    "CPU units of a task (1024 = one vCPU); on Fargate one of the sizes that AWS offers.",
  ),
  memory: wholeNumber(
    { min: EC2_TASK_MEMORY_MIB.min, max: EC2_TASK_MEMORY_MIB.max },
    "Memory of a task in MiB; on Fargate one of the sizes that AWS offers for the CPU.",
  ),
  replicas: {
    desired: wholeNumber(REPLICAS, "Tasks to start with; autoscaling moves it later."),
    min: wholeNumber(REPLICAS, "Fewest tasks that autoscaling may keep."),
    max: wholeNumber(REPLICAS, "Most tasks that autoscaling may run."),
  },
  scaling: {
    cpuPercent: targetPercent("CPU utilisation"),
    memoryPercent: targetPercent("memory utilisation"),
    memoryScaleIn: flag(
      "Whether tasks go only when memory agrees; false for a runtime that keeps what it once took, which would keep all tasks for good.",
    ),
    scaleOutCooldownSeconds: wholeNumber(COOLDOWN_SECONDS, "Seconds to wait after adding tasks."),
    scaleInCooldownSeconds: wholeNumber(COOLDOWN_SECONDS, "Seconds to wait after removing tasks."),
    requestsPerTarget: wholeNumber(
      REQUESTS_PER_TARGET,
      "Requests per task and minute to hold; absent = not scaled on it.",
    ),
    schedules: listOf(schedule, "Changes of the fewest and most tasks at given times."),
  },
  healthCheck: {
    path: text("Path that the load balancer asks.", 'a path that starts with "/"'),
    intervalSeconds: wholeNumber(HEALTH_CHECK_INTERVAL_SECONDS, "Seconds between two health checks of a task."),
    timeoutSeconds: wholeNumber(HEALTH_CHECK_TIMEOUT_SECONDS, "Seconds without an answer that count as a failure."),
    healthyThreshold: wholeNumber(HEALTH_CHECK_THRESHOLD, "Successes in a row that make a task healthy."),
    unhealthyThreshold: wholeNumber(HEALTH_CHECK_THRESHOLD, "Failures in a row that make a task unhealthy."),
    matcher: text(
      "HTTP status codes that count as healthy.",
      'codes from 200 to 499 such as "200", "200,202" or "200-299"',
    ),
    gracePeriodSeconds: wholeNumber(
      HEALTH_CHECK_GRACE_PERIOD_SECONDS,
      "Seconds after its start in which ECS does not stop a task for failed health checks.",
    ),
  },
  alarms: {
    latencyMs: wholeNumber(
      ALARM_LATENCY_MS,
      "Milliseconds that 95 of 100 requests are to be answered within; an alarm rings when they are not, for five minutes.",
    ),
  },
  deployment: {
    strategy: field(
      strategy,
      "How traffic moves to the new task set: all-at-once, linear (step by step) or canary (one step, then the rest).",
      'an object with type "all-at-once", or "linear" or "canary" with percent and intervalMinutes',
    ),
    bakeMinutes: wholeNumber(
      BAKE_MINUTES,
      "Minutes for which the old task set stays after all traffic has moved, so that a stop brings it back at once.",
    ),
  },
  connectionLimit: wholeNumber(CONNECTIONS_PER_TASK, "Most connections to the database that one task opens."),
  sourceCidrs: listOf(
    text("CIDR block of clients.", 'a CIDR block such as "203.0.113.0/24"'),
    "CIDR blocks that requests may come from; empty = any.",
  ),
  deregistrationDelaySeconds: wholeNumber(
    DEREGISTRATION_DELAY_SECONDS,
    "Seconds for which the load balancer lets requests in flight finish before it forgets a task.",
  ),
  stopTimeoutSeconds: wholeNumber(STOP_TIMEOUT_SECONDS, "Seconds between SIGTERM and SIGKILL when a task stops."),
  environment: field(
    z.record(z.string(), field(z.string(), "Value.", "a text, in quotes")),
    "Plain environment variables. No secrets here.",
    "an object of names and texts",
  ),
  secrets: field(
    z.record(z.string(), text("ARN.", "the ARN of a secret or a parameter")),
    "Environment variables whose values AWS reads from Secrets Manager or Parameter Store, by ARN.",
    "an object of names and ARNs",
  ),
};

const scaling = z.strictObject({
  cpuPercent: fields.scaling.cpuPercent.default(75),
  memoryPercent: fields.scaling.memoryPercent.default(75),
  memoryScaleIn: fields.scaling.memoryScaleIn.default(true),
  scaleOutCooldownSeconds: fields.scaling.scaleOutCooldownSeconds.default(60),
  scaleInCooldownSeconds: fields.scaling.scaleInCooldownSeconds.default(300),
  requestsPerTarget: fields.scaling.requestsPerTarget.optional(),
  schedules: fields.scaling.schedules.default([]),
});

const routes = z.strictObject({
  default: flag(
    "Whether the service gets all requests that no rule of the system matches; it then has no other routes.",
  ).default(false),
  priority: wholeNumber(
    RULE_PRIORITY,
    "Priority of the service's listener rule, lowest first, unique in the system; further rules take the next numbers.",
  ).optional(),
  paths: field(
    z.array(text("A public path; its sub-paths belong to it.", 'a path such as "/medical"')),
    "Public paths: /medical stands for /medical and /medical/*.",
    "a list of at least one path",
  ).default([]),
  hosts: listOf(
    text("Host name, * and ? allowed.", 'a host name such as "app.example.com"'),
    "Host names; empty = any.",
  ).default([]),
  sourceCidrs: fields.sourceCidrs.default([]),
});

const internalRoutes = z.strictObject({
  priority: wholeNumber(
    RULE_PRIORITY,
    "Priority of their listener rule, where there is one; unique in the system; further rules take the next numbers.",
  ),
  paths: field(
    z.array(text("A path; its sub-paths belong to it.", 'a path such as "/notification/send"')).min(1),
    "Paths that other services of the system call and nobody else.",
    "a list of at least one path",
  ),
  sourceCidrs: fields.sourceCidrs
    .describe("CIDR blocks that may reach them through the load balancer all the same; empty = none.")
    .default([]),
});

const deployment = z.discriminatedUnion("controller", [
  z.strictObject({ controller: z.literal("ECS") }),
  z.strictObject({
    controller: z.literal("CODE_DEPLOY"),
    strategy: fields.deployment.strategy.prefault({ type: "all-at-once" }),
    bakeMinutes: fields.deployment.bakeMinutes.default(5),
  }),
]);

const database = z.strictObject({
  access: oneOf(["read", "write"], "What the service's user may do in the database of its system."),
  connectionLimit: fields.connectionLimit,
  migrations: flag("Whether the service's image holds the migrations of the database (database.cjs).").default(false),
});

const healthCheck = z.strictObject({
  path: fields.healthCheck.path.default("/healthcheck"),
  intervalSeconds: fields.healthCheck.intervalSeconds.default(30),
  timeoutSeconds: fields.healthCheck.timeoutSeconds.default(5),
  healthyThreshold: fields.healthCheck.healthyThreshold.default(2),
  unhealthyThreshold: fields.healthCheck.unhealthyThreshold.default(3),
  matcher: fields.healthCheck.matcher.default("200"),
  gracePeriodSeconds: fields.healthCheck.gracePeriodSeconds.default(60),
});

const alarms = z.strictObject({ latencyMs: fields.alarms.latencyMs.default(1000) });

/** The shape of `apps/<service>/service.json`. What the values mean to each other is checked in `checks/`. */
export const serviceSchema = z.strictObject({
  $schema: text("Where editors find the JSON schema.", "a path").optional(),
  name: text("Name of the service; equal to the name of its folder.", NAME_FORM),
  app: text("Folder of apps/ whose image the service runs; absent = its own.", "a folder of an application").optional(),
  system: text("Name of the system (stack) that the service belongs to.", NAME_FORM),
  group: text(
    "Name of the group, such as a team, whose services of the system have a stack of their own, `<system>-<group>`; absent = the system's own stack.",
    NAME_FORM,
  ).optional(),
  launchType: oneOf(["EC2", "FARGATE"], "What runs the tasks: instances of the system's own, or Fargate."),
  port: wholeNumber(PORT, "Port that the container listens on."),
  cpu: fields.cpu,
  memory: fields.memory,
  replicas: field(z.strictObject(fields.replicas), "Number of tasks.", "an object with desired, min and max"),
  scaling: field(scaling, "Autoscaling.", "an object").prefault({}),
  routes: field(
    routes,
    "What the load balancer sends to this service.",
    'an object with priority and paths, or with "default": true',
  ),
  internalRoutes: field(
    internalRoutes,
    "Paths for other services of the system only; absent = all of its paths are public ones.",
    "an object with priority and paths",
  ).optional(),
  expose: oneOf(["api"], "What it is reached through in place of its system's load balancer.").optional(),
  scopes: field(
    z.record(z.string(), text("Name of the scope.", "the name of a scope such as read")),
    "Routes of the API that lead to the service, and the scope that a token needs for each; no other route does.",
    'an object of routes and scopes, such as {"GET /finance/{id}": "read"}',
  ).optional(),
  calls: listOf(
    text("Name of a service of the same system.", NAME_FORM),
    "Services of the same system that this one calls: each gives variables such as NOTIFICATION_SERVICE_HOST, and leave to reach it.",
  ).default([]),
  healthCheck: field(healthCheck, "Health check of the target group.", "an object").prefault({}),
  alarms: field(alarms, "From when on the service's alarms ring.", "an object").prefault({}),
  deregistrationDelaySeconds: fields.deregistrationDelaySeconds.default(30),
  stopTimeoutSeconds: fields.stopTimeoutSeconds.default(30),
  publicCidrs: listOf(
    text("CIDR block.", 'a CIDR block such as "203.0.113.0/24"'),
    "Public CIDR blocks that may reach the tasks' port directly; empty = only the load balancer may.",
  ).default([]),
  deployment: field(
    deployment,
    "Who replaces tasks in a release: ECS (rolling) or CODE_DEPLOY (blue/green).",
    'an object with controller "ECS" or "CODE_DEPLOY"',
  ).prefault({ controller: "ECS" }),
  database: field(
    database,
    "The service's user of the system's database; absent = it has none.",
    "an object with access and connectionLimit",
  ).optional(),
  mail: flag("Whether the service sends mail, as the environment's sender.").default(false),
  pipeline: flag(
    "Whether a pipeline of AWS takes the service from source over this environment to production, where the environment has pipelines.",
  ).default(false),
  environment: fields.environment.default({}),
  secrets: fields.secrets.default({}),
  generatedSecrets: listOf(
    text("Name of an environment variable.", 'a name such as "SESSION_SECRET"'),
    "Environment variables whose values are random secrets that the stack makes and keeps in Secrets Manager.",
  ).default([]),
});

/** A service with its defaults applied; the fields are those of `service.json`. */
export type Service = z.output<typeof serviceSchema>;

/** EC2: on instances of the system's own. FARGATE: on AWS's. */
export type LaunchType = Service["launchType"];

/** How the traffic of a blue/green deployment moves. */
export type TrafficShift = z.output<typeof strategy>;

/** What an environment may say otherwise about a service. */
export const serviceOverrideSchema = z.strictObject({
  cpu: fields.cpu.optional(),
  memory: fields.memory.optional(),
  replicas: field(z.strictObject(fields.replicas).partial(), "Number of tasks.", "an object").optional(),
  scaling: field(z.strictObject(fields.scaling).partial(), "Autoscaling.", "an object").optional(),
  healthCheck: field(z.strictObject(fields.healthCheck).partial(), "Health check.", "an object").optional(),
  alarms: field(z.strictObject(fields.alarms).partial(), "Alarms.", "an object").optional(),
  routes: field(z.strictObject({ sourceCidrs: fields.sourceCidrs }).partial(), "Routes.", "an object").optional(),
  internalRoutes: field(
    z.strictObject({ sourceCidrs: fields.sourceCidrs }).partial(),
    "Internal routes.",
    "an object",
  ).optional(),
  deployment: field(z.strictObject(fields.deployment).partial(), "Blue/green deployment.", "an object").optional(),
  database: field(
    z.strictObject({ connectionLimit: fields.connectionLimit }).partial(),
    "Database.",
    "an object",
  ).optional(),
  deregistrationDelaySeconds: fields.deregistrationDelaySeconds.optional(),
  stopTimeoutSeconds: fields.stopTimeoutSeconds.optional(),
  environment: fields.environment.optional(),
  secrets: fields.secrets.optional(),
});
