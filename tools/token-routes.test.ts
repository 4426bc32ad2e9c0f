import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { routeScopes } from "../apps/kit/src/token/variables";
import { areAmbiguous, parseApiPath } from "../config/api-path";

/** Parts that API Gateway takes, and parts that it does not. */
const PART = fc.oneof(
  fc.constantFrom("users", "a.b", "v1_0-rc", "{name}", "{Name_2}", "{path+}", "{x}", "{y}"),
  fc.string({ unit: fc.constantFrom(..."aZ09._~-%@:;,!$&'()*+= {}?#äé"), maxLength: 6 }),
);
const PATH = fc.array(PART, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);

const isTaken = (...paths: readonly string[]) =>
  routeScopes.safeParse(JSON.stringify(Object.fromEntries(paths.map((path) => [`GET ${path}`, "shop/read"])))).success;

describe("a route that service.json may have", () => {
  it("is one that the service takes, too, which would not start otherwise", () => {
    fc.assert(
      fc.property(PATH, (path) => {
        fc.pre(parseApiPath(path) !== undefined);
        expect(isTaken(path)).toBe(true);
      }),
      { numRuns: 1000, maxSkipsPerRun: 1000 },
    );
  });

  it("can be beside another one in the service where it can in service.json", () => {
    fc.assert(
      fc.property(PATH, PATH, (first, second) => {
        const [one, other] = [parseApiPath(first), parseApiPath(second)];
        fc.pre(one !== undefined && other !== undefined && !areAmbiguous(one, other));
        expect(isTaken(first, second)).toBe(true);
      }),
      { numRuns: 500, maxSkipsPerRun: 1000 },
    );
  });
});
