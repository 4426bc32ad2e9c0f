import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "../testing/project";

const INTERNAL = { priority: 150, paths: ["/web-send"] };
const faults = (internalRoutes: object, more: object = {}) =>
  faultsOf({ service: { internalRoutes: { ...INTERNAL, ...internalRoutes }, ...more } });

describe("internal routes", () => {
  it("are taken as they are given, for nobody outside unless they name somebody", () => {
    expect(load({ service: { internalRoutes: INTERNAL } }).services[0]?.internalRoutes).toEqual({
      ...INTERNAL,
      sourceCidrs: [],
    });
  });

  it("let an environment say who may reach them from outside", () => {
    const services = { web: { internalRoutes: { sourceCidrs: ["203.0.113.0/24"] } } };
    expect(
      load({ service: { internalRoutes: INTERNAL }, environment: { services } }).services[0]?.internalRoutes,
    ).toEqual({ ...INTERNAL, sourceCidrs: ["203.0.113.0/24"] });
  });

  it("refuse an override of what the service does not have", () => {
    expect(faultsOf({ environment: { services: { web: { internalRoutes: { sourceCidrs: [] } } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.internalRoutes",
        given: '{"sourceCidrs":[]}',
        problem: 'apps/web/service.json has no "internalRoutes" that this could change',
        allowed: "what the service has",
        mend: 'remove it here, or add "internalRoutes" to apps/web/service.json',
      },
    ]);
  });

  it.each<[string, object, string, string]>([
    ["a path without a slash", { paths: ["send"] }, "$.internalRoutes.paths[0]", 'does not start with "/"'],
    [
      "a path with a space",
      { paths: ["/a b"] },
      "$.internalRoutes.paths[0]",
      'holds " ", which a load balancer refuses in a path',
    ],
    [
      "one path twice",
      { paths: ["/x", "/x"] },
      "$.internalRoutes.paths[1]",
      'the path "/x" is given twice, first as number 1 of the list',
    ],
    ["no path", { paths: [] }, "$.internalRoutes.paths", "is empty"],
    ["an address for a block", { sourceCidrs: ["10.0.0.1"] }, "$.internalRoutes.sourceCidrs[0]", "is not a CIDR block"],
    [
      "one block twice",
      { sourceCidrs: ["10.0.0.0/8", "10.0.0.0/8"] },
      "$.internalRoutes.sourceCidrs[1]",
      'the block "10.0.0.0/8" is given twice, first as number 1 of the list',
    ],
  ])("refuse %s", (_, routes, path, problem) => {
    expect(faults(routes).map((fault) => [fault.path, fault.problem])).toEqual([[path, problem]]);
  });

  it("refuse a path that lies below a public one", () => {
    expect(faults({ paths: ["/web/send"] })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes.paths[0]",
        given: '"/web/send"',
        problem: '"/web/send" overlaps with the public path "/web": everybody could reach it',
        allowed: "internal paths that, with their sub-paths, share no request with a public one",
        mend: "write the public paths one by one, without the internal ones, or change one of the two",
      },
    ]);
  });

  it("refuse the priority of the public paths", () => {
    expect(faults({ priority: 100 })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes.priority",
        given: "100",
        problem: "priority 100 is that of a rule of the public paths",
        allowed: "priorities that no other rule of the system has",
        mend: "write for example 101",
      },
    ]);
  });

  it("refuse a service that gets what no rule matches", () => {
    expect(faults({}, { routes: { default: true, priority: undefined, paths: undefined } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes",
        given: '{"priority":150,"paths":["/web-send"]}',
        problem: "the service gets what no rule matches, its internal paths among it: they would be public",
        allowed: '"internalRoutes" beside "priority" and "paths" in "routes"',
        mend: 'give "routes" a priority and the public paths in place of "default"',
      },
    ]);
  });

  it("refuse priorities beyond the last one", () => {
    const paths = ["/a", "/b", "/c"];
    expect(faults({ priority: 50_000, paths })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes.priority",
        given: "50000",
        problem: "the paths need 2 rules, the last with priority 50001",
        allowed: "priorities up to 50000",
        mend: "write 49999 or less",
      },
    ]);
    expect(faults({ priority: 49_999, paths }, { routes: { priority: 49_500, paths: ["/web"] } })).toEqual([]);
  });

  it("refuse priorities of another load balancer than that of the public paths", () => {
    expect(faults({ priority: 1001, paths: ["/a"] })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes.priority",
        given: "1001",
        problem: "priority 1001 is of another load balancer than the public paths', 100",
        allowed: "1 to 1000, for a target group is behind one load balancer",
        mend: "write for example 101",
      },
    ]);
    expect(faults({ priority: 1000, paths: ["/a"] })).toEqual([]);
    expect(faults({ priority: 1000, paths: ["/a", "/b", "/c"] }).map(({ problem }) => problem)).toEqual([
      "priority 1001 is of another load balancer than the public paths', 100",
    ]);
  });
});

describe("internal routes of services that call each other by the load balancer", () => {
  const zones = ["a", "b", "c"].map((letter) => `us-east-1${letter}`);
  const own = (count: number) => Array.from({ length: count }, (_, index) => `203.0.${index}.0/24`);
  const crowded = (count: number, discovery: string) =>
    faultsOf({
      service: { internalRoutes: { ...INTERNAL, sourceCidrs: own(count) } },
      environment: { discovery, network: { availabilityZones: zones, nat: "per-zone" } },
    });

  it("leave room for the address of each NAT gateway beside their own blocks", () => {
    expect(crowded(1, "load-balancer")).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.internalRoutes.sourceCidrs",
        given: '["203.0.0.0/24"]',
        problem:
          '3 blocks of the services\' own requests and 1 "sourceCidrs" leave no room in a listener rule for /web-send and /web-send/*',
        allowed: "5 condition values in a rule, so 3 blocks together",
        mend: 'join blocks by a shorter prefix (those of the services\' requests in "network.egressCidrs" of the environment), or write another "discovery" there',
      },
    ]);
    expect(crowded(0, "load-balancer")).toEqual([]);
    expect(crowded(3, "cloud-map")).toEqual([]);
    expect(crowded(4, "cloud-map")).toHaveLength(1);
  });
});

describe("internal routes of two services", () => {
  type Patch = Readonly<Record<string, unknown>>;
  const pair = (service: Patch, other: Patch) =>
    faultsOf({ service, other }).map(({ file, path, problem }) => [file, path, problem]);

  it("refuse a priority that the other's rules have", () => {
    // The files are read in the order of their folders: the later one is told.
    expect(pair({ internalRoutes: { ...INTERNAL, priority: 200 } }, {})).toEqual([
      [
        SERVICE_FILE,
        "$.internalRoutes.priority",
        "priority 200 is taken by apps/other/service.json: its rules have 200, those of this service 100, 200",
      ],
    ]);
    expect(pair({ routes: { priority: 150 } }, { internalRoutes: { ...INTERNAL, paths: ["/other-send"] } })).toEqual([
      [
        SERVICE_FILE,
        "$.routes.priority",
        "priority 150 is taken by apps/other/service.json: its rules have 200, 150, those of this service 150",
      ],
    ]);
  });

  it("refuse an internal path that is a public one of the other", () => {
    expect(pair({ internalRoutes: { ...INTERNAL, paths: ["/other/x"] } }, {})).toEqual([
      [
        SERVICE_FILE,
        "$.internalRoutes.paths[0]",
        '"/other/x" overlaps with "/other" of apps/other/service.json $.routes.paths[0]: an internal path would be public',
      ],
    ]);
    expect(pair({}, { internalRoutes: { ...INTERNAL, paths: ["/web/x"] } })).toEqual([
      [
        SERVICE_FILE,
        "$.routes.paths[0]",
        '"/web" overlaps with "/web/x" of apps/other/service.json $.internalRoutes.paths[0]: an internal path would be public',
      ],
    ]);
  });

  it("refuse one internal path in both", () => {
    expect(pair({ internalRoutes: INTERNAL }, { internalRoutes: { ...INTERNAL, priority: 250 } })).toEqual([
      [
        SERVICE_FILE,
        "$.internalRoutes.paths[0]",
        '"/web-send" overlaps with "/web-send" of apps/other/service.json $.internalRoutes.paths[0]: a request could go to either service',
      ],
    ]);
  });

  it("keep their priorities in every mode, for as many rules as the mode by the load balancer needs", () => {
    const paths = ["/a", "/b"];
    const two = (priority: number) =>
      faultsOf({
        service: { internalRoutes: { priority, paths } },
        other: {},
        environment: { network: { egressCidrs: ["203.0.113.0/25", "203.0.113.128/25"] } },
      });
    expect(two(198)).toEqual([]);
    expect(two(199).map(({ path }) => path)).toEqual(["$.internalRoutes.priority"]);
  });
});
