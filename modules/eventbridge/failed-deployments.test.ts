import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { FailedDeployments, type FailedDeploymentsProps } from "./failed-deployments";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";

const given: FailedDeploymentsProps = {
  ruleName: "shop-dev-failed-deployment",
  location: { partition: "aws", region: "eu-west-1", accountId: "123456789012" },
  clusterName: "shop-dev",
  topicArn: TOPIC,
};
const blueGreen = { applicationName: "shop-dev", ruleName: "shop-dev-failed-release" };
const made = (props: Partial<FailedDeploymentsProps> = {}) =>
  synthesise((scope) => new FailedDeployments(scope, "Failed", { ...given, ...props }));

describe("failed deployments", () => {
  it("are told by one rule and its target", () => {
    expect(made().counts()).toEqual({ aws_cloudwatch_event_rule: 1, aws_cloudwatch_event_target: 1 });
  });

  it("are those that ECS's circuit breaker ends, of services of the one cluster", () => {
    const { name, event_pattern } = made().resource(CloudwatchEventRule);
    expect(name).toBe("shop-dev-failed-deployment");
    expect(JSON.parse(String(event_pattern))).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: "arn:aws:ecs:eu-west-1:123456789012:service/shop-dev/" }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    });
  });

  it("are told in words, with the page of what to do, without a role", () => {
    const target = made().resource(CloudwatchEventTarget);
    expect(target).toMatchObject({
      arn: TOPIC,
      rule: expect.stringMatching(/^\$\{aws_cloudwatch_event_rule\.Failed_RollingRule_\w+\.name\}$/),
      input_transformer: {
        input_paths: { service: "$.resources[0]", deployment: "$.detail.deploymentId", reason: "$.detail.reason" },
        input_template:
          '"The deployment <deployment> of <service> has failed: <reason> What to do: docs/runbooks/failed-deployment.md"',
      },
    });
    expect(target).not.toHaveProperty("role_arn");
  });

  it("are those of CodeDeploy as well, where services are deployed blue/green", () => {
    const stack = made({ blueGreen });
    expect(stack.counts()).toEqual({ aws_cloudwatch_event_rule: 2, aws_cloudwatch_event_target: 2 });
    const rule = stack.resources(CloudwatchEventRule).find(({ name }) => name === "shop-dev-failed-release");
    expect(JSON.parse(String(rule?.event_pattern))).toEqual({
      source: ["aws.codedeploy"],
      "detail-type": ["CodeDeploy Deployment State-change Notification"],
      detail: { application: ["shop-dev"], state: ["FAILURE", "STOP"] },
    });
  });

  it("are told with each place in the words filled", () => {
    for (const { input_transformer } of made({ blueGreen }).resources(CloudwatchEventTarget)) {
      const { input_paths, input_template } = input_transformer as {
        input_paths: Record<string, string>;
        input_template: string;
      };
      const places = [...input_template.matchAll(/<(\w+)>/g)].map(([, place = ""]) => place);
      expect(places.toSorted()).toEqual(Object.keys(input_paths).toSorted());
    }
  });

  const refusal = (props: Partial<FailedDeploymentsProps>) =>
    refusalOf((scope) => new FailedDeployments(scope, "Failed", { ...given, ...props }));

  it("refuse a rule's name of 65 characters", () => {
    const ruleName = "n".repeat(65);
    expect(refusal({ ruleName })).toBe(
      `test/Failed: "ruleName" is "${ruleName}"; allowed: 1 to 64 letters, digits, dots, hyphens and underscores`,
    );
  });

  it("refuse the name of CodeDeploy's rule with a space", () => {
    expect(refusal({ blueGreen: { ...blueGreen, ruleName: "failed release" } })).toBe(
      'test/Failed: "blueGreen.ruleName" is "failed release"; allowed: 1 to 64 letters, digits, dots, hyphens and underscores',
    );
  });
});
