import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Salvaged } from "../finding";
import type { Service } from "../service";
import { checkBetweenServices } from "./between-services";
import { pairsToCheck } from "./service-pairs";

const PATHS = ["/", "/web", "/web/x", "/w*", "/?eb", "/shop", "/shop/*", "/a*/b", "/Web"];

const entry = fc
  .record({
    system: fc.constantFrom("shop", "bank"),
    group: fc.constantFrom(undefined, "team"),
    name: fc.constantFrom("one", "two", "three"),
    routes: fc.record({
      default: fc.constantFrom(true, false, false, false),
      priority: fc.constantFrom(1, 2, 999, 1_000, 1_001),
      paths: fc.subarray(PATHS, { minLength: 1, maxLength: 4 }),
    }),
    internalRoutes: fc.option(
      fc.record({ priority: fc.constantFrom(2, 3, 1_001), paths: fc.subarray(PATHS, { minLength: 1, maxLength: 2 }) }),
      { nil: undefined },
    ),
    expose: fc.constantFrom(undefined, undefined, "api" as const),
    database: fc.constantFrom(undefined, { migrations: true }),
  })
  .map((service): { file: string; service: Salvaged<Service> } => ({ file: `apps/${service.name}`, service }));

describe("services that have nothing to do with each other", () => {
  it("are held against none", () => {
    const services = Array.from({ length: 50 }, (_, index) => ({
      service: { name: `s${index}`, system: "shop", routes: { priority: index + 1, paths: [`/s${index}`] } },
    }));
    expect(pairsToCheck(services, [])).toEqual([]);
  });

  it("do not hide a finding: all pairs, one by one, have no more", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const oneByOne = entries.flatMap((later, index) =>
          entries.slice(0, index).flatMap((earlier) => checkBetweenServices([earlier, later])),
        );
        const sorted = (findings: readonly object[]) => findings.map((one) => JSON.stringify(one)).sort();
        expect(sorted(checkBetweenServices(entries))).toEqual(sorted(oneByOne));
      }),
      { numRuns: 300 },
    );
  });
});
