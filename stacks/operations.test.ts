import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { describe, expect, it } from "vitest";
import type { Service } from "../config/service";
import type { Synthesised } from "../modules/testing/synth";
import { type AllStacks, allStacks, type Changes, synthesiseAll } from "./stacks.fixtures";

const alarmsOf = (stack: Synthesised) => stack.resources(CloudwatchMetricAlarm);
const namesOf = (stack: Synthesised) => alarmsOf(stack).map((alarm) => String(alarm.alarm_name));
const named = (stack: Synthesised, name: string) => alarmsOf(stack).find((alarm) => alarm.alarm_name === name);
const jenkinsEcs = (changes: Changes) => synthesiseAll("local", changes).jenkinsEcs;
const only = (name: string, change: (service: Service) => Service): Changes => ({
  service: (service) => (service.name === name ? change(service) : service),
});

const systemsOf = (stacks: AllStacks) =>
  [stacks.jenkinsEcs, stacks.coffeeSuppliers, stacks.userNotifications, stacks.publicApi].filter(
    (stack) => stack !== undefined,
  );

/** Those of every kind: default, EC2, blue/green, with a database, internal, exposed. */
const WHOLE = ["customer", "employee", "service-a", "service-b", "notification", "user-management", "service-b-api"];

describe("what people who look after a system have", () => {
  const whole = synthesiseAll("local", {}, WHOLE);
  // Here, for all the synthesis together is longer than a test may take on a busy machine.
  const inLocal = systemsOf(whole).flatMap(namesOf);
  const inProd = systemsOf(synthesiseAll("prod", {}, WHOLE)).flatMap(namesOf);

  it("is alarms with names that no other alarm of the environment has", () => {
    expect(inLocal.length).toBeGreaterThan(50);
    expect(new Set(inLocal).size).toBe(inLocal.length);
  });

  it("has the same names in every environment but for the environment's", () => {
    expect(inProd.map((name) => name.replace("-prod", "-local"))).toEqual(inLocal);
  });

  it("shows each alarm of a system on its dashboard, which is one", () => {
    for (const stack of systemsOf(whole)) {
      const { dashboard_body } = stack.resource(CloudwatchDashboard);
      const shown = [
        ...String(dashboard_body).matchAll(/alarm:\$\{aws_cloudwatch_metric_alarm\.[\w-]+\.alarm_name\}/g),
      ];
      expect(new Set(shown.map(([text]) => text)).size).toBe(namesOf(stack).length);
    }
  });

  it("shows the services of a system by their names", () => {
    const { dashboard_body } = whole.userNotifications.resource(CloudwatchDashboard);
    const { widgets } = JSON.parse(String(dashboard_body)) as { widgets: { properties: { markdown?: string } }[] };
    expect(widgets.flatMap(({ properties: { markdown } }) => markdown ?? [])).toEqual([
      "## notification",
      "## user-management",
    ]);
  });

  it("tells one topic of all of it", () => {
    for (const stack of systemsOf(whole)) {
      const topics = [
        ...alarmsOf(stack).flatMap((alarm) => alarm.alarm_actions),
        ...stack
          .resources(CloudwatchEventTarget)
          .map(({ arn }) => String(arn))
          .filter((arn) => arn.includes("aws_sns_topic")),
      ];
      expect(new Set(topics).size).toBe(1);
    }
  });

  it("has two alarms for the two target groups of a blue/green service, and none twice", () => {
    expect(namesOf(whole.coffeeSuppliers).filter((name) => name.includes("customer"))).toEqual([
      "coffee-suppliers-local-customer-cpu",
      "coffee-suppliers-local-customer-latency-blue",
      "coffee-suppliers-local-customer-latency-green",
      "coffee-suppliers-local-customer-memory",
      "coffee-suppliers-local-customer-running-tasks",
      "coffee-suppliers-local-customer-5xx-blue",
      "coffee-suppliers-local-customer-unhealthy-blue",
      "coffee-suppliers-local-customer-5xx-green",
      "coffee-suppliers-local-customer-unhealthy-green",
    ]);
  });

  it("has an alarm for each load balancer, the API's among them", () => {
    expect(inLocal.filter((name) => name.endsWith("-load-balancer")).toSorted()).toEqual([
      "coffee-suppliers-local-load-balancer",
      "jenkins-ecs-local-load-balancer",
      "public-api-local-load-balancer",
      "user-notifications-local-load-balancer",
    ]);
  });

  it("is told of deployments that fail, by ECS everywhere and by CodeDeploy where that deploys", () => {
    const rules = (stack: Synthesised) =>
      stack
        .resources(CloudwatchEventRule)
        .map(({ name }) => String(name))
        .filter((name) => name.includes("failed"));
    expect(rules(whole.jenkinsEcs)).toEqual(["jenkins-ecs-local-failed-deployment"]);
    expect(rules(whole.coffeeSuppliers).toSorted()).toEqual([
      "coffee-suppliers-local-failed-deployment",
      "coffee-suppliers-local-failed-release",
    ]);
  });
});

describe("what the configuration says of alarms", () => {
  it("gives nobody a mail unless somebody is named", () => {
    expect(allStacks("local").jenkinsEcs.resources(SnsTopicSubscription)).toEqual([]);
    const emails = ["ops@example.com"];
    const told = jenkinsEcs({ environment: (same) => ({ ...same, alarms: { emails } }) });
    expect(told.resource(SnsTopicSubscription)).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
  });

  it("moves the time that a service may take", () => {
    const stack = jenkinsEcs(only("service-a", (service) => ({ ...service, alarms: { latencyMs: 250 } })));
    expect(named(stack, "jenkins-ecs-local-service-a-latency")?.threshold).toBe(0.25);
    expect(named(stack, "jenkins-ecs-local-service-b-latency")?.threshold).toBe(1);
  });

  it("takes a service's busiest time for what scaling does not hold", () => {
    const stack = jenkinsEcs(
      only("service-a", (service) => ({ ...service, scaling: { ...service.scaling, cpuPercent: 95 } })),
    );
    expect(named(stack, "jenkins-ecs-local-service-a-cpu")?.threshold).toBe(98);
    expect(named(stack, "jenkins-ecs-local-service-a-memory")?.threshold).toBe(90);
  });

  it.each([
    ["its replicas", (service: Service) => ({ ...service, replicas: { ...service.replicas, min: 0 } })],
    [
      "a schedule",
      (service: Service) => ({
        ...service,
        scaling: {
          ...service.scaling,
          schedules: [{ name: "night", schedule: "rate(1 day)", timezone: "UTC", min: 0, max: 0 }],
        },
      }),
    ],
  ])("does not take it for a fault that there is no task, where %s allow it", (_name, change) => {
    const stack = jenkinsEcs(only("service-a", change));
    const missing = (service: string) => named(stack, `jenkins-ecs-local-${service}-running-tasks`)?.treat_missing_data;
    expect(missing("service-a")).toBe("notBreaching");
    expect(missing("service-b")).toBe("breaching");
  });

  it("counts no tasks where Container Insights is off", () => {
    const stack = jenkinsEcs({ environment: (same) => ({ ...same, containerInsights: "disabled" }) });
    expect(namesOf(stack).filter((name) => name.endsWith("running-tasks"))).toEqual([]);
    expect(stack.resource(CloudwatchDashboard).dashboard_body).not.toContain("RunningTaskCount");
  });

  it("lets memory only add tasks where a service keeps what it took", () => {
    const stack = jenkinsEcs(
      only("service-a", (service) => ({ ...service, scaling: { ...service.scaling, memoryScaleIn: false } })),
    );
    const policies = stack
      .resources(AppautoscalingPolicy)
      .filter((policy) => policy.target_tracking_scaling_policy_configuration)
      .map(({ name, target_tracking_scaling_policy_configuration: how }) => [
        name,
        (how as { disable_scale_in?: boolean }).disable_scale_in ?? false,
      ]);
    expect(policies).toEqual([
      ["service-a-cpu", false],
      ["service-a-memory", true],
      ["service-b-cpu", false],
      ["service-b-memory", false],
    ]);
  });
});
