import { describe, expect, it } from "vitest";
import { API, EXPOSED, faultsOf, load, OTHER_FILE, SERVICE_FILE } from "../testing/project";

describe("services held against each other", () => {
  it("refuses two services of one name", () => {
    expect(faultsOf({ other: { name: "web" } })).toEqual([
      {
        file: OTHER_FILE,
        path: "$.name",
        given: '"web"',
        problem: 'the service is called "web", its folder "other"',
        allowed: '"other"',
        mend: 'write "other", or rename the folder to "web"',
      },
      {
        file: SERVICE_FILE,
        path: "$.name",
        given: '"web"',
        problem: "the name is taken by apps/other/service.json",
        allowed: "a name that no other service has",
        mend: "give one of the two another name",
      },
    ]);
  });

  it("refuses two services of one priority", () => {
    expect(faultsOf({ other: { routes: { priority: 100 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "100",
        problem: "priority 100 is taken by apps/other/service.json: its rules have 100, those of this service 100",
        allowed: "priorities that no other rule of the system has",
        mend: "write for example 101",
      },
    ]);
  });

  it("refuses a priority that a further rule of another service has", () => {
    expect(
      faultsOf({
        service: { routes: { paths: ["/a", "/b", "/c", "/d", "/e"] } },
        other: { routes: { priority: 102 } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.priority",
        given: "100",
        problem:
          "priority 102 is taken by apps/other/service.json: its rules have 102, those of this service 100 to 102",
        allowed: "priorities that no other rule of the system has",
        mend: "write for example 103",
      },
    ]);
  });

  it("refuses equal paths", () => {
    expect(faultsOf({ other: { routes: { paths: ["/other", "/web"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/web" of apps/other/service.json $.routes.paths[1]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("refuses a path below another service's", () => {
    expect(faultsOf({ other: { routes: { paths: ["/web/x"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/web/x" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("refuses a path above another service's", () => {
    expect(
      faultsOf({ service: { routes: { paths: ["/shop/web"] } }, other: { routes: { paths: ["/shop"] } } }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/shop/web"',
        problem:
          '"/shop/web" overlaps with "/shop" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("refuses a wildcard that matches another service's path", () => {
    expect(faultsOf({ other: { routes: { paths: ["/w?b*"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/w?b*" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("refuses equal paths for hosts that a wildcard matches, whatever the case", () => {
    expect(
      faultsOf({
        service: { routes: { hosts: ["*.example.com"] } },
        other: { routes: { paths: ["/web"], hosts: ["App.Example.com"] } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/web" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("refuses equal paths when only one service names hosts", () => {
    expect(faultsOf({ other: { routes: { paths: ["/web"], hosts: ["app.example.com"] } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[0]",
        given: '"/web"',
        problem:
          '"/web" overlaps with "/web" of apps/other/service.json $.routes.paths[0]: a request could go to either service',
        allowed: "paths that, with their sub-paths, match no request of another service for the same hosts",
        mend: "change one of the two paths, or give the services different hosts",
      },
    ]);
  });

  it("takes the same path for different hosts", () => {
    const project = load({
      service: { routes: { hosts: ["web.example.com"] } },
      other: { routes: { paths: ["/web"], hosts: ["other.example.com"] } },
    });
    expect(project.services.map((service) => service.routes.paths)).toEqual([["/web"], ["/web"]]);
  });

  it("takes the same path for clients from different blocks", () => {
    const sources = (cidr: string) => ({ routes: { paths: ["/web"], sourceCidrs: [cidr] } });
    expect(faultsOf({ service: sources("192.0.2.0/24"), other: sources("198.51.100.0/24") })).toEqual([]);
  });

  it("takes the same paths and priorities in different systems", () => {
    const other = { system: "bank", routes: { priority: 100, paths: ["/web"] } };
    expect(faultsOf({ other })).toEqual([]);
  });

  it("takes paths that only begin alike, or differ in case", () => {
    expect(faultsOf({ other: { routes: { paths: ["/website", "/WEB"] } } })).toEqual([]);
  });

  const paths = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `/${prefix}-${index}`);

  it("counts the rules of a service that is deployed blue/green twice: they are on the test listener, too", () => {
    const deployment = { controller: "CODE_DEPLOY" };
    const routes = { priority: 500, paths: paths("web", 102) };
    expect(faultsOf({ service: { routes } })).toEqual([]);
    expect(faultsOf({ service: { routes, deployment } }).map(({ problem }) => problem)).toEqual([
      "the paths need 102 rules, with which the load balancer of the system has 102",
    ]);
  });

  it("refuses more rules than a load balancer has, of all services of a system together", () => {
    // Two paths fill a rule.
    expect(
      faultsOf({
        other: { routes: { priority: 1, paths: paths("other", 120) } },
        service: { routes: { priority: 500, paths: paths("web", 82) } },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths",
        given: expect.stringMatching(/^\["\/web-0",/),
        problem: "the paths need 41 rules, with which the load balancer of the system has 101",
        allowed: "100 rules on a load balancer",
        mend: 'join paths by a wildcard, until 1 rule fewer will do; or write a "priority" from 1001 on, which another load balancer has the rules of',
      },
    ]);
  });

  it("takes as many rules as a load balancer has", () => {
    expect(
      faultsOf({
        other: { routes: { priority: 1, paths: paths("other", 120) } },
        service: { routes: { priority: 500, paths: paths("web", 80) } },
      }),
    ).toEqual([]);
  });

  it("takes as many rules as the environment says that a load balancer has", () => {
    const routes = { priority: 1, paths: paths("web", 202) };
    const problems = (rulesPerLoadBalancer: number) =>
      faultsOf({ service: { routes }, environment: { quotas: { rulesPerLoadBalancer } } }).map(
        ({ problem }) => problem,
      );
    expect(problems(101)).toEqual([]);
    expect(faultsOf({ service: { routes } }).map(({ allowed }) => allowed)).toEqual(["100 rules on a load balancer"]);
  });

  it("counts the rules of each load balancer by itself", () => {
    expect(
      faultsOf({
        other: { routes: { priority: 1, paths: paths("other", 200) } },
        service: { routes: { priority: 1001, paths: paths("web", 200) } },
      }),
    ).toEqual([]);
  });

  it("takes the same path on two load balancers of a system: they have different names", () => {
    expect(faultsOf({ other: { routes: { priority: 1001, paths: ["/web"] } } })).toEqual([]);
  });

  it("names no other load balancer for a service of the API, which has one", () => {
    const scopes = Object.fromEntries(paths("web", 202).map((path) => [`GET ${path}`, "read"]));
    const service = { ...EXPOSED, cpu: 256, memory: 512, scopes, routes: { priority: 1, paths: paths("web", 202) } };
    expect(
      faultsOf({ service, environment: { api: API } }).flatMap(({ problem, mend }) =>
        problem.includes("load balancer of the API") ? [mend] : [],
      ),
    ).toEqual(["join paths by a wildcard, until 1 rule fewer will do"]);
  });

  it("refuses two services that get what no rule matches", () => {
    const routes = { default: true, priority: undefined, paths: undefined };
    expect(faultsOf({ service: { routes }, other: { routes } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.default",
        given: "true",
        problem: `what no rule matches goes to the service of ${OTHER_FILE} already`,
        allowed: "one default service in a system",
        mend: 'give one of the two "priority" and "paths"',
      },
    ]);
  });
});
