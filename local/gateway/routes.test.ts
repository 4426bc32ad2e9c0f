import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ViewRoute } from "../cloud/view";
import { RouteTable, routeKey } from "./routes";

function routeOf(key: string): ViewRoute {
  const [method = "", path = ""] = key === "$default" ? ["ANY", key] : key.split(" ");
  return { method, path, scopes: [], target: { listener: "listener" } };
}

function selected(keys: readonly string[], method: string, path: string) {
  const found = new RouteTable(keys.map(routeOf)).select(method, path);
  return found && { key: routeKey(found.route), parameters: found.parameters };
}

const keyOf = (keys: readonly string[], method: string, path: string) => selected(keys, method, path)?.key;

/** Whether a path is a route's, by a regular expression. */
function fits(key: string, method: string, path: string): boolean {
  if (key === "$default") return true;
  const [wanted = "", pattern = ""] = key.split(" ");
  const source = pattern.replaceAll(/\{\w+\+\}/g, "[^/].*").replaceAll(/\{\w+\}/g, "[^/]+");
  return (wanted === "ANY" || wanted === method) && new RegExp(`^${source}$`).test(path);
}

/** Whether a route goes before another one that fits as well: at the first segment where they are of different kinds. */
function goesBefore(one: string, other: string): boolean {
  const kind = (segment = "") => (segment.endsWith("+}") ? 2 : segment.startsWith("{") ? 1 : 0);
  if (one === "$default" || other === "$default") return other === "$default";
  const [[method = "", path = ""], [, otherPath = ""]] = [one.split(" "), other.split(" ")];
  const [segments, otherSegments] = [path.split("/"), otherPath.split("/")];
  for (const [index, segment] of segments.entries()) {
    const difference = kind(segment) - kind(otherSegments[index]);
    if (difference !== 0) return difference < 0;
  }
  return method !== "ANY";
}

describe("the route of a request", () => {
  const EXAMPLE = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"];

  // The example of "Create routes for HTTP APIs in API Gateway".
  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1"],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}"],
    ["GET", "/pets/cat/1", "GET /pets/{proxy+}"],
    ["POST", "/test/5", "ANY /{proxy+}"],
    ["GET", "/", "$default"],
  ])("is the most specific one, as in AWS's example: %s %s", (method, path, key) => {
    expect(keyOf(EXAMPLE.toReversed(), method, path)).toBe(key);
    expect(keyOf(EXAMPLE, method, path)).toBe(key);
  });

  it("is found like by looking at all of them", () => {
    const segment = fc.constantFrom("a", "b", "{x}");
    const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
    const pattern = fc.tuple(path, fc.boolean()).map(([text, greedy]) => text + (greedy ? "/{rest+}" : ""));
    const route = fc.tuple(fc.constantFrom("GET", "POST", "ANY"), pattern).map((parts) => parts.join(" "));
    const keys = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: route }, fc.constant("$default")), { maxLength: 9 });
    const asked = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(keys, fc.constantFrom("GET", "POST", "PUT"), asked, (given, method, askedPath) => {
        const fitting = given.filter((key) => fits(key, method, askedPath));
        const best = fitting.find((key) => fitting.every((other) => other === key || goesBefore(key, other)));
        expect(keyOf(given, method, askedPath)).toBe(best);
      }),
      { numRuns: 500 },
    );
  });

  it("gives its parameters as they were sent, one segment each, or the rest", () => {
    const keys = ["GET /user/{name}/{rest+}"];
    expect(selected(keys, "GET", "/user/a%20b/c/d%2Fe")?.parameters).toEqual({ name: "a%20b", rest: "c/d%2Fe" });
  });

  it.each(["/finance/", "//finance", "/Finance", "/financ", "/finance/x", "/"])("is none for %s", (path) => {
    expect(keyOf(["GET /finance"], "GET", path)).toBeUndefined();
  });

  it("is none for a method that it has no route for, and for an empty parameter", () => {
    expect(keyOf(["GET /finance/{id}"], "HEAD", "/finance/1")).toBeUndefined();
    expect(keyOf(["GET /finance/{id}", "GET /finance/{id}/{rest+}"], "GET", "/finance/")).toBeUndefined();
  });

  it("is that of the path which is meant: what is behind resolves dots and needless encodings too", () => {
    const keys = ["GET /finance/{rest+}", "GET /payment"];
    expect(keyOf(keys, "GET", "/finance/../payment")).toBe("GET /payment");
    expect(keyOf(keys, "GET", "/finance/%2e%2E/payment")).toBe("GET /payment");
    expect(keyOf(keys, "GET", "/p%61yment")).toBe("GET /payment");
    expect(keyOf(keys, "GET", "/finance/..%2Fpayment")).toBe("GET /finance/{rest+}");
  });
});
