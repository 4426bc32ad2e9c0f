import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";

/** One statement of an IAM policy. Source: IAM User Guide, "IAM JSON policy elements reference". */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The account, region and partition that ARNs are made of. */
export interface AwsLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The AWS services that assume our roles. */
export type TrustedService = "ecs-tasks.amazonaws.com" | "ec2.amazonaws.com";

export interface ServiceRoleProps {
  /** Name of the role; at most 64 characters. */
  readonly name: string;
  readonly description: string;
  /** The AWS service that may assume the role. */
  readonly trustedService: TrustedService;
  /**
   * Conditions on who assumes the role.
   * @default - none
   */
  readonly trustCondition?: PolicyStatement["Condition"];
  /** What the role allows. An empty list makes a role without a policy. */
  readonly statements: readonly PolicyStatement[];
}

/** A role that one AWS service assumes, with its permissions as one inline policy. */
export function createServiceRole(
  scope: Construct,
  props: ServiceRoleProps,
): { role: IamRole; policy: IamRolePolicy | undefined } {
  const role = new IamRole(scope, "Role", {
    name: props.name,
    description: props.description,
    assumeRolePolicy: policyDocument([
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: props.trustedService },
        ...(props.trustCondition && { Condition: props.trustCondition }),
      },
    ]),
  });
  const policy =
    props.statements.length === 0
      ? undefined
      : new IamRolePolicy(scope, "Policy", {
          name: "permissions",
          role: role.name,
          policy: policyDocument(props.statements),
        });
  return { role, policy };
}

/**
 * Only tasks of this account and region may use a role of ECS tasks (the confused-deputy condition).
 * Source: ECS Developer Guide, "Task IAM role".
 */
export function ecsTasksOf(location: AwsLocation): NonNullable<PolicyStatement["Condition"]> {
  return {
    ArnLike: { "aws:SourceArn": `arn:${location.partition}:ecs:${location.region}:${location.accountId}:*` },
    StringEquals: { "aws:SourceAccount": location.accountId },
  };
}

function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
