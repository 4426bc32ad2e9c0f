import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "../config/path-pattern";
import { SYSTEMS } from "../config/systems";
import type { Block, Synthesised } from "../modules/testing/synth";
import { COFFEE_SUPPLIERS } from "./coffee-suppliers";
import { JENKINS_ECS } from "./jenkins-ecs";
import { synthesiseAll } from "./stacks.fixtures";
import { USER_NOTIFICATIONS } from "./user-notifications";

/** What every application says of itself in src/routes.ts, and builds its router from. */
interface RoutesModule {
  readonly publicRoutes: readonly { readonly path: string }[];
  /** What only services of the same system may ask. */
  readonly internalRoutes?: readonly { readonly path: string }[];
}

const applications = readdirSync("apps").filter((name) => existsSync(join("apps", name, "service.json")));
const all = synthesiseAll("local", {}, applications);
const STACKS: Readonly<Record<string, Synthesised>> = {
  [COFFEE_SUPPLIERS]: all.coffeeSuppliers,
  [JENKINS_ECS]: all.jenkinsEcs,
  [USER_NOTIFICATIONS]: all.userNotifications,
};

type Values = { readonly values: string[] };
type Rule = { listener_arn: string; action: Block[]; condition: { path_pattern?: Values; source_ip?: Values }[] };

/** The listeners, rules and services of a stack, as Terraform is told of them. */
function routingOf(stack: Synthesised) {
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
function ownerOf(stack: Synthesised, [action]: Block[]): unknown {
  if (action?.target_group_arn === undefined) return undefined;
  const owners = routingOf(stack).services.filter(
    (service) => (service.load_balancer as Block[])[0]?.target_group_arn === action.target_group_arn,
  );
  expect(owners).toHaveLength(1);
  return owners[0]?.name;
}

/** Names of the services that a listener sends a path to: those whose rules match it, else the default one. */
function servicesFor(stack: Synthesised, port: number, path: string): unknown[] {
  const { listeners, rules } = routingOf(stack);
  const listener = listeners.find((one) => one.port === port);
  const matching = rules
    .filter((rule) => rule.listener_arn === listener?.reference)
    .filter(({ condition: [first] }) => first?.path_pattern?.values.some((pattern) => matchesPattern(pattern, path)));
  if (matching.length > 0) return matching.map((rule) => ownerOf(stack, rule.action));
  return [ownerOf(stack, listener?.defaultAction ?? [])].filter((owner) => owner !== undefined);
}

const systemOf = (application: string) => all.services.find(({ name }) => name === application)?.system ?? "";

const routesOf = async (application: string) => (await import(`../apps/${application}/src/routes.ts`)) as RoutesModule;

// A parameter such as :id stands for one part of a path, whatever it is, a wildcard for the rest of it.
const examples = (routes: readonly { readonly path: string }[]) =>
  routes.map(({ path }) => path.replace(/[:*]\w+/g, "42"));

async function publicPaths(application: string): Promise<string[]> {
  return examples((await routesOf(application)).publicRoutes);
}

describe("the contract between the applications and the load balancers", () => {
  it("is held by every application that has a service.json", () => {
    const deployed = Object.values(STACKS).flatMap((stack) => routingOf(stack).services.map(({ name }) => name));
    expect(deployed.sort()).toEqual(applications);
    for (const application of applications) expect(STACKS[systemOf(application)], application).toBeDefined();
  });

  it("knows a stack for every system that a service may belong to", () => {
    expect(SYSTEMS).toEqual(Object.keys(STACKS));
  });

  it.each(applications)("sends every public route of %s to that service and to no other", async (application) => {
    const stack = STACKS[systemOf(application)];
    const paths = await publicPaths(application);
    expect(paths.length).toBeGreaterThan(0);
    for (const { port } of stack ? routingOf(stack).listeners : []) {
      for (const path of paths)
        expect(stack && servicesFor(stack, port, path), `${port} ${path}`).toEqual([application]);
    }
  });

  it("of user-notifications sends internal routes, and what belongs to nobody, to nobody", async () => {
    const { internalRoutes = [] } = await routesOf("notification");
    const internal = examples(internalRoutes);
    expect(internal).toEqual(["/notification/send"]);
    for (const path of [...internal, "/notification", "/notification/sending", "/healthcheck", "/", "/usermgmtx"]) {
      expect(servicesFor(all.userNotifications, 80, path), path).toEqual([]);
    }
  });

  it("of user-notifications sends internal routes to those who call by the load balancer, and to nobody else", () => {
    const mode = { discovery: "load-balancer" } as const;
    const { userNotifications: stack } = synthesiseAll("local", { environment: (same) => ({ ...same, ...mode }) });
    expect(servicesFor(stack, 80, "/notification/send")).toEqual(["notification"]);
    const leading = routingOf(stack).rules.filter(({ condition }) =>
      condition[0]?.path_pattern?.values.some((pattern) => matchesPattern(pattern, "/notification/send")),
    );
    expect(leading.map(({ condition }) => condition.slice(1))).toEqual([[{ source_ip: { values: ["127.0.0.1/32"] } }]]);
  });

  it.each(["/healthcheck", "/health/live", "/health/ready", "/", "/medicalfoo", "/MEDICAL"])(
    "of jenkins-ecs sends %s to nobody",
    (path) => {
      expect(servicesFor(all.jenkinsEcs, 80, path)).toEqual([]);
    },
  );

  it.each([80, 8080])("of coffee-suppliers sends what is not the employee's to the customer, on port %s", (port) => {
    for (const path of ["/", "/administrator", "/Admin", "/no-such-page"]) {
      expect(servicesFor(all.coffeeSuppliers, port, path), path).toEqual(["customer"]);
    }
    for (const path of ["/admin", "/admin/", "/admin/no-such-page"]) {
      expect(servicesFor(all.coffeeSuppliers, port, path), path).toEqual(["employee"]);
    }
  });
});
