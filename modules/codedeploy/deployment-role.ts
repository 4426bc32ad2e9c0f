import type { ListenerRule } from "../alb/listener-rule";
import type { Service } from "../ecs/service";
import { type AwsLocation, type PolicyStatement, passRolesToTasks } from "../iam/policy";

export interface DeploymentStatementsProps {
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** The service that is deployed. */
  readonly service: Service;
  /** ARNs of the production and the test listener. */
  readonly listenerArns: readonly string[];
  /** The rules whose requests move; none where it is the listeners' default action. */
  readonly rules: readonly ListenerRule[];
  /** Whether a deployment looks at alarms, and so has to read their states. */
  readonly hasAlarms: boolean;
  /** ARNs of the roles that may be handed to tasks: those of the revisions that it registers. */
  readonly passRoleArns: readonly string[];
}

/**
 * What CodeDeploy does in a blue/green deployment of one ECS service, and nothing else of the account.
 *
 * The actions are those of AWS's managed policy AWSCodeDeployRoleForECS, which allows them on everything, without what
 * serves hooks (`lambda:InvokeFunction`), triggers (`sns:Publish`) and revisions in S3 (`s3:GetObject`): deployments
 * here bring their AppSpec with them. Which of the actions know a resource is in the Service Authorization Reference,
 * "Actions, resources, and condition keys for Amazon Elastic Container Service" and "... for AWS Elastic Load Balancing V2".
 */
export function deploymentStatements(props: DeploymentStatementsProps): PolicyStatement[] {
  const { location, service, passRoleArns } = props;
  const ecs = `arn:${location.partition}:ecs:${location.region}:${location.accountId}`;
  const path = `${service.cluster.name}/${service.name}`;
  return [
    {
      Sid: "ReplaceTaskSets",
      Effect: "Allow",
      Action: ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"],
      Resource: [`${ecs}:service/${path}`, `${ecs}:task-set/${path}/*`],
    },
    {
      Sid: "ReadLoadBalancer",
      Effect: "Allow",
      // These know no resource: AWS refuses anything but "*".
      Action: [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
      ],
      Resource: "*",
    },
    moveRequests(props),
    ...(props.hasAlarms ? [readAlarms] : []),
    passRolesToTasks(passRoleArns),
  ];
}

/** Services share their listeners: who moves requests of rules cannot touch the default action, and the reverse. */
function moveRequests({ rules, listenerArns }: DeploymentStatementsProps): PolicyStatement {
  return {
    Sid: "MoveRequests",
    Effect: "Allow",
    Action: [rules.length > 0 ? "elasticloadbalancing:ModifyRule" : "elasticloadbalancing:ModifyListener"],
    Resource: rules.length > 0 ? rules.map(({ rule }) => rule.arn) : listenerArns,
  };
}

const readAlarms: PolicyStatement = {
  Sid: "ReadAlarms",
  Effect: "Allow",
  Action: ["cloudwatch:DescribeAlarms"],
  // Composite alarms are among what it may return, and those it returns only to who may read all alarms
  // (CloudWatch API Reference, DescribeAlarms).
  Resource: "*",
};
