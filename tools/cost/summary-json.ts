import { written } from "./arithmetic";
import { eachLevel } from "./charge";
import type { Amount, Charge } from "./estimate";
import type { Saving } from "./savings";
import type { Summary } from "./summary";

const CENTS = 100;

/** Everything that the report tells, for programs: amounts in dollars, each charge with its arithmetic. */
export function summaryJson({ prices, stale, ...summary }: Summary): string {
  const { region, asOf } = prices;
  const document = {
    environment: summary.environment,
    emulated: summary.emulated,
    currency: "USD",
    region,
    pricesAsOf: asOf,
    ...(stale !== undefined && { stale }),
    assumptions: summary.assumptions,
    total: inDollars(summary.total),
    stacks: summary.stacks.map(({ stack, amount }) => ({ stack, ...inDollars(amount) })),
    services: summary.services.map(({ amount, ...service }) => ({ ...service, ...inDollars(amount) })),
    inCommon: inDollars(summary.inCommon),
    charges: summary.charges.map(chargeOf),
    noPriceKnownFor: summary.unknown,
    switches: summary.savings.map(savingOf),
  };
  return JSON.stringify(document, null, 2);
}

function inDollars(amount: Amount) {
  return { ...eachLevel((level) => amount[level] / CENTS), byUse: amount.use / CENTS };
}

function chargeOf({ stack, service, what, cost, amount }: Charge) {
  const arithmetic = "use" in cost ? { byUse: written(cost.use) } : eachLevel((level) => written(cost.fixed[level]));
  return { stack, service, what, ...inDollars(amount), arithmetic };
}

function savingOf({ name, but, result }: Saving) {
  if ("refused" in result) return { name, but, refused: result.refused };
  const { atRest, fullScale, unknown } = result;
  return { name, but, savesAtRest: atRest / CENTS, savesAtFullScale: fullScale / CENTS, noPriceKnownFor: unknown };
}
