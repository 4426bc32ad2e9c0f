import type { Environment } from "../../config/environment";
import { QUOTAS } from "../../modules/aws/quotas";
import { countUses, isRefused, type Use } from "./uses";
import { waysOut } from "./ways-out";
import { readWrittenStacks, removeWrittenStacks } from "./written-stacks";

/** Thrown when stacks use more of a quota than the account has; its message is meant for the person who deploys them. */
export class QuotaError extends Error {
  override readonly name = "QuotaError";
}

/** Value of the variable QUOTAS with which stacks stay written whatever they use: for who shows what that is. */
export const COUNT_ONLY = "count";

/**
 * Counts what the stacks that were written use of every quota, and removes them when AWS would refuse any: so nothing is left
 * that could be deployed. With `QUOTAS=count` in the environment of the process nothing is counted or removed.
 *
 * @param folder what `app.synth()` wrote into
 * @throws QuotaError with every quota that is used up
 */
export function requireWithinQuotas(folder: string, environment: Environment): void {
  if (process.env.QUOTAS === COUNT_ONLY) return;
  const refused = countUses(readWrittenStacks(folder), environment).filter(isRefused);
  if (refused.length === 0) return;
  removeWrittenStacks(folder);
  throw new QuotaError(`${describeRefused(refused, environment)}\n\nwhat was synthesised is removed, nothing was sent`);
}

/**
 * Says which quotas are used up, where, and the two ways out of each.
 *
 * @param uses at least one, each above its limit
 */
export function describeRefused(uses: readonly Use[], environment: Environment): string {
  const count = uses.length === 1 ? "1 quota" : `${uses.length} quotas`;
  const title = `the stacks of ${environment.name} use more than AWS allows of ${count}`;
  return [title, ...uses.map((use) => describe(use, environment))].join("\n\n");
}

function describe({ quota, scope, used, limit }: Use, { name: environment, region, quotas }: Environment): string {
  const { name, service, page, default: usual } = QUOTAS[quota];
  const ways = Object.entries(waysOut(quota, { environment, region, used }));
  const byWhom = quotas[quota] === undefined ? ", AWS's default" : `, as config/environments/${environment}.json says`;
  return [
    `${name} (${quota})`,
    `  where:   ${scope}`,
    `  used:    ${used}`,
    `  allowed: ${limit}${usual === undefined ? "" : byWhom} (${service}, "${page}")`,
    ...ways.map(([way, text]) => `  ${`${way}:`.padEnd(8)} ${text}`),
  ].join("\n");
}
