import { QUOTAS, type QuotaId } from "../../modules/aws/quotas";
import { isRefused, type Use } from "../../stacks/quotas/uses";

/** The share of a quota from which on it is marked, in percent. */
export const WARNING_PERCENT = 80;

export const HEADING = ["quota", "used", "limit", "%", "raised by", "in", "AWS's name"];

/** A use as the table and the JSON tell it. */
export interface ToldUse extends Use {
  readonly percent: number;
  /** Whether AWS would refuse it. */
  readonly refused: boolean;
}

/** The uses with their shares, the largest first. */
export function arrange(uses: readonly Use[]): readonly ToldUse[] {
  return uses
    .map((use) => ({ ...use, percent: percentOf(use), refused: isRefused(use) }))
    .sort(
      (one, other) => other.percent - one.percent || compare(one.quota, other.quota) || compare(one.scope, other.scope),
    );
}

function percentOf({ used, limit }: Use): number {
  if (used === 0) return 0;
  return Math.round((1000 * used) / limit) / 10;
}

// An order that does not depend on the machine.
const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

/** Of uses in order, the fullest one of each quota, and how many there are beside it. */
export function fullest(uses: readonly ToldUse[]): readonly (ToldUse & { readonly others: number })[] {
  const counts = new Map<QuotaId, number>();
  for (const { quota } of uses) counts.set(quota, (counts.get(quota) ?? 0) + 1);
  const first = new Map<QuotaId, ToldUse>();
  for (const use of uses) if (!first.has(use.quota)) first.set(use.quota, use);
  return [...first.values()].map((use) => ({ ...use, others: (counts.get(use.quota) ?? 1) - 1 }));
}

/** The cells of a use. */
export function rowOf({ quota, scope, used, limit, percent, others = 0 }: ToldUse & { others?: number }) {
  const { name } = QUOTAS[quota];
  const more = others === 0 ? "" : `, and ${others} more`;
  return [quota, `${used}`, `${limit}`, percent.toFixed(1), raisedBy(quota), `${scope}${more}`, name];
}

function raisedBy(quota: QuotaId): string {
  const { adjustable, grows } = QUOTAS[quota];
  if (grows) return "AWS, with use";
  return adjustable ? "request" : "nobody";
}

/** What `--json` prints. */
export function jsonOf(environment: string, region: string, uses: readonly ToldUse[]): string {
  const told = uses.map((use) => ({ ...use, ...QUOTAS[use.quota], default: QUOTAS[use.quota].default ?? null }));
  return JSON.stringify({ environment, region, uses: told }, undefined, 2);
}
