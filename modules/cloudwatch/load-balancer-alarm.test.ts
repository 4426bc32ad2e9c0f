import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { watchedService } from "./cloudwatch.fixtures";
import { createLoadBalancerAlarm } from "./load-balancer-alarm";

const alarm = (scope: Construct, name = "shop-dev-load-balancer") => {
  const { loadBalancer } = watchedService(scope);
  createLoadBalancerAlarm(scope, "Alarm", { name, loadBalancer, alarmTopicArn: "arn:aws:sns:eu-west-1:1:alarms" });
};

describe("the alarm of a load balancer", () => {
  it("rings when it answers 5xx by itself more than five times a minute, for three minutes", () => {
    expect(synthesise((scope) => alarm(scope)).resource(CloudwatchMetricAlarm)).toMatchObject({
      alarm_name: "shop-dev-load-balancer",
      namespace: "AWS/ApplicationELB",
      metric_name: "HTTPCode_ELB_5XX_Count",
      dimensions: { LoadBalancer: expect.stringMatching(/^\$\{aws_lb\.[\w-]+\.arn_suffix\}$/) },
      statistic: "Sum",
      comparison_operator: "GreaterThanThreshold",
      threshold: 5,
      period: 60,
      evaluation_periods: 3,
      treat_missing_data: "notBreaching",
      alarm_description: expect.stringMatching(/ What to do: docs\/runbooks\/load-balancer\.md$/),
      alarm_actions: ["arn:aws:sns:eu-west-1:1:alarms"],
    });
  });

  it("refuses a name of 256 characters", () => {
    const name = "n".repeat(256);
    expect(refusalOf((scope) => alarm(scope, name))).toBe(
      `test: "name" is "${name}"; allowed: 1 to 255 visible ASCII characters and spaces`,
    );
  });
});
