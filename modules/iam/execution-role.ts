import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { PropCheck } from "../prop-check";
import { type AwsLocation, createServiceRole, ecsTasksOf, type PolicyStatement } from "./policy";

export interface ExecutionRoleProps {
  /** Name of the role; at most 64 characters. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** ARN of the one repository that the service's image comes from. */
  readonly repositoryArn: string;
  /** ARN of the one log group that the service's containers write to (without `:*`). */
  readonly logGroupArn: string;
  /**
   * ARNs of the secrets that the task definition refers to, written out: Secrets Manager secrets (a JSON key or
   * version after the ARN is cut off) and SSM parameters.
   * @default [] - none
   */
  readonly secretArns?: readonly string[];
  /**
   * ARNs of Secrets Manager secrets that are known at apply only, such as `GeneratedSecret.arn`.
   * @default [] - none
   */
  readonly secretsManagerArns?: readonly string[];
}

/**
 * The task execution role: what the ECS agent does before a container of ours runs, that is pull the image,
 * open the log stream, read the secrets. Never used by the application.
 * Source: ECS Developer Guide, "Amazon ECS task execution IAM role".
 */
export class ExecutionRole extends Construct {
  readonly role: IamRole;
  readonly policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: ExecutionRoleProps) {
    super(scope, id);
    this.checkSecrets(props);
    const { role, policy } = createServiceRole(this, {
      name: props.name,
      description: "ECS agent: pull the image, write the log, read the secrets",
      trustedService: "ecs-tasks.amazonaws.com",
      trustCondition: ecsTasksOf(props.location),
      statements: [
        // GetAuthorizationToken knows no resource: AWS refuses anything but "*".
        { Sid: "RegistryLogin", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        {
          Sid: "PullImage",
          Effect: "Allow",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: props.repositoryArn,
        },
        {
          Sid: "WriteLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${props.logGroupArn}:*`,
        },
        ...secretStatements(props.secretArns ?? [], props.secretsManagerArns ?? []),
      ],
    });
    this.role = role;
    this.policy = policy;
  }

  /** An ARN whose service cannot be told would be left out, and the task would not start. */
  private checkSecrets({ secretArns = [] }: ExecutionRoleProps): void {
    const other = secretArns.findIndex((arn) => !["secretsmanager", "ssm"].includes(serviceOf(arn) ?? ""));
    if (other < 0) return;
    throw new PropCheck(this).error(
      `secretArns[${other}]`,
      "does not say its service",
      'an ARN of secretsmanager or ssm, written out; "secretsManagerArns" for what is known at apply only',
    );
  }
}

function secretStatements(arns: readonly string[], secretsManagerArns: readonly string[]): PolicyStatement[] {
  const writtenOut = arns.filter((arn) => serviceOf(arn) === "secretsmanager").map(secretArn);
  const secrets = [...new Set([...writtenOut, ...secretsManagerArns])];
  const parameters = [...new Set(arns.filter((arn) => serviceOf(arn) === "ssm"))];
  return [
    ...allow("ReadSecrets", "secretsmanager:GetSecretValue", secrets),
    ...allow("ReadParameters", "ssm:GetParameters", parameters),
  ];
}

const allow = (Sid: string, action: string, resources: readonly string[]): PolicyStatement[] =>
  resources.length === 0 ? [] : [{ Sid, Effect: "Allow", Action: [action], Resource: resources }];

const serviceOf = (arn: string) => arn.split(":")[2];

/** `arn:aws:secretsmanager:region:account:secret:name:json-key:stage:version` without what follows the name. */
const secretArn = (reference: string) => reference.split(":").slice(0, 7).join(":");
