import { PIPELINE_ACTION, type Resource } from "../diagram/resource";
import { cents, product, type Term } from "./arithmetic";
import { type Context, eachLevel, type Item, LEVELS, type Levels } from "./charge";
import { RESOURCE_COSTS } from "./resource-types";

/** What is paid for, in US dollars a month. */
export interface Charge {
  readonly stack: string;
  /** Undefined: the stack in common. */
  readonly service: string | undefined;
  readonly what: string;
  /** How the amounts came about: by level where it is paid for being there, one for all where it is paid by use. */
  readonly cost: Item["cost"];
  /** In cents. */
  readonly amount: Amount;
}

/** Cents a month: for being there, by level, and by use. */
export interface Amount extends Levels<number> {
  readonly use: number;
}

/** Something that may cost, and that no price is known for. */
export interface Unknown {
  readonly type: string;
  /** What of the type, where there is a price for others of it. */
  readonly detail: string | undefined;
  readonly count: number;
}

export interface Estimate {
  /** By stack, then by service. */
  readonly charges: readonly Charge[];
  readonly unknown: readonly Unknown[];
}

const NOTHING: Amount = { atRest: 0, desired: 0, fullScale: 0, use: 0 };

/** What the stacks of an environment cost. Those that are alike are one charge; those that cost nothing are none. */
export function estimate(context: Context): Estimate {
  const charges = new Map<string, { charge: Omit<Charge, "amount">; count: number }>();
  const unknown = new Map<string, Unknown>();
  for (const resource of context.plan.resources) {
    if (isOnlyRead(resource)) continue;
    const decision = RESOURCE_COSTS[resource.type];
    if (!decision) addUnknown(unknown, resource.type, undefined);
    if (!decision || "free" in decision) continue;
    for (const item of decision.price(resource, context)) {
      if ("noPrice" in item) addUnknown(unknown, resource.type, item.noPrice);
      else addItem(charges, resource, item, context);
    }
  }
  return {
    charges: [...charges.values()]
      .map(toCharge)
      .filter(({ amount }) => !isNothing(amount))
      .sort(byOwner),
    unknown: [...unknown.entries()].sort(([one], [other]) => inOrder(one, other)).map(([, value]) => value),
  };
}

/** Sum of amounts, cent by cent. */
export function totalOf(charges: readonly Pick<Charge, "amount">[]): Amount {
  return charges.reduce((total: Amount, { amount }) => {
    const levels = eachLevel((level) => total[level] + amount[level]);
    return { ...levels, use: total.use + amount.use };
  }, NOTHING);
}

/** A data source is read, not made; an action is a part of its pipeline. */
function isOnlyRead({ type }: Resource): boolean {
  return type.startsWith("data.") || type === PIPELINE_ACTION;
}

function addUnknown(unknown: Map<string, Unknown>, type: string, detail: string | undefined): void {
  const key = `${type} ${detail ?? ""}`;
  unknown.set(key, { type, detail, count: (unknown.get(key)?.count ?? 0) + 1 });
}

function addItem(
  charges: Map<string, { charge: Omit<Charge, "amount">; count: number }>,
  resource: Resource,
  { what, cost, service }: Item,
  { plan }: Context,
): void {
  const charge = { stack: resource.stack, service: service ?? plan.serviceOf(resource), what, cost };
  const key = JSON.stringify(charge);
  charges.set(key, { charge, count: (charges.get(key)?.count ?? 0) + 1 });
}

function toCharge({ charge, count }: { charge: Omit<Charge, "amount">; count: number }): Charge {
  const { cost } = charge;
  const times = (term: Term) => (count === 1 ? term : product(count, term));
  if ("use" in cost) {
    const use = times(cost.use);
    return { ...charge, cost: { use }, amount: { ...NOTHING, use: cents(use) } };
  }
  const fixed = eachLevel((level) => times(cost.fixed[level]));
  return { ...charge, cost: { fixed }, amount: { ...eachLevel((level) => cents(fixed[level])), use: 0 } };
}

function isNothing(amount: Amount): boolean {
  return amount.use === 0 && LEVELS.every((level) => amount[level] === 0);
}

function byOwner(one: Charge, other: Charge): number {
  const key = ({ stack, service, what }: Charge) => [stack, service ?? "", what].join(" ");
  return inOrder(key(one), key(other));
}

/** An order that does not depend on the machine. */
function inOrder(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
