import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { TargetGroup } from "../alb/target-group";
import { blueGreenService, deploymentGroupProps } from "../codepipeline/release.fixtures";
import { refusalOf } from "../testing/synth";
import { BlueGreenApplication } from "./blue-green-application";
import { DeploymentGroup, type DeploymentGroupProps } from "./deployment-group";
import type { DeploymentStrategy } from "./strategy";

const NAME = "1 to 100 letters, digits and . _ + = , @ -";
const LONG = "n".repeat(101);

const refusal = (change: (props: DeploymentGroupProps, scope: Construct) => Partial<DeploymentGroupProps>) =>
  refusalOf((scope) => {
    const props = deploymentGroupProps(scope);
    new DeploymentGroup(scope, "Group", { ...props, ...change(props, scope) });
  });

describe("an application", () => {
  const application = (name: string) => refusalOf((scope) => new BlueGreenApplication(scope, "Application", { name }));

  it("refuses a name with a slash", () => {
    expect(application("shop/dev")).toBe(`test/Application: "name" is "shop/dev"; allowed: ${NAME}`);
  });

  it("refuses a name of 101 characters, and takes one of 100", () => {
    expect(application(LONG)).toBe(`test/Application: "name" is "${LONG}"; allowed: ${NAME}`);
    expect(application(LONG.slice(1))).toBeUndefined();
  });
});

describe("a deployment group", () => {
  it.each<[string, Partial<DeploymentGroupProps>, string]>([
    ["a name of 101 characters", { name: LONG }, `"name" is "${LONG}"; allowed: ${NAME}`],
    ["to bake for -1 minutes", { bakeMinutes: -1 }, '"bakeMinutes" is -1; allowed: a whole number from 0 to 2880'],
    [
      "to bake for 2881 minutes",
      { bakeMinutes: 2881 },
      '"bakeMinutes" is 2881; allowed: a whole number from 0 to 2880',
    ],
    [
      "51 alarms",
      { alarmNames: Array.from({ length: 51 }, (_, index) => `a${index}`) },
      '"alarmNames" has 51 members; allowed: 50 at most',
    ],
    ["one alarm twice", { alarmNames: ["a", "a"] }, '"alarmNames[1]" repeats "a"; allowed: each member once'],
    [
      "tasks without roles",
      { passRoleArns: [] },
      '"passRoleArns" has 0 members; allowed: the roles that the task definitions name',
    ],
    [
      "a role's name of 65 characters",
      { roleName: "r".repeat(65) },
      `"name" is "${"r".repeat(65)}"; allowed: 1 to 64 letters, digits and _ + = , . @ -`,
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(() => props)).toBe(`test/Group: ${message}`);
  });

  it("refuses a service that ECS deploys", () => {
    expect(
      refusalOf((scope) => {
        const made = blueGreenService(scope, { deploymentController: "ECS" });
        new DeploymentGroup(scope, "Group", deploymentGroupProps(scope, made));
      }),
    ).toBe(
      'test/Group: "service" has the deployment controller ECS; allowed: a service with the deployment controller CODE_DEPLOY',
    );
  });

  it("refuses one target group for both colours", () => {
    expect(refusal(({ blue }) => ({ green: blue }))).toBe(
      'test/Group: "green" is the target group of "blue", too; allowed: two target groups',
    );
  });

  it("refuses target groups of two types", () => {
    expect(
      refusal((_, scope) => ({
        green: new TargetGroup(new Construct(scope, "Other"), "Targets", {
          namePrefix: "cart-",
          displayName: "shop-cart",
          vpcId: "vpc-1",
          targetType: "instance",
          port: 8080,
          healthCheck: { path: "/" },
        }),
      })),
    ).toBe('test/Group: "green" has the target type instance; allowed: that of "blue", ip');
  });

  it("refuses one listener for both routes", () => {
    expect(refusal(({ productionListener }) => ({ testListener: productionListener }))).toBe(
      'test/Group: "testListener" is the "productionListener", too; allowed: two listeners of one load balancer',
    );
  });

  const shift = (strategy: DeploymentStrategy) => refusal(() => ({ strategy }));
  const PERCENT = "a whole number from 1 to 99";

  it.each<[string, DeploymentStrategy, string]>([
    ["0 per cent", { type: "linear", percent: 0, intervalMinutes: 1 }, `"strategy.percent" is 0; allowed: ${PERCENT}`],
    [
      "100 per cent",
      { type: "canary", percent: 100, intervalMinutes: 1 },
      `"strategy.percent" is 100; allowed: ${PERCENT}`,
    ],
    [
      "steps at once",
      { type: "canary", percent: 50, intervalMinutes: 0 },
      '"strategy.intervalMinutes" is 0; allowed: a whole number from 1 to 2880',
    ],
    [
      "a wait of two days and a minute",
      { type: "canary", percent: 50, intervalMinutes: 2881 },
      '"strategy.intervalMinutes" is 2881; allowed: a whole number from 1 to 2880',
    ],
    [
      "steps that take more than two days",
      { type: "linear", percent: 30, intervalMinutes: 961 },
      '"strategy.intervalMinutes" is 961, so that 3 steps of 30 per cent take 2883 minutes; allowed: 2880 minutes from the first step to the last',
    ],
  ])("refuses a strategy with %s", (_, strategy, message) => {
    expect(shift(strategy)).toBe(`test/Group: ${message}`);
  });

  it("refuses a name that leaves no room for its configuration's", () => {
    const name = "n".repeat(70);
    expect(refusal(() => ({ name, strategy: { type: "linear", percent: 20, intervalMinutes: 1 } }))).toBe(
      `test/Group: "the deployment configuration's name" is "shop-dev-${name}-linear-20-percent-1-minutes"; allowed: ${NAME}`,
    );
  });

  it("takes both ends of every limit, and what is known at apply only", () => {
    expect(shift({ type: "linear", percent: 30, intervalMinutes: 960 })).toBeUndefined();
    expect(shift({ type: "canary", percent: 1, intervalMinutes: 2880 })).toBeUndefined();
    expect(shift({ type: "linear", percent: 99, intervalMinutes: 1 })).toBeUndefined();
    const alarmNames = Array.from({ length: 50 }, (_, index) => `a${index}`);
    expect(refusal(() => ({ bakeMinutes: 0, name: "n".repeat(100), alarmNames }))).toBeUndefined();
    expect(refusal(() => ({ bakeMinutes: 2880 }))).toBeUndefined();
    const later = Token.asNumber({ resolve: () => 1 });
    expect(refusal(() => ({ bakeMinutes: later, name: Token.asString({ resolve: () => "later" }) }))).toBeUndefined();
    expect(shift({ type: "linear", percent: later, intervalMinutes: later })).toBeUndefined();
  });
});
