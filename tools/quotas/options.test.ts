import { describe, expect, it } from "vitest";
import { readOptions, USAGE } from "./options";

const read = (...args: readonly string[]) => readOptions(process.cwd(), args);

describe("the command line of npm run quotas", () => {
  it("names an environment, and may ask for everything and for JSON", () => {
    expect(read("--env", "prod")).toEqual({ environment: "prod", all: false, json: false, help: false });
    expect(read("--env", "prod", "--all", "--json")).toMatchObject({ all: true, json: true });
  });

  it("refuses an environment that there is not, and names those that there are", () => {
    expect(() => read("--env", "prd")).toThrow(
      'there is no environment "prd" (--env); did you mean "prod"? the environments are: dev, local, local-prod, prod',
    );
  });

  it("refuses none", () => {
    expect(() => read()).toThrow("--env is missing; the environments are: dev, local, local-prod, prod");
  });

  it("refuses an option that it does not know, and says those that it does", () => {
    expect(() => read("--environment", "prod")).toThrow(`unknown option '--environment'\n\n${USAGE}`);
  });

  it("asks for nothing when help is wanted", () => {
    expect(read("--help").help).toBe(true);
  });
});
