import {
  CodedeployDeploymentConfig,
  type CodedeployDeploymentConfigTrafficRoutingConfig,
} from "@cdktf/provider-aws/lib/codedeploy-deployment-config";
import type { Construct } from "constructs";
import { CODEDEPLOY_NAME } from "../aws/forms";
import { TRAFFIC_SHIFT_MINUTES, TRAFFIC_SHIFT_PERCENT } from "../aws/limits";
import { isKnown, PropCheck } from "../prop-check";

/** Requests move in steps. */
export interface GradualShift {
  /** `canary`: one step of `percent`, then the rest. `linear`: a step of `percent` after the other. */
  readonly type: "canary" | "linear";
  /** Per cent of the requests that a step moves, 1 to 99. */
  readonly percent: number;
  /** Minutes between two steps, 1 or more; 2880 at most from the first step to the last. */
  readonly intervalMinutes: number;
}

/** How a deployment moves the requests from blue to green. */
export type DeploymentStrategy = { readonly type: "all-at-once" } | GradualShift;

/** The gradual configurations that AWS has, by type, percent and minutes. Source: CodeDeploy User Guide, "Predefined deployment configurations for an Amazon ECS compute platform". */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["canary 10 5", "CodeDeployDefault.ECSCanary10Percent5Minutes"],
  ["canary 10 15", "CodeDeployDefault.ECSCanary10Percent15Minutes"],
  ["linear 10 1", "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"],
  ["linear 10 3", "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"],
]);

/**
 * The name of the deployment configuration of a strategy: one that AWS has, else a new one, whose name begins with
 * `prefix`.
 */
export function deploymentConfigName(scope: Construct, prefix: string, strategy: DeploymentStrategy): string {
  if (strategy.type === "all-at-once") return "CodeDeployDefault.ECSAllAtOnce";
  checkShift(scope, strategy);
  const { type, percent, intervalMinutes } = strategy;
  return PREDEFINED.get(`${type} ${percent} ${intervalMinutes}`) ?? createConfig(scope, prefix, strategy);
}

function createConfig(scope: Construct, prefix: string, shift: GradualShift): string {
  // What it says is in the name: a configuration cannot be changed, and a new one takes a new name.
  const name = `${prefix}-${shift.type}-${shift.percent}-percent-${shift.intervalMinutes}-minutes`;
  new PropCheck(scope).text("the deployment configuration's name", name, CODEDEPLOY_NAME);
  const config = new CodedeployDeploymentConfig(scope, "Config", {
    deploymentConfigName: name,
    computePlatform: "ECS",
    trafficRoutingConfig: trafficRouting(shift),
    // The deployment group uses the old one until it has the new one.
    lifecycle: { createBeforeDestroy: true },
  });
  return config.deploymentConfigName;
}

function trafficRouting({
  type,
  percent,
  intervalMinutes,
}: GradualShift): CodedeployDeploymentConfigTrafficRoutingConfig {
  const steps = { percentage: percent, interval: intervalMinutes };
  return type === "canary"
    ? { type: "TimeBasedCanary", timeBasedCanary: steps }
    : { type: "TimeBasedLinear", timeBasedLinear: steps };
}

function checkShift(scope: Construct, { type, percent, intervalMinutes }: GradualShift): void {
  const check = new PropCheck(scope);
  check.wholeNumber("strategy.percent", percent, TRAFFIC_SHIFT_PERCENT);
  check.wholeNumber("strategy.intervalMinutes", intervalMinutes, TRAFFIC_SHIFT_MINUTES);
  if (!isKnown(percent) || !isKnown(intervalMinutes)) return;
  const steps = type === "canary" ? 1 : Math.ceil(100 / percent) - 1;
  if (steps * intervalMinutes > TRAFFIC_SHIFT_MINUTES.max) {
    throw check.error(
      "strategy.intervalMinutes",
      `is ${intervalMinutes}, so that ${steps} steps of ${percent} per cent take ${steps * intervalMinutes} minutes`,
      `${TRAFFIC_SHIFT_MINUTES.max} minutes from the first step to the last`,
    );
  }
}
