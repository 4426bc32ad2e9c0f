import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Condition, Rule } from "../cloud/deployment";
import { matchingRule } from "./routing";

function rule(priority: number, ...conditions: Condition[]): Rule {
  return { priority, conditions, action: { type: "forward", targetGroups: [{ arn: String(priority), weight: 1 }] } };
}

const paths = (...values: string[]): Condition => ({ field: "path-pattern", values });
const hosts = (...values: string[]): Condition => ({ field: "host-header", values });
const sources = (...values: string[]): Condition => ({ field: "source-ip", values });

const DEFAULT = rule(Number.POSITIVE_INFINITY);

function priorityFor(rules: readonly Rule[], request: { host?: string; path?: string; sourceIp?: string }) {
  const complete = { host: "example.com", path: "/", sourceIp: "127.0.0.1", ...request };
  return matchingRule([...rules, DEFAULT], complete)?.priority;
}

describe("the rule of a request", () => {
  it.each([
    ["/medical", 1],
    ["/medical/", 1],
    ["/medical/a/b", 1],
    ["/medicalfoo", Number.POSITIVE_INFINITY],
    ["/Medical", Number.POSITIVE_INFINITY],
    ["/a/medical", Number.POSITIVE_INFINITY],
  ])("of %s has priority %s", (path, priority) => {
    expect(priorityFor([rule(1, paths("/medical", "/medical/*"))], { path })).toBe(priority);
  });

  it.each([
    ["app.example.com", 1],
    ["APP.Example.COM:8080", 1],
    ["other.example.com", Number.POSITIVE_INFINITY],
  ])("for host %s has priority %s", (host, priority) => {
    expect(priorityFor([rule(1, hosts("App.example.com"))], { host })).toBe(priority);
  });

  it.each([
    ["10.1.2.3", 1],
    ["10.2.0.1", Number.POSITIVE_INFINITY],
    ["::1", 2],
  ])("from %s has priority %s", (sourceIp, priority) => {
    expect(priorityFor([rule(1, sources("10.1.0.0/16")), rule(2, sources("::1/128"))], { sourceIp })).toBe(priority);
  });

  it("needs every condition, and one value of each", () => {
    const rules = [rule(1, paths("/a", "/b"), hosts("one.test", "two.test"))];
    expect(priorityFor(rules, { path: "/b", host: "two.test" })).toBe(1);
    expect(priorityFor(rules, { path: "/b", host: "three.test" })).toBe(Number.POSITIVE_INFINITY);
  });

  it("is always the matching one of the lowest priority", () => {
    const pattern = fc.stringMatching(/^\/[ab*?]{0,3}$/);
    const path = fc.stringMatching(/^\/[ab]{0,4}$/);
    // An oracle of another kind: the pattern as a regular expression.
    const matches = (text: string, value: string) =>
      new RegExp(`^${text.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), path, (patterns, asked) => {
        const rules = patterns.map((value, index) => rule(index + 1, paths(value)));
        const first = patterns.findIndex((value) => matches(value, asked));
        expect(priorityFor(rules, { path: asked })).toBe(first < 0 ? Number.POSITIVE_INFINITY : first + 1);
      }),
    );
  });
});
