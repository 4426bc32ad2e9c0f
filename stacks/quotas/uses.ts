import { QUOTAS, type QuotaId } from "../../modules/aws/quotas";
import { Documents, type StackText } from "../documents/documents";
import { countAddresses } from "./address-counts";
import { countChildren } from "./child-counts";
import type { Counter } from "./count";
import { countInstances } from "./instance-counts";
import { countLoadBalancers } from "./load-balancer-counts";
import { countMembers } from "./member-counts";
import { planTasks } from "./planned-tasks";
import { countPolicies } from "./policy-counts";
import { countRegion } from "./region-counts";
import { countTasks } from "./task-counts";

/** What is known of the account that stacks are for. */
export interface Account {
  readonly region: string;
  /** Quotas that AWS has raised, by id. */
  readonly quotas: Readonly<Partial<Record<QuotaId, number>>>;
}

/** How much one thing uses of a quota, and how much it may. */
export interface Use {
  readonly quota: QuotaId;
  /** What has the quota: the path of a construct, beginning with its stack; a Region, a zone or `account`. */
  readonly scope: string;
  readonly used: number;
  readonly limit: number;
}

const COUNTERS: readonly Counter[] = [
  countRegion,
  countChildren,
  countMembers,
  countLoadBalancers,
  countAddresses,
  countInstances,
  countTasks,
  countPolicies,
];

/**
 * Counts what synthesised stacks use of every quota. The work grows with the number of resources, and no faster.
 *
 * @param stacks all stacks of one environment, so that references between them are known
 */
export function countUses(stacks: Iterable<StackText>, { region, quotas }: Account): readonly Use[] {
  const documents = new Documents(stacks);
  const ground = { region, planned: planTasks(documents) };
  return COUNTERS.flatMap((counter) => counter(documents, ground)).map(({ quota, scope, used, limit }) => {
    // Those without a default bring their own limit.
    return { quota, scope, used, limit: limit ?? quotas[quota] ?? QUOTAS[quota].default ?? Number.POSITIVE_INFINITY };
  });
}

/** Whether AWS would refuse what a use asks for. Quotas that AWS raises by itself are told in the table alone. */
export function isRefused({ quota, used, limit }: Use): boolean {
  return used > limit && !QUOTAS[quota].grows;
}
