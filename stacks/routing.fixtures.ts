import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { appOf } from "../config/app";
import { matchesPattern } from "../config/path-pattern";
import type { Service } from "../config/service";
import type { Block, Synthesised } from "../modules/testing/synth";

/** What every application says of itself in src/routes.ts, and builds its router from. */
interface RoutesModule {
  readonly publicRoutes: readonly { readonly path: string; readonly methods?: readonly string[] }[];
  /** What only services of the same system may ask. */
  readonly internalRoutes?: readonly { readonly path: string }[];
}

type Values = { readonly values: string[] };
export type Rule = {
  listener_arn: string;
  action: Block[];
  condition: { path_pattern?: Values; source_ip?: Values }[];
};

/** The names of all folders that have a service.json. */
export const applications = readdirSync("apps").filter((name) => existsSync(join("apps", name, "service.json")));

/** The listeners, rules and services of a stack, as Terraform is told of them. */
export function routingOf(stack: Synthesised) {
  const { resource } = JSON.parse(stack.json) as { resource: Record<string, Record<string, Block>> };
  const listeners = Object.entries(resource.aws_lb_listener ?? {}).map(([id, { port, default_action }]) => ({
    port: port as number,
    reference: `\${aws_lb_listener.${id}.arn}`,
    defaultAction: default_action as Block[],
  }));
  return {
    listeners,
    rules: Object.values(resource.aws_lb_listener_rule ?? {}) as Rule[],
    services: Object.values(resource.aws_ecs_service ?? {}),
  };
}

/** The service that gets what an action forwards: by the target group that the service registers with. */
export function ownerOf(stack: Synthesised, [action]: Block[]): unknown {
  if (action?.target_group_arn === undefined) return undefined;
  const owners = routingOf(stack).services.filter(
    (service) => (service.load_balancer as Block[])[0]?.target_group_arn === action.target_group_arn,
  );
  expect(owners).toHaveLength(1);
  return owners[0]?.name;
}

/** Whether a rule is for a path. */
export const leadsFrom = (path: string, { condition: [first] }: Rule): boolean =>
  first?.path_pattern?.values.some((pattern) => matchesPattern(pattern, path)) === true;

/** What the application says that a service runs. */
export const routesOf = async (service: Service) =>
  (await import(`../apps/${appOf(service)}/src/routes.ts`)) as RoutesModule;

/** A request for each of these routes: a parameter such as :id stands for one part, whatever it is, a wildcard for the rest. */
export const examples = (routes: readonly { readonly path: string }[]) =>
  routes.map(({ path }) => path.replace(/[:*]\w+/g, "42"));
