import { availableParallelism } from "node:os";
import type { Deployment } from "../deploy/deployment";
import type { Context } from "./charge";
import { type Estimate, estimate, totalOf, type Unknown } from "./estimate";
import { Plan } from "./plan";
import type { Switch } from "./switches";
import { synthesiseVariant } from "./variants";

/** What a switch saves in cents a month, use included; negative: what it costs more. */
export interface Saving {
  readonly name: string;
  readonly but: string;
  readonly result: Saved | { readonly refused: string };
}

export interface Saved {
  readonly atRest: number;
  readonly fullScale: number;
  /** What only the changed stacks have, without a price: the saving is without it. */
  readonly unknown: readonly Unknown[];
}

/**
 * Prices an environment with each switch turned, none with another. As many are synthesised at a time as there are processors.
 *
 * @param within folder for what is written, which the caller removes
 * @param tell called with the name of a switch before it is turned
 */
export async function priceSwitches(
  deployment: Deployment,
  context: Context,
  switches: readonly Switch[],
  within: string,
  tell: (name: string) => void,
): Promise<readonly Saving[]> {
  const now = estimate(context);
  const results = new Map<Switch, Saving["result"]>();
  const waiting = [...switches];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      tell(one.name);
      results.set(one, await priceSwitch(deployment, context, one, within, now));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return switches.flatMap((one) => {
    const result = results.get(one);
    return result ? [{ name: one.name, but: one.but, result }] : [];
  });
}

async function priceSwitch(
  deployment: Deployment,
  context: Context,
  { how }: Switch,
  within: string,
  now: Estimate,
): Promise<Saving["result"]> {
  if ("prices" in how) return savedBy({ ...context, prices: how.prices(context.prices) }, now);
  const variant = await synthesiseVariant(deployment, how.patch, within);
  return "refused" in variant ? variant : savedBy({ ...context, plan: new Plan(variant.stacks) }, now);
}

function savedBy(changed: Context, now: Estimate): Saved {
  const { charges, unknown } = estimate(changed);
  const before = totalOf(now.charges);
  const after = totalOf(charges);
  const known = now.unknown.map(wordsOf);
  return {
    atRest: before.atRest + before.use - after.atRest - after.use,
    fullScale: before.fullScale + before.use - after.fullScale - after.use,
    unknown: unknown.filter((one) => !known.includes(wordsOf(one))),
  };
}

function wordsOf({ type, detail }: Unknown): string {
  return `${type} ${detail ?? ""}`;
}
