import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type AwsLocation, createServiceRole, ecsTasksOf, type PolicyStatement } from "./policy";

export interface TaskRoleProps {
  /** Name of the role; at most 64 characters. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /**
   * What the application may do in AWS.
   * @default [] - nothing
   */
  readonly statements?: readonly PolicyStatement[];
  /**
   * Log group of ECS Exec sessions: lets a person open a logged shell in the task.
   * @default - ECS Exec is not allowed
   */
  readonly execLogGroupArn?: string;
}

/**
 * The task role: what the application itself may do in AWS; one per service.
 * Source: ECS Developer Guide, "Task IAM role" and "ECS Exec".
 */
export class TaskRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: TaskRoleProps) {
    super(scope, id);
    const { role, policy } = createServiceRole(this, {
      name: props.name,
      description: "the application: what it may do in AWS",
      trustedService: "ecs-tasks.amazonaws.com",
      trustCondition: ecsTasksOf(props.location),
      statements: [...(props.statements ?? []), ...execStatements(props.execLogGroupArn)],
    });
    this.role = role;
    this.policy = policy;
  }
}

function execStatements(logGroupArn: string | undefined): PolicyStatement[] {
  if (logGroupArn === undefined) return [];
  return [
    {
      Sid: "ExecSession",
      Effect: "Allow",
      // The channel actions know no resource: AWS refuses anything but "*".
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      Resource: "*",
    },
    { Sid: "ExecLogGroups", Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: "*" },
    {
      Sid: "ExecLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: `${logGroupArn}:*`,
    },
  ];
}
