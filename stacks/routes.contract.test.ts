import { describe, expect, it } from "vitest";
import { SYSTEMS } from "../config/systems";
import type { Synthesised } from "../modules/testing/synth";
import { COFFEE_SUPPLIERS } from "./coffee-suppliers";
import { JENKINS_ECS } from "./jenkins-ecs";
import { PUBLIC_API } from "./public-api";
import { applications, examples, leadsFrom, ownerOf, routesOf, routingOf } from "./routing.fixtures";
import { synthesiseAll } from "./stacks.fixtures";
import { USER_NOTIFICATIONS } from "./user-notifications";

const all = synthesiseAll("local", {}, applications);
const STACKS: Readonly<Record<string, Synthesised | undefined>> = {
  [COFFEE_SUPPLIERS]: all.coffeeSuppliers,
  [JENKINS_ECS]: all.jenkinsEcs,
  [PUBLIC_API]: all.publicApi,
  [USER_NOTIFICATIONS]: all.userNotifications,
};
/** Those that the load balancer of their system leads to; for the others see exposed-routes.contract.test.ts. */
const inPublic = all.services.filter(({ expose }) => expose === undefined);

/** Names of the services that a listener sends a path to: those whose rules match it, else the default one. */
function servicesFor(stack: Synthesised, port: number, path: string): unknown[] {
  const { listeners, rules } = routingOf(stack);
  const listener = listeners.find((one) => one.port === port);
  const matching = rules.filter((rule) => rule.listener_arn === listener?.reference && leadsFrom(path, rule));
  if (matching.length > 0) return matching.map((rule) => ownerOf(stack, rule.action));
  return [ownerOf(stack, listener?.defaultAction ?? [])].filter((owner) => owner !== undefined);
}

const find = (name: string) => {
  const service = all.services.find((one) => one.name === name);
  if (!service) throw new Error(`there is no service ${name}`);
  return service;
};

describe("the contract between the applications and the load balancers", () => {
  it("is held by every application that has a service.json", () => {
    const deployed = Object.values(STACKS).flatMap((stack) =>
      stack ? routingOf(stack).services.map(({ name }) => name) : [],
    );
    expect(deployed.sort()).toEqual(applications);
    for (const { name, system } of all.services) expect(STACKS[system], name).toBeDefined();
  });

  it("knows a stack for every system that a service may belong to", () => {
    expect(SYSTEMS).toEqual(Object.keys(STACKS));
  });

  it.each(inPublic)("sends every public route of $name to that service and to no other", async (service) => {
    const stack = STACKS[service.system];
    const paths = examples((await routesOf(service)).publicRoutes);
    expect(paths.length).toBeGreaterThan(0);
    for (const { port } of stack ? routingOf(stack).listeners : []) {
      for (const path of paths)
        expect(stack && servicesFor(stack, port, path), `${port} ${path}`).toEqual([service.name]);
    }
  });

  it("of user-notifications sends internal routes, and what belongs to nobody, to nobody", async () => {
    const { internalRoutes = [] } = await routesOf(find("notification"));
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
    const leading = routingOf(stack).rules.filter((rule) => leadsFrom("/notification/send", rule));
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
