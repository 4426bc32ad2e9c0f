import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";
import { EVENT_RULE_NAME } from "../aws/forms";
import { runbookPage } from "../cloudwatch/runbooks";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";

export interface FailedDeploymentsProps {
  /** Name of the rule of ECS's deployments: 1 to 64 letters, digits, dots, hyphens and underscores. */
  readonly ruleName: string;
  /** Where the cluster is. */
  readonly location: AwsLocation;
  /** Name of the cluster; deployments of all its services count. */
  readonly clusterName: string;
  /** The application of CodeDeploy that services are deployed blue/green by, and the name of its rule. @default - none is */
  readonly blueGreen?: { readonly applicationName: string; readonly ruleName: string };
  /** ARN of the topic that is told; its policy lets EventBridge publish. */
  readonly topicArn: string;
}

/** Which events are told, and in which words. */
interface Notice {
  readonly id: "Rolling" | "BlueGreen";
  readonly ruleName: string;
  readonly description: string;
  readonly pattern: object;
  /** What the words take of the event, by JSON path. */
  readonly paths: Readonly<Record<string, string>>;
  readonly words: string;
}

/**
 * Tells a topic of each deployment that ECS's circuit breaker has ended, and of each that CodeDeploy could not finish or
 * somebody stopped. EventBridge publishes by the topic's policy: with a role, it may not reach an encrypted topic.
 *
 * Cost: none; events of AWS are free.
 *
 * @see Amazon ECS Developer Guide, "Amazon ECS service deployment state change events"
 * @see AWS CodeDeploy User Guide, "Monitoring deployments with Amazon CloudWatch Events"
 */
export class FailedDeployments extends Construct {
  constructor(scope: Construct, id: string, props: FailedDeploymentsProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("ruleName", props.ruleName, EVENT_RULE_NAME);
    check.text("blueGreen.ruleName", props.blueGreen?.ruleName, EVENT_RULE_NAME);
    this.tell(props.topicArn, rolling(props));
    if (props.blueGreen) this.tell(props.topicArn, blueGreen(props.blueGreen));
  }

  private tell(topicArn: string, notice: Notice): void {
    const rule = new CloudwatchEventRule(this, `${notice.id}Rule`, {
      name: notice.ruleName,
      description: notice.description,
      eventPattern: JSON.stringify(notice.pattern),
    });
    new CloudwatchEventTarget(this, `${notice.id}Target`, {
      rule: rule.name,
      arn: topicArn,
      inputTransformer: {
        inputPaths: { ...notice.paths },
        // A template that is a text, and no object, stands in quotes.
        inputTemplate: JSON.stringify(`${notice.words} What to do: ${runbookPage("failed-deployment")}`),
      },
    });
  }
}

function rolling({ ruleName, location, clusterName }: FailedDeploymentsProps): Notice {
  const { partition, region, accountId } = location;
  return {
    id: "Rolling",
    ruleName,
    description: `deployments that failed in the cluster ${clusterName}`,
    pattern: {
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change"],
      resources: [{ prefix: `arn:${partition}:ecs:${region}:${accountId}:service/${clusterName}/` }],
      detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
    },
    paths: { service: "$.resources[0]", deployment: "$.detail.deploymentId", reason: "$.detail.reason" },
    words: "The deployment <deployment> of <service> has failed: <reason>",
  };
}

function blueGreen({ applicationName, ruleName }: NonNullable<FailedDeploymentsProps["blueGreen"]>): Notice {
  return {
    id: "BlueGreen",
    ruleName,
    description: `deployments of the application ${applicationName} that failed or were stopped`,
    pattern: {
      source: ["aws.codedeploy"],
      "detail-type": ["CodeDeploy Deployment State-change Notification"],
      detail: { application: [applicationName], state: ["FAILURE", "STOP"] },
    },
    paths: {
      application: "$.detail.application",
      group: "$.detail.deploymentGroup",
      deployment: "$.detail.deploymentId",
      state: "$.detail.state",
    },
    words: "The deployment <deployment> of <group> in <application> has ended with <state>.",
  };
}
