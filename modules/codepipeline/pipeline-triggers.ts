import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";
import { type AwsLocation, createServiceRole, onBehalfOf } from "../iam/policy";

export interface PipelineTriggersProps {
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Name of the pipeline: the rules are named after it. */
  readonly pipelineName: string;
  /** ARN of the pipeline, which the rules may start and no other. */
  readonly pipelineArn: string;
  /** What starts the pipeline: event patterns, by the end of their rules' names (`<pipeline>-<end>`), 5 letters at most. */
  readonly patterns: Readonly<Record<string, object>>;
  /** Name of the role that EventBridge has; at most 64 characters. */
  readonly roleName: string;
}

/**
 * Starts a pipeline at each event that matches one of its patterns; the role can do nothing else.
 *
 * @see AWS CodePipeline User Guide, "Source actions and change detection methods"
 */
export class PipelineTriggers extends Construct {
  constructor(scope: Construct, id: string, props: PipelineTriggersProps) {
    super(scope, id);
    const roleArn = this.createRole(props);
    for (const [end, pattern] of Object.entries(props.patterns)) {
      const rule = new CloudwatchEventRule(this, `Rule-${end}`, {
        name: ruleName(props, end),
        description: `starts the pipeline ${props.pipelineName}`,
        eventPattern: JSON.stringify(pattern),
      });
      new CloudwatchEventTarget(this, `Target-${end}`, { rule: rule.name, arn: props.pipelineArn, roleArn });
    }
  }

  private createRole(props: PipelineTriggersProps): string {
    const { partition, region, accountId } = props.location;
    const rules = Object.keys(props.patterns).map(
      (end) => `arn:${partition}:events:${region}:${accountId}:rule/${ruleName(props, end)}`,
    );
    const { role } = createServiceRole(this, {
      name: props.roleName,
      description: `EventBridge: start the pipeline ${props.pipelineName}`,
      trustedService: "events.amazonaws.com",
      trustCondition: onBehalfOf(props.location, rules),
      statements: [
        {
          Sid: "StartPipeline",
          Effect: "Allow",
          Action: ["codepipeline:StartPipelineExecution"],
          Resource: props.pipelineArn,
        },
      ],
    });
    return role.arn;
  }
}

const ruleName = ({ pipelineName }: PipelineTriggersProps, end: string) => `${pipelineName}-${end}`;
