import { describe, expect, it } from "vitest";
import { migrationBuildspec } from "../../modules/codebuild/migration-buildspec";
import { parseBuildspec } from "./buildspec-document";

const parse = (document: unknown) => parseBuildspec(JSON.stringify(document), "cart");

const minimal = { version: 0.2, phases: { build: { commands: ["make"] } } };

describe("a buildspec", () => {
  it("is read with what it leaves out: sh, no variables, no artifact", () => {
    expect(parse(minimal)).toEqual({
      version: 0.2,
      env: { shell: "sh", variables: {}, "parameter-store": {}, "secrets-manager": {}, "exported-variables": [] },
      phases: { build: { commands: ["make"], finally: [] } },
      reports: {},
    });
  });

  it("may say yes and no as YAML does", () => {
    const artifacts = (discard: unknown) =>
      parse({ ...minimal, artifacts: { files: ["a"], "discard-paths": discard } }).artifacts?.["discard-paths"];
    expect([artifacts("yes"), artifacts(true), artifacts("no"), artifacts(false)]).toEqual([true, true, false, false]);
  });

  it("that this repository has written for migrations can be read", () => {
    expect(parseBuildspec(migrationBuildspec(), "migrate").env.shell).toBe("bash");
  });

  it.each([
    ["a key that CodeBuild has not", { ...minimal, phase: {} }, '$: Unrecognized key: "phase"'],
    [
      "a phase that CodeBuild has not",
      { ...minimal, phases: { deploy: { commands: [] } } },
      '$.phases: Unrecognized key: "deploy"',
    ],
    [
      "a user to run as, which is not performed here",
      { ...minimal, phases: { build: { "run-as": "x", commands: [] } } },
      '$.phases.build: Unrecognized key: "run-as"',
    ],
    [
      "a retry, which is not performed here",
      { ...minimal, phases: { build: { "on-failure": "RETRY", commands: [] } } },
      '$.phases.build.on-failure: Invalid option: expected one of "ABORT"|"CONTINUE"',
    ],
    ["version 0.1", { ...minimal, version: 0.1 }, "$.version: Invalid input"],
    ["another shell", { ...minimal, env: { shell: "powershell.exe" } }, "$.env.shell: Invalid option"],
    [
      "wildcards in a base directory",
      { ...minimal, artifacts: { files: ["a"], "base-directory": "build*" } },
      "$.artifacts.base-directory: has to be a folder without wildcards",
    ],
  ])("with %s is refused", (_, document, message) => {
    expect(() => parse(document)).toThrow(`the buildspec of cart can't be run here:\n  ${message}`);
  });

  it("that is no JSON is refused", () => {
    expect(() => parseBuildspec("version: 0.2", "cart")).toThrow("the buildspec of cart is no JSON");
  });
});
