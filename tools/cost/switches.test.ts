import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { temporaryFolder } from "../testing/temporary-folder";
import { PRICES } from "./cost.fixtures";
import { switchesOf, toArm, toFargateSpot } from "./switches";
import { firstFault, patched, writeProject } from "./variants";

const ROOT = process.cwd();
const environmentOf = (name: string) => loadProject({ root: ROOT, environment: name }).environment;
const namesOf = (name: string) => switchesOf(environmentOf(name), 0.7).map((one) => one.name);

describe("the switches of an environment", () => {
  it("are the values that it does not have", () => {
    expect(namesOf("prod")).toEqual([
      'network.nat: "none", 4 interface endpoints',
      'network.nat: "single"',
      "ec2.spot: every instance",
      "database.multiAz: false",
      "network.flowLogs: false",
      'containerInsights: "disabled"',
      'containerInsights: "enabled"',
      "logRetentionDays: 30",
      'discovery: "load-balancer"',
      'discovery: "service-connect"',
      'api.type: "rest"',
      "ARM (Graviton) in the same sizes",
      "Fargate Spot for all tasks",
    ]);
    expect(namesOf("dev")).toEqual(
      expect.arrayContaining(['network.nat: "per-zone"', "ec2.spot: absent", "database.multiAz: true"]),
    );
    expect(namesOf("dev")).not.toContain("logRetentionDays: 30");
  });

  const patches = ["prod", "dev"].flatMap((environment) =>
    switchesOf(environmentOf(environment), 0.7).flatMap(({ name, how }) =>
      "patch" in how ? [[environment, name, how.patch] as const] : [],
    ),
  );

  it.each(patches)("of %s make an environment that config/ takes: %s", (environment, _, patch) => {
    const root = temporaryFolder();
    writeProject(ROOT, root, environment, patch);
    expect(loadProject({ root, environment }).environment).not.toEqual(environmentOf(environment));
  });
});

describe("prices of Graviton", () => {
  const arm = toArm(PRICES);

  it("are those of the same size, and of Fargate on ARM", () => {
    expect(arm.instanceHour["t3.small"]).toBe(PRICES.instanceHour["t4g.small"]);
    expect(arm.instanceHour["m6i.large"]).toBe(PRICES.instanceHour["m6g.large"]);
    expect(arm.of).toMatchObject({ fargateVcpuHour: 0.03238, fargateGbHour: 0.00356, natHour: 0.045 });
  });

  it("are the prices of today where there is no such type", () => {
    expect(toArm({ ...PRICES, instanceHour: { "t3.small": 0.0208, "x9.huge": 9 } }).instanceHour).toEqual({
      "t3.small": 0.0208,
      "x9.huge": 9,
    });
  });
});

describe("prices of Fargate Spot", () => {
  it("are less by the discount", () => {
    expect(toFargateSpot(PRICES, 0.5).of).toMatchObject({
      fargateVcpuHour: 0.02024,
      fargateGbHour: 0.0022225,
      natHour: 0.045,
    });
  });
});

describe("a patch", () => {
  it("changes members deep inside, puts lists in place, and takes away what is undefined", () => {
    const before = { network: { nat: "single", zones: ["a", "b"] }, spot: { base: 1 }, name: "prod" };
    const after = patched(before, { network: { zones: ["c"] }, spot: undefined, api: { type: "rest" } });
    expect(JSON.parse(JSON.stringify(after))).toEqual({
      network: { nat: "single", zones: ["c"] },
      name: "prod",
      api: { type: "rest" },
    });
  });
});

describe("the first fault of a message", () => {
  it("is told without its place", () => {
    expect(firstFault("the configuration has 2 faults\n\nfile $.a\n  wrong:   it is bad\n  wrong:   so is this")).toBe(
      "it is bad",
    );
    expect(firstFault("the stacks could not be synthesised\nquota: too many\nmore")).toBe(
      "the stacks could not be synthesised quota: too many",
    );
  });
});
