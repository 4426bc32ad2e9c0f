import { describe, expect, it } from "vitest";
import { API, EXPOSED, faultsOf, load, SERVICE_FILE } from "../testing/project";

const faults = (service: object) => faultsOf({ service: { ...EXPOSED, ...service }, environment: { api: API } });

describe("an exposed service", () => {
  it("has routes of the API, with scopes", () => {
    const { services } = load({ service: EXPOSED, environment: { api: API } });
    expect(services[0]).toMatchObject({ expose: "api", scopes: { "GET /web": "read" } });
  });

  it("is none unless it says so", () => {
    expect(load().services.map(({ expose, scopes: given }) => [expose, given])).toEqual([[undefined, undefined]]);
  });

  it("is refused where the environment has no API", () => {
    expect(faultsOf({ service: EXPOSED })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.expose",
        given: '"api"',
        problem: 'environment "test" has no api',
        allowed: '"api" in config/environments/test.json, or none here',
        mend: "describe the api in config/environments/test.json",
      },
    ]);
  });

  it("is refused when the word is misspelt, and nothing else is said of it", () => {
    expect(faults({ expose: "apii" })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.expose",
        given: '"apii"',
        problem: "is none of the values allowed",
        allowed: '"api"',
        mend: 'did you mean "api"?',
      },
    ]);
  });

  it.each<[string, object, object]>([
    [
      "what no rule matches",
      { routes: { default: true, priority: undefined, paths: undefined } },
      {
        path: "$.routes.default",
        given: "true",
        problem: "an exposed service gets what the routes of the API say, and not what is left",
        allowed: '"priority" and "paths"',
        mend: 'write "priority" and "paths" in place of "default", or remove "expose"',
      },
    ],
    [
      "hosts",
      { routes: { hosts: ["app.example.com"] } },
      {
        path: "$.routes.hosts",
        given: '["app.example.com"]',
        problem: "requests to an exposed service come from the gateway, all of them to one host",
        allowed: 'no "hosts" beside "expose"',
        mend: 'remove "hosts", or "expose"',
      },
    ],
    [
      "source blocks",
      { routes: { sourceCidrs: ["203.0.113.0/24"] } },
      {
        path: "$.routes.sourceCidrs",
        given: '["203.0.113.0/24"]',
        problem: "requests to an exposed service come from the gateway's addresses, whoever asks",
        allowed: 'no "sourceCidrs" beside "expose"; scopes say who may ask',
        mend: 'remove "sourceCidrs", or "expose"',
      },
    ],
    [
      "internal routes",
      { internalRoutes: { priority: 200, paths: ["/internal"] } },
      {
        path: "$.internalRoutes",
        given: '{"priority":200,"paths":["/internal"]}',
        problem: "an exposed service is reached through the API only, and not by other services of its system",
        allowed: 'no "internalRoutes" beside "expose"',
        mend: 'write them in another service of the same "app", which is not exposed',
      },
    ],
    [
      "public blocks",
      { publicCidrs: ["203.0.113.0/24"] },
      {
        path: "$.publicCidrs",
        given: '["203.0.113.0/24"]',
        problem: "an exposed service is reached through the API only, and not at the tasks' port",
        allowed: 'no "publicCidrs" beside "expose"',
        mend: 'remove "publicCidrs", or "expose"',
      },
    ],
    [
      "CodeDeploy",
      { deployment: { controller: "CODE_DEPLOY" } },
      {
        path: "$.deployment.controller",
        given: '"CODE_DEPLOY"',
        problem: "CodeDeploy works at the load balancer of the system, which an exposed service is not behind",
        allowed: '"deployment.controller" "ECS" beside "expose"',
        mend: 'write "controller": "ECS"',
      },
    ],
    [
      "instances of the system's own",
      { launchType: "EC2" },
      {
        path: "$.launchType",
        given: '"EC2"',
        problem: "only tasks on Fargate are reached through the API",
        allowed: '"FARGATE" beside "expose"',
        mend: 'write "FARGATE", with a task size that it has',
      },
    ],
  ])("refuses %s", (_, service, fault) => {
    expect(faults(service)).toEqual([{ file: SERVICE_FILE, ...fault }]);
  });

  it("refuses a name that makes that of its pipeline from GitHub too long", () => {
    const name = "n".repeat(42);
    const service = { name, system: "shop", port: 1, cpu: 256, memory: 512, replicas: { desired: 1, min: 1, max: 1 } };
    const long = (more: object) => ({
      [SERVICE_FILE]: undefined,
      [`apps/${name}/service.json`]: JSON.stringify({ ...service, routes: { priority: 1, paths: ["/web"] }, ...more }),
    });
    expect(faultsOf({ files: long({ launchType: "FARGATE" }) })).toEqual([]);
    expect(faultsOf({ files: long(EXPOSED), environment: { api: API } })).toEqual([
      {
        file: `apps/${name}/service.json`,
        path: "$.name",
        given: `"${name}"`,
        problem: `the name of the pipeline from GitHub would be "shop-test-${name}-github", 59 characters`,
        allowed: "58 characters at most",
        mend: 'make "name" shorter by 1',
      },
    ]);
  });

  it("refuses source blocks of the environment's, and tells it there", () => {
    const environment = { api: API, services: { web: { routes: { sourceCidrs: ["203.0.113.0/24"] } } } };
    expect(faultsOf({ service: EXPOSED, environment }).map(({ file, path }) => [file, path])).toEqual([
      ["config/environments/test.json", "$.services.web.routes.sourceCidrs"],
    ]);
  });

  it("alone has scopes", () => {
    expect(faultsOf({ service: { scopes: { "GET /web": "read" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scopes",
        given: '{"GET /web":"read"}',
        problem: '"scopes" without "expose": no API leads to this service',
        allowed: '"scopes" beside "expose": "api"',
        mend: 'add "expose": "api", or remove "scopes"',
      },
    ]);
  });

  it("is whatever belongs to the API's own system, which has nothing else in front", () => {
    expect(faultsOf({ service: { system: "public-api" }, environment: { api: API } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.system",
        given: '"public-api"',
        problem: "the services of public-api are reached through the API only, and this one is not exposed",
        allowed: '"expose": "api" beside this system',
        mend: 'add "expose": "api" and "scopes", or name another system',
      },
    ]);
  });
});
