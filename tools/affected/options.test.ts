import { describe, expect, it } from "vitest";
import { readOptions, USAGE } from "./options";

const read = (...args: readonly string[]) => readOptions(process.cwd(), args);

describe("the command line of npm run affected", () => {
  it("names a commit, and means all environments unless it names one", () => {
    expect(read("--since", "HEAD~1")).toEqual({
      since: "HEAD~1",
      environments: ["dev", "local", "local-prod", "prod"],
      json: false,
      help: false,
    });
    expect(read("--since", "v1", "--env", "prod", "--json")).toMatchObject({ environments: ["prod"], json: true });
  });

  it("asks for nothing when help is wanted", () => {
    expect(read("--help").help).toBe(true);
  });

  it.each([
    [[], "--since is missing: which commit is the working tree to be compared with?"],
    [["--since", ""], "--since is missing: which commit is the working tree to be compared with?"],
    [["--since", "--json"], "option '--since' is followed by an option; if that is its value, write '--since=-XYZ'"],
    [["--since", "HEAD", "--stack", "x"], "unknown option '--stack'"],
    [["--since", "HEAD", "service-a"], "unexpected argument 'service-a'"],
    [
      ["--since", "HEAD", "--env", "prd"],
      'there is no environment "prd" (--env); did you mean "prod"? the environments are: dev, local, local-prod, prod',
    ],
    [
      ["--since", "HEAD", "--env", "staging"],
      'there is no environment "staging" (--env); the environments are: dev, local, local-prod, prod',
    ],
  ])("%j is refused with the usage", (args, problem) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({ name: "Failure", status: 2, message: `${problem}\n\n${USAGE}` }),
    );
  });
});
