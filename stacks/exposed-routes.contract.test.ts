import { Apigatewayv2Authorizer } from "@cdktf/provider-aws/lib/apigatewayv2-authorizer";
import { Apigatewayv2Route } from "@cdktf/provider-aws/lib/apigatewayv2-route";
import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { describe, expect, it } from "vitest";
import { apiVariables, exposedRoutes } from "../config/exposure";
import type { Service } from "../config/service";
import type { Block, Synthesised } from "../modules/testing/synth";
import { applications, leadsFrom, ownerOf, type Rule, routesOf, routingOf } from "./routing.fixtures";
import { type AllStacks, synthesiseAll } from "./stacks.fixtures";

const all = synthesiseAll("local", {}, applications);
const exposed = all.services.filter(({ expose }) => expose === "api");

function apiOf({ publicApi }: AllStacks): Synthesised {
  if (!publicApi) throw new Error("no service is exposed");
  return publicApi;
}

/** The rules of the API's load balancer with the services that they lead to, in whatever stack: each is in its service's. */
function apiRules(stacks: AllStacks): { readonly rule: Rule; readonly owner: unknown }[] {
  const { publicApi, jenkinsEcs, coffeeSuppliers, userNotifications } = stacks;
  return [publicApi, jenkinsEcs, coffeeSuppliers, userNotifications]
    .filter((stack) => stack !== undefined)
    .flatMap((stack) => {
      const { listeners, rules } = routingOf(stack);
      const own = listeners.map(({ reference }) => reference);
      return rules
        .filter((rule) => stack === publicApi || !own.includes(rule.listener_arn))
        .map((rule) => ({ rule, owner: ownerOf(stack, rule.action) }));
    });
}

/** Names of the services that the API's load balancer sends a path to. */
const servicesBehindApi = (stacks: AllStacks, path: string) =>
  apiRules(stacks)
    .filter(({ rule }) => leadsFrom(path, rule))
    .map(({ owner }) => owner);

/** A request for a path of API Gateway. */
const example = (path: string) => path.replace(/\{\w+\}/g, "42").replace(/\{\w+\+\}/g, "42/43");

/** Routes of a service.json that the application does not have, by its own src/routes.ts. */
async function notServed(service: Service): Promise<string[]> {
  const { publicRoutes } = await routesOf(service);
  const served = publicRoutes.flatMap(({ path, methods = [] }) =>
    methods.map((method) => `${method} ${path.replace(/:\w+/g, "{}").replace(/\*\w+/g, "{+}")}`),
  );
  return exposedRoutes(service)
    .map(({ method, path }) => `${method} ${path}`)
    .filter((key) => !served.includes(key.replace(/\{\w+(\+?)\}/g, "{$1}")));
}

/** What a deployment says of a service's routes: the gateway's, the services' own check, what tokens may hold. */
function saidOf(stacks: AllStacks, service: Service) {
  const api = apiOf(stacks);
  const stack = service.system === "public-api" ? api : stacks.userNotifications;
  const definitions = stack.resources(EcsTaskDefinition).flatMap(({ container_definitions }) => {
    const [container] = JSON.parse(String(container_definitions)) as [{ name: string; environment: Variable[] }];
    return container.name === service.name ? container.environment : [];
  });
  const scopes = definitions.find(({ name }) => name === apiVariables.routeScopes)?.value;
  const servers = api.resources(CognitoResourceServer).filter(({ identifier }) => identifier === service.name);
  return {
    gateway: api
      .resources(Apigatewayv2Route)
      .filter(({ authorization_scopes }) => String(authorization_scopes).startsWith(`${service.name}/`))
      .map(({ route_key, authorization_scopes, authorization_type }) => [
        route_key,
        authorization_scopes,
        authorization_type,
      ]),
    check: JSON.parse(scopes ?? "{}") as Record<string, string>,
    tokens: servers.flatMap(({ scope }) => (scope as Block[]).map(({ scope_name }) => scope_name)),
  };
}
type Variable = { readonly name: string; readonly value: string };

describe("the contract between the exposed applications and the API", () => {
  it("is held by two services of two systems", () => {
    expect(exposed.map(({ name, system }) => [name, system])).toEqual([
      ["service-b-api", "public-api"],
      ["user-management-api", "user-notifications"],
    ]);
  });

  it.each(exposed)("lets the API lead to what $name has, and to nothing else", async (service) => {
    expect(await notServed(service)).toEqual([]);
    expect(exposedRoutes(service).length).toBeGreaterThan(0);
    for (const { path } of exposedRoutes(service)) {
      expect(servicesBehindApi(all, example(path)), path).toEqual([service.name]);
    }
  });

  it.each(exposed)("is said alike to the gateway, to the service and to whoever gives tokens for $name", (service) => {
    const { gateway, check, tokens } = saidOf(all, service);
    const routes = exposedRoutes(service);
    const byKey = (pairs: unknown[]) => [...pairs].sort();
    expect(byKey(gateway)).toEqual(
      byKey(routes.map(({ method, path, scope }) => [`${method} ${path}`, [scope], "JWT"])),
    );
    expect(check).toEqual(Object.fromEntries(routes.map(({ method, path, scope }) => [`${method} ${path}`, scope])));
    expect(tokens.map((scope) => `${service.name}/${scope}`).sort()).toEqual(
      [...new Set(routes.map(({ scope }) => scope))].sort(),
    );
  });

  it("leads nowhere else: each route of the API and each rule of its load balancer is an exposed service's", () => {
    const routes = exposed.flatMap(exposedRoutes).map(({ method, path }) => `${method} ${path}`);
    const keys = apiOf(all)
      .resources(Apigatewayv2Route)
      .map(({ route_key }) => route_key);
    expect(keys.sort()).toEqual(routes.sort());
    expect(apiRules(all).map(({ owner }) => owner)).toEqual(exposed.map(({ name }) => name));
    for (const path of ["/", "/medical", "/notification/send", "/admin", "/healthcheck"]) {
      expect(servicesBehindApi(all, path), path).toEqual([]);
    }
  });

  it("takes tokens of one issuer for one application", () => {
    expect(apiOf(all).resources(Apigatewayv2Authorizer)).toHaveLength(1);
  });
});

describe("a route that is added to a service.json, and nowhere else", () => {
  const KEY = "DELETE /usermgmt/user/{username}";

  /** The stacks where user-management-api has all its routes but the one, and besides these. */
  const withRoutes = (added: Readonly<Record<string, string>>) => {
    const { [KEY]: _, ...others } = exposed.find(({ name }) => name === "user-management-api")?.scopes ?? {};
    const service = (same: Service): Service =>
      same.name === "user-management-api" ? { ...same, scopes: { ...others, ...added } } : same;
    const stacks = synthesiseAll("local", { service }, applications);
    const changed = stacks.services.find(({ name }) => name === "user-management-api");
    if (!changed) throw new Error("there is no user-management-api");
    return { ...saidOf(stacks, changed), changed, stacks };
  };
  const keysOf = ({ gateway }: ReturnType<typeof saidOf>) => gateway.map(([key]) => key);

  it("appears in the gateway, in its authoriser, in the service's own check, in tokens and in this contract", async () => {
    const before = withRoutes({});
    const after = withRoutes({ [KEY]: "erase" });
    expect([keysOf(before).includes(KEY), before.check[KEY], before.tokens]).toEqual([
      false,
      undefined,
      ["read", "write"],
    ]);
    expect(after.gateway).toContainEqual([KEY, ["user-management-api/erase"], "JWT"]);
    expect(after.check[KEY]).toBe("user-management-api/erase");
    expect(after.tokens).toEqual(["erase", "read", "write"]);
    expect(await notServed(after.changed)).toEqual([]);
    expect(servicesBehindApi(after.stacks, "/usermgmt/user/42")).toEqual(["user-management-api"]);
  });

  it("breaks this contract where the application has no such route", async () => {
    const { changed } = withRoutes({ "PATCH /usermgmt/user/{username}": "write" });
    expect(await notServed(changed)).toEqual(["PATCH /usermgmt/user/{username}"]);
  });
});
