import { describe, expect, it } from "vitest";
import { readOptions, USAGE } from "./options";

const read = (...args: readonly string[]) => readOptions(process.cwd(), args);

describe("the command line of npm run cost", () => {
  it("names an environment, and prints text", () => {
    expect(read("--env", "prod")).toEqual({ environment: "prod", form: "text", assumed: {}, help: false });
  });

  it("may name another form", () => {
    expect([read("--env", "prod", "--json").form, read("--env", "prod", "--markdown").form]).toEqual([
      "json",
      "markdown",
    ]);
  });

  it("may change what is assumed", () => {
    const args = ["--logs-gb", "5", "--traffic-gb", "0.5", "--requests-millions", "0"];
    expect(read("--env", "dev", ...args).assumed).toEqual({ logsGb: 5, trafficGb: 0.5, requestsMillions: 0 });
  });

  it.each(["-1", "1e3", "five", "", "1000001", "Infinity"])("refuses %j GB", (amount) => {
    expect(() => read("--env", "dev", `--logs-gb=${amount}`)).toThrow(
      `--logs-gb is "${amount}"; give a number from 0 to 1000000, such as 0.5`,
    );
  });

  it("refuses two forms at once", () => {
    expect(() => read("--env", "dev", "--json", "--markdown")).toThrow(
      "--json and --markdown are two forms; choose one",
    );
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

  it("refuses everything with status 2", () => {
    for (const args of [[], ["--env", "prd"], ["--json", "--markdown", "--env", "dev"], ["--nope"]])
      expect(() => read(...args)).toThrow(expect.objectContaining({ status: 2 }));
  });

  it("asks for nothing when help is wanted", () => {
    expect(read("--help").help).toBe(true);
  });
});
