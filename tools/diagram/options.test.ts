import { describe, expect, it } from "vitest";
import { readOptions, requireKnown, USAGE } from "./options";

const read = (...args: readonly string[]) => readOptions(process.cwd(), args);

describe("the command line of npm run diagram", () => {
  it("names an environment, and may name a stack and a folder", () => {
    expect(read("--env", "prod")).toEqual({ environment: "prod", stack: undefined, out: undefined, help: false });
    expect(read("--env", "prod", "--stack", "network", "--out", "x")).toMatchObject({ stack: "network", out: "x" });
  });

  it("refuses an environment that there is not, and names those that there are", () => {
    expect(() => read("--env", "nope")).toThrow(
      'there is no environment "nope" (--env); the environments are: dev, local, local-prod, prod; nothing was written',
    );
    expect(() => read("--env", "prd")).toThrow('did you mean "prod"?');
  });

  it("refuses none", () => {
    expect(() => read()).toThrow("--env is missing; the environments are: dev, local, local-prod, prod");
  });

  it("refuses a stack that there is not, and names those that there are", () => {
    expect(() => requireKnown("stack", "netwrok", ["network", "mail"], "--stack")).toThrow(
      'there is no stack "netwrok" (--stack); did you mean "network"? the stacks are: network, mail; nothing was written',
    );
  });

  it("refuses an option that it does not know, and says those that it does", () => {
    expect(() => read("--environment", "prod")).toThrow(`unknown option '--environment'\n\n${USAGE}`);
  });

  it("asks for nothing when help is wanted", () => {
    expect(read("--help").help).toBe(true);
  });
});
