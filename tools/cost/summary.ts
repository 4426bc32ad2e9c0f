import { groupBy } from "../../config/group-by";
import type { Assumptions } from "./assumptions";
import type { Levels } from "./charge";
import { type Amount, type Charge, type Estimate, totalOf, type Unknown } from "./estimate";
import { nameOf, type Plan } from "./plan";
import type { Prices } from "./prices";
import type { Saving } from "./savings";
import { taskCounts } from "./tasks";

/** What is no service's; no service has a name with a space. */
export const IN_COMMON = "in common";

/** A stack, and what its resources cost. */
export interface StackCost {
  readonly stack: string;
  readonly amount: Amount;
}

/** A service, and what its resources cost in whichever stack they are. */
export interface ServiceCost {
  readonly service: string;
  /** Stack that runs it. */
  readonly stack: string;
  readonly tasks: Levels<number>;
  readonly amount: Amount;
}

/** Everything that `npm run cost` tells. */
export interface Summary {
  readonly environment: string;
  /** Whether it runs on this machine, and so costs nothing as it is. */
  readonly emulated: boolean;
  readonly prices: Prices;
  /** What to tell of old prices. */
  readonly stale: string | undefined;
  readonly assumptions: Assumptions;
  readonly stacks: readonly StackCost[];
  readonly services: readonly ServiceCost[];
  /** What is no service's. */
  readonly inCommon: Amount;
  readonly total: Amount;
  readonly charges: readonly Charge[];
  readonly unknown: readonly Unknown[];
  readonly savings: readonly Saving[];
}

/** Amounts by stack and by service. Both lists, the second with what is in common, have the total as their sum. */
export function sumUp(plan: Plan, { charges, unknown }: Estimate) {
  const amounts = (owner: (charge: Charge) => string | undefined) => {
    const byOwner = groupBy(charges, (charge) => owner(charge) ?? IN_COMMON);
    return (name: string): Amount => totalOf(byOwner.get(name) ?? []);
  };
  const ofStack = amounts(({ stack }) => stack);
  const ofService = amounts(({ service }) => service);
  const services = plan.ofType("aws_ecs_service").map((service) => ({
    service: nameOf(service),
    stack: service.stack,
    tasks: taskCounts(service, plan),
    amount: ofService(nameOf(service)),
  }));
  return {
    stacks: plan.stacks.map(({ name }) => ({ stack: name, amount: ofStack(name) })),
    services: services.sort((one, other) => (one.service < other.service ? -1 : 1)),
    inCommon: ofService(IN_COMMON),
    total: totalOf(charges),
    charges,
    unknown,
  };
}

/** How levels are called in tables. */
export const LEVEL_NAMES: Levels<string> = { atRest: "at rest", desired: "desired", fullScale: "full scale" };
