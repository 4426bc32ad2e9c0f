import { describe, expect, it } from "vitest";
import { REPOSITORY } from "./deploy.fixtures";
import { type CommandLine, chosen, readOptions } from "./options";

const deploy: CommandLine = { usage: "usage: the usage", takesServices: false, takesSince: true };
const firstImage: CommandLine = { usage: "usage: the usage", takesServices: true, takesSince: false };

const read = (args: readonly string[], command = deploy) => readOptions(REPOSITORY, args, command);

describe("the command line", () => {
  it("names the environment", () => {
    expect(read(["--env", "dev"])).toEqual({
      environment: "dev",
      services: [],
      autoApprove: false,
      since: undefined,
      help: false,
    });
  });

  it("approves every plan when asked to", () => {
    expect(read(["--env", "dev", "--auto-approve"]).autoApprove).toBe(true);
  });

  it("names services where the command takes them", () => {
    expect(read(["--env", "dev", "service-b"], firstImage).services).toEqual(["service-b"]);
  });

  it("names the commit since which what has changed is deployed, where the command takes one", () => {
    expect(read(["--env", "dev", "--since", "v1"]).since).toBe("v1");
    expect(() => read(["--env", "dev", "--since", "v1"], firstImage)).toThrow("unknown option '--since'");
  });

  it("may ask for help alone", () => {
    expect(read(["--help"]).help).toBe(true);
  });

  it.each([
    [[], "--env is missing; the environments are: dev, local, local-prod, prod"],
    [["--env"], "option '--env <value>' argument missing"],
    [["--env", "dev", "--force"], "unknown option '--force'"],
    [
      ["--env", "dev", "--since", ""],
      "--since is empty; give the commit that was deployed last, or leave --since out to deploy all",
    ],
    [["--env", "dev", "service-a"], "unexpected argument 'service-a'"],
  ])("%j is refused with the usage", (args, problem) => {
    expect(() => read(args)).toThrow(
      expect.objectContaining({ name: "Failure", status: 2, message: `${problem}\n\nusage: the usage` }),
    );
  });
});

describe("the services that were chosen", () => {
  const services = [{ name: "service-a" }, { name: "service-b" }];

  it("are all where none is named", () => {
    expect(chosen(services, [])).toEqual(services);
  });

  it("are those that were named", () => {
    expect(chosen(services, ["service-b"])).toEqual([{ name: "service-b" }]);
  });

  it.each([
    ["servce-b", 'there is no service "servce-b"; did you mean "service-b"? The services are: service-a, service-b'],
    ["payments", 'there is no service "payments"; the services are: service-a, service-b'],
  ])("cannot hold %s, which there is not", (name, message) => {
    expect(() => chosen(services, [name])).toThrow(expect.objectContaining({ status: 2, message }));
  });
});
