import { graphOf } from "../diagram/diagram.fixtures";
import { parseDocument } from "../diagram/resource";
import { written } from "./arithmetic";
import { ASSUMED, type Assumptions } from "./assumptions";
import type { Context } from "./charge";
import { type Charge, type Estimate, estimate } from "./estimate";
import { Plan } from "./plan";
import { loadPrices, type Prices } from "./prices";
import type { Saving } from "./savings";
import { type Summary, sumUp } from "./summary";

/** Resources by type and id, as Terraform's JSON has them. */
export type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

export const PRICES: Prices = loadPrices(process.cwd(), "us-east-1");

/** Stacks of these resources, by the stack's name. */
export function planOf(stacks: Readonly<Record<string, Resources>>): Plan {
  return new Plan(Object.entries(stacks).map(([name, resource]) => parseDocument(name, JSON.stringify({ resource }))));
}

/** What a stack `shop` of these resources costs. */
export function costOf(resources: Resources, assumed: Partial<Assumptions> = {}): Estimate {
  return estimate(contextOf({ shop: resources }, assumed));
}

export function contextOf(stacks: Readonly<Record<string, Resources>>, assumed: Partial<Assumptions> = {}): Context {
  return { plan: planOf(stacks), prices: PRICES, assumptions: { ...ASSUMED, ...assumed } };
}

/** Charges as lines: `web: secret: 0.4`; where levels differ, each with its own. */
export function linesOf({ charges }: Estimate): readonly string[] {
  return charges.map((charge) => `${charge.service ?? "-"}: ${charge.what}: ${sumsOf(charge)}`);
}

function sumsOf({ cost }: Charge): string {
  if ("use" in cost) return written(cost.use);
  const { atRest, desired, fullScale } = cost.fixed;
  return [...new Set([atRest, desired, fullScale].map(written))].join(" | ");
}

/** What an environment of the repository costs, without switches. */
export async function summaryOf(environment: string, savings: readonly Saving[] = []): Promise<Summary> {
  const plan = new Plan((await graphOf(environment)).stacks);
  const context = { plan, prices: PRICES, assumptions: ASSUMED };
  return {
    environment,
    emulated: false,
    prices: PRICES,
    stale: undefined,
    assumptions: ASSUMED,
    ...sumUp(plan, estimate(context)),
    savings,
  };
}

/** A construct's path, as CDKTF writes it beside a resource's arguments. */
export function at(path: string): object {
  return { "//": { metadata: { path: `shop/${path}` } } };
}

/** Terraform's expression for an attribute: `aws_lb.front.arn`. */
export function ref(attribute: string): string {
  return `\${${attribute}}`;
}

/** A service of tasks on Fargate, and its task definition of a quarter vCPU and half a GB. */
export function fargateService(name: string, tasks: number, members: object = {}): Resources {
  return {
    aws_ecs_cluster: { cluster: { name: "shop-test" } },
    aws_ecs_service: {
      [name]: {
        ...at(`${name}/Service/Resource`),
        name,
        cluster: ref("aws_ecs_cluster.cluster.arn"),
        desired_count: tasks,
        capacity_provider_strategy: [{ capacity_provider: "FARGATE", weight: 1 }],
        task_definition: ref(`aws_ecs_task_definition.${name}.arn`),
        ...members,
      },
    },
    aws_ecs_task_definition: { [name]: { ...at(`${name}/TaskDefinition/Resource`), cpu: "256", memory: "512" } },
  };
}

/** Resources of both. */
export function together(...all: readonly Resources[]): Resources {
  const types = new Set(all.flatMap((resources) => Object.keys(resources)));
  return Object.fromEntries(
    [...types].map((type) => [type, Object.assign({}, ...all.map((resources) => resources[type] ?? {}))]),
  );
}
