import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesPattern } from "./path-pattern";
import { countWildcards, internalRules, listenerRules, pathPatterns, type Routed, targetType } from "./routes";

const segment = fc.stringMatching(/^[a-zA-Z0-9_.$~"'@:+&-]{1,8}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join("/")}`);

const routed = fc
  .record({
    default: fc.constant(false),
    priority: fc.integer({ min: 1, max: 50_000 }),
    paths: fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
    hosts: fc.uniqueArray(fc.constantFrom("a.example.com", "b.example.com"), { maxLength: 2 }),
    sourceCidrs: fc.uniqueArray(fc.constantFrom("192.0.2.0/24"), { maxLength: 1 }),
  })
  .map((routes) => ({ routes }) satisfies Routed);

const rules = (paths: string[], more: { hosts?: string[]; sourceCidrs?: string[] } = {}) =>
  listenerRules({ routes: { default: false, priority: 100, hosts: [], sourceCidrs: [], ...more, paths } });

describe("listenerRules", () => {
  it("makes none for the service that gets what no rule matches", () => {
    expect(listenerRules({ routes: { default: true, paths: [], hosts: [], sourceCidrs: [] } })).toEqual([]);
  });

  it("makes one rule of two paths", () => {
    expect(rules(["/medical", "/security"])).toEqual([
      {
        priority: 100,
        pathPatterns: ["/medical", "/medical/*", "/security", "/security/*"],
        hosts: [],
        sourceCidrs: [],
      },
    ]);
  });

  it("splits three paths over two rules, the second with the next priority", () => {
    expect(rules(["/a", "/b", "/c"]).map((rule) => [rule.priority, rule.pathPatterns])).toEqual([
      [100, ["/a", "/a/*", "/b", "/b/*"]],
      [101, ["/c", "/c/*"]],
    ]);
  });

  it("repeats hosts and source blocks in every rule, and counts them", () => {
    const repeated = { hosts: ["a.example.com", "b.example.com"], sourceCidrs: ["192.0.2.0/24"] };
    expect(rules(["/a", "/b"], repeated)).toEqual([
      { priority: 100, pathPatterns: ["/a", "/a/*"], ...repeated },
      { priority: 101, pathPatterns: ["/b", "/b/*"], ...repeated },
    ]);
  });

  it("fills a rule with five values", () => {
    const repeated = { hosts: ["a.example.com"], sourceCidrs: [] };
    expect(rules(["/a", "/b"], repeated)).toEqual([
      { priority: 100, pathPatterns: ["/a", "/a/*", "/b", "/b/*"], ...repeated },
    ]);
  });

  it("counts wildcards", () => {
    expect(rules(["/a*b", "/c?d?e"]).map((rule) => rule.pathPatterns)).toEqual([
      ["/a*b", "/a*b/*"],
      ["/c?d?e", "/c?d?e/*"],
    ]);
  });

  it("gives every path's patterns exactly once, in the order of the paths", () => {
    fc.assert(
      fc.property(routed, (service) => {
        const patterns = listenerRules(service).flatMap((rule) => rule.pathPatterns);
        expect(patterns).toEqual(service.routes.paths.flatMap((given) => [given, `${given}/*`]));
      }),
    );
  });

  it("gives no rule more than five values or five wildcards", () => {
    fc.assert(
      fc.property(routed, (service) => {
        for (const { pathPatterns: patterns, hosts, sourceCidrs } of listenerRules(service)) {
          expect(patterns.length + hosts.length + sourceCidrs.length).toBeLessThanOrEqual(5);
          expect(countWildcards([...patterns, ...hosts])).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it("gives the rules consecutive priorities from the service's own", () => {
    fc.assert(
      fc.property(routed, (service) => {
        const priorities = listenerRules(service).map((rule) => rule.priority);
        expect(priorities).toEqual(priorities.map((_, index) => service.routes.priority + index));
      }),
    );
  });

  it("matches each path and what is below it, and nothing that only begins alike", () => {
    fc.assert(
      fc.property(path, segment, (given, more) => {
        const below = [given, `${given}/`, `${given}/${more}`, `${given}/${more}/${more}`];
        const near = [`${given}${more}`, given.slice(0, -1), `/${more}${given}`, `/${more}`, given.toUpperCase(), "/"];
        for (const requested of [...below, ...near]) {
          const matches = pathPatterns(given).some((pattern) => matchesPattern(pattern, requested));
          expect(matches).toBe(requested === given || requested.startsWith(`${given}/`));
        }
      }),
    );
  });
});

describe("pathPatterns", () => {
  it("matches everything with the path /", () => {
    expect(pathPatterns("/")).toEqual(["/*"]);
  });

  it("adds nothing to a path that ends in a star", () => {
    expect(pathPatterns("/docs*")).toEqual(["/docs*"]);
  });
});

describe("targetType", () => {
  it("registers instances on EC2", () => {
    expect(targetType("EC2")).toBe("instance");
  });

  it("registers addresses on Fargate", () => {
    expect(targetType("FARGATE")).toBe("ip");
  });
});

describe("internalRules", () => {
  const service = (sourceCidrs: string[]) => ({ internalRoutes: { priority: 205, paths: ["/send"], sourceCidrs } });
  const sources = (mode: "load-balancer" | "cloud-map" | "service-connect", own: string[] = []) =>
    internalRules(service(own), mode, ["198.51.100.7/32"]).map(({ sourceCidrs }) => sourceCidrs);

  it("are for the addresses that services call from, by the load balancer", () => {
    expect(internalRules(service([]), "load-balancer", ["198.51.100.7/32"])).toEqual([
      { priority: 205, pathPatterns: ["/send", "/send/*"], hosts: [], sourceCidrs: ["198.51.100.7/32"] },
    ]);
  });

  it.each(["cloud-map", "service-connect"] as const)("are none by %s", (mode) => {
    expect(sources(mode)).toEqual([]);
  });

  it.each([
    ["load-balancer", ["198.51.100.7/32", "203.0.113.0/24"]],
    ["cloud-map", ["203.0.113.0/24"]],
    ["service-connect", ["203.0.113.0/24"]],
  ] as const)("are for those, too, whom the service names, by %s", (mode, blocks) => {
    expect(sources(mode, ["203.0.113.0/24"])).toEqual([blocks]);
  });

  it("name a block once that is given twice", () => {
    expect(sources("load-balancer", ["198.51.100.7/32"])).toEqual([["198.51.100.7/32"]]);
  });

  it("are never for everybody: without a block there is no rule", () => {
    expect(internalRules(service([]), "load-balancer", [])).toEqual([]);
  });

  it("are none of a service without internal routes", () => {
    expect(internalRules({ internalRoutes: undefined }, "load-balancer", ["198.51.100.7/32"])).toEqual([]);
  });
});
