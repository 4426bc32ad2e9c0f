import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformOutput, Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { LoadBalancer } from "../alb/load-balancer";
import { TargetGroupPair } from "../alb/target-group-pair";
import { refusalOf, synthesise } from "../testing/synth";
import { TargetGroupAlarms, type TargetGroupAlarmsProps } from "./target-group-alarms";

const alarms = (scope: Construct, props: Partial<TargetGroupAlarmsProps> = {}) => {
  const { loadBalancer } = new LoadBalancer(scope, "LoadBalancer", {
    name: "shop",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-1"],
    idleTimeoutSeconds: 60,
  });
  const { blue, green } = new TargetGroupPair(scope, "Targets", {
    namePrefix: "cart-",
    displayName: "shop-cart",
    vpcId: "vpc-1",
    targetType: "ip",
    port: 8080,
    healthCheck: { path: "/healthcheck" },
  });
  return new TargetGroupAlarms(scope, "Alarms", {
    namePrefix: "shop-cart",
    loadBalancer,
    targetGroups: [
      { label: "blue", targetGroup: blue },
      { label: "green", targetGroup: green },
    ],
    alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
    ...props,
  });
};

describe("the alarms of target groups", () => {
  const stack = synthesise((scope) => {
    new TerraformOutput(scope, "names", { value: alarms(scope).names });
  });
  const named = (name: string) => stack.resources(CloudwatchMetricAlarm).find((alarm) => alarm.alarm_name === name);

  it("are two for each target group", () => {
    expect(
      stack
        .resources(CloudwatchMetricAlarm)
        .map((alarm) => alarm.alarm_name)
        .sort(),
    ).toEqual(["shop-cart-5xx-blue", "shop-cart-5xx-green", "shop-cart-unhealthy-blue", "shop-cart-unhealthy-green"]);
  });

  it("ring when targets answer with 5xx more than five times in a minute", () => {
    expect(named("shop-cart-5xx-blue")).toMatchObject({
      namespace: "AWS/ApplicationELB",
      metric_name: "HTTPCode_Target_5XX_Count",
      statistic: "Sum",
      comparison_operator: "GreaterThanThreshold",
      threshold: 5,
      period: 60,
      evaluation_periods: 1,
      dimensions: {
        LoadBalancer: expect.stringMatching(/^\$\{aws_lb\.\w+\.arn_suffix\}$/),
        TargetGroup: expect.stringMatching(/^\$\{aws_lb_target_group\.Targets_Blue_\w+\.arn_suffix\}$/),
      },
    });
  });

  it("ring when a target stays unhealthy for three minutes", () => {
    expect(named("shop-cart-unhealthy-green")).toMatchObject({
      metric_name: "UnHealthyHostCount",
      statistic: "Maximum",
      threshold: 0,
      evaluation_periods: 3,
      dimensions: { TargetGroup: expect.stringMatching(/Targets_Green_/) },
    });
  });

  it("take no data for no fault, and tell the topic of both ends", () => {
    const topic = ["arn:aws:sns:eu-west-1:123456789012:alarms"];
    for (const alarm of stack.resources(CloudwatchMetricAlarm)) {
      expect(alarm).toMatchObject({ treat_missing_data: "notBreaching", alarm_actions: topic, ok_actions: topic });
    }
  });

  it("are known by their names, which wait for the alarms to be there", () => {
    const { output } = JSON.parse(stack.json) as { output: { names: { value: string[] } } };
    expect(output.names.value).toHaveLength(4);
    for (const name of output.names.value)
      expect(name).toMatch(/^\$\{aws_cloudwatch_metric_alarm\.[\w-]+\.alarm_name\}$/);
  });

  const refusal = (props: Partial<TargetGroupAlarmsProps>) => refusalOf((scope) => alarms(scope, props));

  it("refuse a name of 256 characters", () => {
    const name = `${"n".repeat(247)}-5xx-blue`;
    expect(refusal({ namePrefix: "n".repeat(247) })).toBe(
      `test/Alarms: "name" is "${name}"; allowed: 1 to 255 visible ASCII characters and spaces`,
    );
  });

  it("refuse the same label twice", () => {
    expect(
      refusalOf((scope) => {
        const { blue } = new TargetGroupPair(scope, "More", {
          namePrefix: "cart-",
          displayName: "shop-cart",
          vpcId: "vpc-1",
          targetType: "ip",
          port: 8080,
          healthCheck: { path: "/" },
        });
        const twice = { label: "blue", targetGroup: blue };
        alarms(scope, { targetGroups: [twice, twice] });
      }),
    ).toBe('test/Alarms: "targetGroups[1]" repeats "blue"; allowed: each member once');
  });

  it("take a prefix that is known at apply only", () => {
    expect(refusal({ namePrefix: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
