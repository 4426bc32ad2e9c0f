import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { ACTION, POLICY_RESOURCE, ROLE_NAME, STATEMENT_ID } from "../aws/forms";
import { INLINE_POLICIES_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** One statement of an IAM policy. Source: IAM User Guide, "IAM JSON policy elements reference". */
export interface PolicyStatement {
  /** Letters and digits; unique in the policy. */
  readonly Sid?: string;
  /** Whether it allows or denies. */
  readonly Effect: "Allow" | "Deny";
  /** Such as `s3:GetObject`; `*` within a name stands for any characters. */
  readonly Action: readonly string[];
  /** ARNs, or `"*"`. */
  readonly Resource: string | readonly string[];
  /**
   * Operator, key, value.
   * @default - always
   */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The account, region and partition that ARNs are made of. */
export interface AwsLocation {
  /** Such as `aws`, `aws-cn`. */
  readonly partition: string;
  /** Such as `eu-central-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** The AWS services that assume our roles. */
export type TrustedService =
  | "codebuild.amazonaws.com"
  | "codedeploy.amazonaws.com"
  | "codepipeline.amazonaws.com"
  | "ec2.amazonaws.com"
  | "ecs-tasks.amazonaws.com"
  | "events.amazonaws.com";

export interface ServiceRoleProps {
  /** Name of the role: 1 to 64 letters, digits and `_+=,.@-`. */
  readonly name: string;
  /** What a person reads of it in the console. */
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
  checkProps(new PropCheck(scope), props);
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

/**
 * Only what a service does for one of these resources of the account (the confused-deputy condition).
 * Source: IAM User Guide, "The confused deputy problem".
 */
export function onBehalfOf(
  location: AwsLocation,
  sourceArns: readonly string[],
): NonNullable<PolicyStatement["Condition"]> {
  return {
    ArnLike: { "aws:SourceArn": sourceArns },
    StringEquals: { "aws:SourceAccount": location.accountId },
  };
}

/** Lets whoever registers task definitions hand these roles to their tasks, and to nothing else. */
export function passRolesToTasks(roleArns: readonly string[]): PolicyStatement {
  return {
    Sid: "PassRolesToTasks",
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  };
}

function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function checkProps(check: PropCheck, { name, statements }: ServiceRoleProps): void {
  check.text("name", name, ROLE_NAME);
  const ids: string[] = [];
  statements.forEach(({ Sid, Action, Resource }, index) => {
    const field = `statements[${index}]`;
    check.text(`${field}.Sid`, Sid, STATEMENT_ID);
    if (Sid !== undefined && ids.includes(Sid)) {
      throw check.error(
        `${field}.Sid`,
        `repeats ${JSON.stringify(Sid)}`,
        "each Sid once, those of the role's own included",
      );
    }
    if (Sid) ids.push(Sid);
    check.atLeast(`${field}.Action`, Action, 1, "one action or more");
    check.texts(`${field}.Action`, Action, ACTION);
    check.atLeast(`${field}.Resource`, [Resource].flat(), 1, "one resource or more");
    for (const resource of [Resource].flat()) check.text(`${field}.Resource`, resource, POLICY_RESOURCE);
  });
  // What is known at apply only is left out, so no policy is refused that AWS would take.
  const size = policyDocument(statements).replace(/\$\{[^}]*\}|\s/g, "").length;
  if (size > INLINE_POLICIES_MAX) {
    throw check.error(
      "statements",
      `has ${size} characters`,
      `${INLINE_POLICIES_MAX} at most, white space not counted`,
    );
  }
}
