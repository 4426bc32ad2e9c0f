import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENVIRONMENT_LABEL } from "../../../config/environment-record";
import { container, environments, refusal } from "../testing/task-definitions";
import { withEnvironment } from "./environment";
import type { NameValue } from "./task-definition";

const variables = (values: Readonly<Record<string, string>>): readonly NameValue[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** A container that an earlier release has left, with the names that it had set. */
const released = (values: Readonly<Record<string, string>>, record: string) =>
  container({ environment: variables(values), dockerLabels: { [ENVIRONMENT_LABEL]: record, owner: "shop" } });

describe("the environment of a container", () => {
  it("gets the values of service.json where it has none", () => {
    expect(withEnvironment(container(), { LEVEL: "debug", EMPTY: "" })).toEqual(
      container({
        environment: variables({ EMPTY: "", LEVEL: "debug" }),
        dockerLabels: { [ENVIRONMENT_LABEL]: "EMPTY,LEVEL" },
      }),
    );
  });

  it("keeps every other value and the order, and new ones come last by name", () => {
    const before = container({ environment: variables({ PORT: "5000", LEVEL: "info", HOST: "" }) });
    const { environment } = withEnvironment(before, { ZONE: "a", LEVEL: "debug", AREA: "b" });
    expect(environment).toEqual(variables({ PORT: "5000", LEVEL: "debug", HOST: "", AREA: "b", ZONE: "a" }));
  });

  it("loses what is gone from service.json if a release had put it there", () => {
    const before = released({ PORT: "5000", OLD: "x", LEVEL: "info" }, "LEVEL,OLD");
    expect(withEnvironment(before, { LEVEL: "info" })).toEqual(
      container({
        environment: variables({ PORT: "5000", LEVEL: "info" }),
        dockerLabels: { [ENVIRONMENT_LABEL]: "LEVEL", owner: "shop" },
      }),
    );
  });

  it("keeps what no release had put there, though it is not in service.json", () => {
    const before = container({ environment: variables({ PORT: "5000" }) });
    expect(withEnvironment(before, {})).toEqual(before);
  });

  it("is an empty list, not none, where the last value went", () => {
    const after = withEnvironment(released({ OLD: "x" }, "OLD"), {});
    expect(after).toMatchObject({ environment: [], dockerLabels: { [ENVIRONMENT_LABEL]: "", owner: "shop" } });
  });

  it("takes a name that objects have by nature for a name", () => {
    const before = container({ environment: variables({ toString: "kept" }) });
    expect(withEnvironment(before, { constructor: "set" }).environment).toEqual([
      { name: "toString", value: "kept" },
      { name: "constructor", value: "set" },
    ]);
    expect(withEnvironment(released({ valueOf: "old" }, "valueOf"), {}).environment).toEqual([]);
    const secret = container({ secrets: [{ name: "hasOwnProperty", valueFrom: "arn" }] });
    expect(withEnvironment(secret, { LEVEL: "info" }).environment).toEqual(variables({ LEVEL: "info" }));
  });

  it("is refused where a value of service.json is a secret of the container", () => {
    const before = container({ secrets: [{ name: "API_KEY", valueFrom: "arn:aws:ssm:x" }] });
    expect(refusal(() => withEnvironment(before, { API_KEY: "plain" }))).toEqual({
      message:
        '"API_KEY" is a plain value in service.json, but a secret of container "cart" in the revision that is released from; ' +
        "keep it in one of the two, and deploy the stack first if that changed",
      status: 2,
    });
  });

  it("is what service.json says after any row of releases, and beside it what was there first", () => {
    fc.assert(
      fc.property(environments, fc.array(environments, { minLength: 1, maxLength: 4 }), (first, releases) => {
        const start = container({ environment: variables(first) });
        const end = releases.reduce(withEnvironment, start);
        const has = new Map(end.environment?.map(({ name, value }) => [name, value]));
        const last = releases.at(-1) ?? {};
        for (const [name, value] of Object.entries(last)) expect(has.get(name)).toBe(value);
        // Once a release has set a name, it is that release's to take away.
        const everSet = new Set(releases.flatMap((values) => Object.keys(values)));
        const untouched = Object.keys(first).filter((name) => !everSet.has(name));
        for (const name of untouched) expect(has.get(name)).toBe(first[name]);
        expect([...has.keys()].sort()).toEqual([...Object.keys(last), ...untouched].sort());
      }),
    );
  });
});
