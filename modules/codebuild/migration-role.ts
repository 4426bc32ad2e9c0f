import type { Service } from "../ecs/service";
import type { TaskDefinition } from "../ecs/task-definition";
import { familyArns, registerStatements } from "../ecs/task-definition-permissions";
import { type AwsLocation, type PolicyStatement, passRolesToTasks } from "../iam/policy";

export interface MigrationStatementsProps {
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** What migrations run as: its next revision has the new image. */
  readonly taskDefinition: TaskDefinition;
  /** The service whose network the migration's task gets, and whose cluster. */
  readonly service: Service;
  /** ARNs of the roles that may be handed to tasks: those of the revisions that it registers. */
  readonly passRoleArns: readonly string[];
  /** ARN of the SSM parameter with the revision to start from. */
  readonly parameterArn: string;
}

/**
 * What the buildspec of a migration does: register a revision of one family, run it in one cluster, watch the task.
 *
 * Which actions know a resource: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
 * Elastic Container Service".
 */
export function migrationStatements(props: MigrationStatementsProps): PolicyStatement[] {
  const { location, taskDefinition, service } = props;
  const ecs = `arn:${location.partition}:ecs:${location.region}:${location.accountId}`;
  return [
    { Sid: "ReadRevision", Effect: "Allow", Action: ["ssm:GetParameters"], Resource: props.parameterArn },
    // DescribeTaskDefinition knows no resource: AWS refuses anything but "*".
    { Sid: "DescribeRevision", Effect: "Allow", Action: ["ecs:DescribeTaskDefinition"], Resource: "*" },
    ...registerStatements(location, taskDefinition.family),
    {
      Sid: "RunTask",
      Effect: "Allow",
      Action: ["ecs:RunTask"],
      Resource: familyArns(location, taskDefinition.family),
      Condition: { ArnEquals: { "ecs:cluster": `${ecs}:cluster/${service.cluster.name}` } },
    },
    {
      Sid: "WatchTask",
      Effect: "Allow",
      Action: ["ecs:DescribeTasks"],
      Resource: `${ecs}:task/${service.cluster.name}/*`,
    },
    passRolesToTasks(props.passRoleArns),
  ];
}
