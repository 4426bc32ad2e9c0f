import { runInNewContext } from "node:vm";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { TerraformOutput, Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { watchedService } from "./cloudwatch.fixtures";
import { ServiceAlarms, type ServiceAlarmsProps } from "./service-alarms";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";

type Changes = Partial<ServiceAlarmsProps> & { readonly of?: Parameters<typeof watchedService>[1] };

const alarms = (scope: Construct, { of, ...props }: Changes = {}) =>
  new ServiceAlarms(scope, "Alarms", {
    namePrefix: "shop-cart",
    service: watchedService(scope, of),
    latencyMs: 1000,
    alarmTopicArn: TOPIC,
    ...props,
  });
const made = (changes: Changes = {}) => synthesise((scope) => alarms(scope, changes));
const all = (changes: Changes = {}) => made(changes).resources(CloudwatchMetricAlarm);
const named = (name: string, changes: Changes = {}) => all(changes).find((alarm) => alarm.alarm_name === name);
const namesOf = (changes: Changes = {}) =>
  all(changes)
    .map((alarm) => alarm.alarm_name)
    .sort();

const TARGETS = {
  TargetGroup: expect.stringMatching(/^\$\{aws_lb_target_group\.[\w-]+\.arn_suffix\}$/),
  LoadBalancer: expect.stringMatching(/^\$\{aws_lb\.[\w-]+\.arn_suffix\}$/),
};
const TASKS = { ClusterName: "shop-dev", ServiceName: "cart" };

describe("the alarms of a service", () => {
  it("are six", () => {
    expect(namesOf()).toEqual([
      "shop-cart-5xx",
      "shop-cart-cpu",
      "shop-cart-latency",
      "shop-cart-memory",
      "shop-cart-running-tasks",
      "shop-cart-unhealthy",
    ]);
  });

  it("tell the topic of both ends, and name a page of what to do", () => {
    for (const alarm of all()) {
      expect(alarm).toMatchObject({
        alarm_actions: [TOPIC],
        ok_actions: [TOPIC],
        comparison_operator: "GreaterThanThreshold",
      });
      expect(alarm.alarm_description).toMatch(/\. What to do: docs\/runbooks\/[\w-]+\.md$/);
    }
  });

  it("ring when more than 5 % of the requests fail for three minutes", () => {
    expect(named("shop-cart-5xx")).toMatchObject({
      threshold: 5,
      evaluation_periods: 3,
      treat_missing_data: "notBreaching",
      metric_query: [
        { id: "result", expression: "100 * errors / (requests + 20)", return_data: true },
        {
          id: "errors",
          metric: {
            namespace: "AWS/ApplicationELB",
            metric_name: "HTTPCode_Target_5XX_Count",
            dimensions: TARGETS,
            stat: "Sum",
            period: 60,
          },
        },
        { id: "requests", metric: { metric_name: "RequestCount", dimensions: TARGETS, stat: "Sum", period: 60 } },
      ],
    });
  });

  it.each([
    [1, 1, false],
    [2, 2, true],
    [5, 100, false],
    [7, 100, true],
    [500, 10_000, false],
    [502, 10_000, true],
  ])("take %i failed of %i requests for a fault: %s", (errors, requests, rings) => {
    const [result] = (named("shop-cart-5xx")?.metric_query ?? []) as { expression: string }[];
    // CloudWatch's expression is one of JavaScript's, too.
    expect(runInNewContext(result?.expression ?? "", { errors, requests }) > 5).toBe(rings);
  });

  it("ring when 5 of 100 requests take longer than the service allows, for five minutes", () => {
    const alarm = named("shop-cart-latency", { latencyMs: 250 });
    expect(alarm).toMatchObject({
      namespace: "AWS/ApplicationELB",
      metric_name: "TargetResponseTime",
      extended_statistic: "p95",
      dimensions: TARGETS,
      threshold: 0.25,
      period: 60,
      evaluation_periods: 5,
      treat_missing_data: "notBreaching",
    });
    expect(alarm).not.toHaveProperty("statistic");
  });

  it.each([
    ["cpu", "CPUUtilization"],
    ["memory", "MemoryUtilization"],
  ])("ring when the tasks use more than 90 %% of their %s for a quarter of an hour", (kind, metric) => {
    expect(named(`shop-cart-${kind}`)).toMatchObject({
      namespace: "AWS/ECS",
      metric_name: metric,
      statistic: "Average",
      dimensions: TASKS,
      threshold: 90,
      period: 60,
      evaluation_periods: 15,
      treat_missing_data: "notBreaching",
    });
  });

  it.each([
    [undefined, 90],
    [1, 90],
    [75, 90],
    [80, 90],
    [81, 91],
    [95, 98],
    [100, 100],
  ])("ring above what scaling holds: %s %% held, %i %% is too much", (heldPercent, threshold) => {
    const changes = { cpuPercent: heldPercent, memoryPercent: heldPercent };
    expect(named("shop-cart-cpu", changes)?.threshold).toBe(threshold);
    expect(named("shop-cart-memory", changes)?.threshold).toBe(threshold);
  });

  it("ring when targets are unhealthy for five minutes", () => {
    expect(named("shop-cart-unhealthy")).toMatchObject({
      metric_name: "UnHealthyHostCount",
      statistic: "Maximum",
      dimensions: TARGETS,
      threshold: 0,
      evaluation_periods: 5,
      treat_missing_data: "notBreaching",
    });
  });

  it("ring when fewer tasks run than ECS is to run for ten minutes, or none, of which there is no data", () => {
    const count = (id: string, name: string) => ({
      id,
      metric: { namespace: "ECS/ContainerInsights", metric_name: name, dimensions: TASKS, stat: "Average", period: 60 },
    });
    expect(named("shop-cart-running-tasks")).toMatchObject({
      threshold: 0,
      evaluation_periods: 10,
      treat_missing_data: "breaching",
      metric_query: [
        { id: "result", expression: "desired - running", return_data: true },
        count("desired", "DesiredTaskCount"),
        count("running", "RunningTaskCount"),
      ],
    });
  });

  it("take no data for no fault where the service may have no task", () => {
    expect(named("shop-cart-running-tasks", { mayHaveNoTask: true })?.treat_missing_data).toBe("notBreaching");
  });

  it("do not count tasks without Container Insights, which alone does", () => {
    expect(namesOf({ of: { containerInsights: false } })).not.toContain("shop-cart-running-tasks");
  });

  it("watch each of two target groups, and leave to others what is watched already", () => {
    expect(namesOf({ of: { blueGreen: true }, targetsWatched: true })).toEqual([
      "shop-cart-cpu",
      "shop-cart-latency-blue",
      "shop-cart-latency-green",
      "shop-cart-memory",
      "shop-cart-running-tasks",
    ]);
  });

  it("are known by their names, which wait for the alarms to be there", () => {
    const stack = synthesise((scope) => {
      new TerraformOutput(scope, "names", { value: alarms(scope).names });
    });
    const { output } = JSON.parse(stack.json) as { output: { names: { value: string[] } } };
    expect(output.names.value).toHaveLength(6);
    for (const name of output.names.value)
      expect(name).toMatch(/^\$\{aws_cloudwatch_metric_alarm\.[\w-]+\.alarm_name\}$/);
  });

  const refusal = (changes: Changes) => refusalOf((scope) => alarms(scope, changes));

  it("refuse a name of 256 characters", () => {
    const namePrefix = "n".repeat(252);
    expect(refusal({ namePrefix })).toBe(
      `test/Alarms: "name" is "${namePrefix}-5xx"; allowed: 1 to 255 visible ASCII characters and spaces`,
    );
  });

  it("refuse two target groups that nothing tells apart", () => {
    const same = (scope: Construct) => {
      const service = watchedService(scope);
      return { ...service, targetGroups: [...service.targetGroups, ...service.targetGroups] };
    };
    expect(refusalOf((scope) => alarms(scope, { service: same(scope), of: { name: "other" } }))).toBe(
      'test/Alarms: "targetGroups[1]" repeats ""; allowed: each member once',
    );
  });

  it("refuse a service without a target group", () => {
    expect(
      refusalOf((scope) =>
        alarms(scope, { service: { ...watchedService(scope), targetGroups: [] }, of: { name: "other" } }),
      ),
    ).toBe('test/Alarms: "targetGroups" has 0 members; allowed: at least one');
  });

  it("take what is known at apply only", () => {
    const later = { resolve: () => "later" };
    expect(refusal({ namePrefix: Token.asString(later), latencyMs: Token.asNumber(later) })).toBeUndefined();
  });
});
