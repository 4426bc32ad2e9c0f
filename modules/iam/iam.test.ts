import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { describe, expect, it } from "vitest";
import { type Synthesised, synthesise } from "../testing/synth";
import { ExecutionRole } from "./execution-role";
import { InstanceRole } from "./instance-role";
import { TaskRole } from "./task-role";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const repositoryArn = "arn:aws:ecr:eu-west-1:123456789012:repository/shop/cart";
const logGroupArn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop/cart";

interface Statement {
  Sid?: string;
  Action: string[];
  Resource: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

function statements(text: unknown): Statement[] {
  return (JSON.parse(String(text)) as { Statement: Statement[] }).Statement;
}
const permissions = (stack: Synthesised) => statements(stack.resource(IamRolePolicy).policy);
const trust = (stack: Synthesised) => statements(stack.resource(IamRole).assume_role_policy);
const statement = (stack: Synthesised, sid: string) => permissions(stack).find((one) => one.Sid === sid);

describe("the execution role", () => {
  const synthesiseRole = (secretArns?: string[]) =>
    synthesise(
      (stack) =>
        new ExecutionRole(stack, "Role", {
          name: "cart",
          location,
          repositoryArn,
          logGroupArn,
          ...(secretArns && { secretArns }),
        }),
    );

  it("makes exactly one role and one policy", () => {
    expect(synthesiseRole().counts()).toEqual({ aws_iam_role: 1, aws_iam_role_policy: 1 });
  });

  it("is assumed by ECS tasks of this account and region only", () => {
    expect(trust(synthesiseRole())).toEqual([
      {
        Effect: "Allow",
        Action: ["sts:AssumeRole"],
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("pulls from its own repository, writes to its own log group, and does nothing else", () => {
    const stack = synthesiseRole();
    expect(permissions(stack).map((one) => one.Sid)).toEqual(["RegistryLogin", "PullImage", "WriteLog"]);
    expect(statement(stack, "PullImage")?.Resource).toBe(repositoryArn);
    expect(statement(stack, "WriteLog")?.Resource).toBe(`${logGroupArn}:*`);
  });

  it("allows every resource only to the one action that knows no resource", () => {
    const everywhere = permissions(synthesiseRole()).filter((one) => one.Resource === "*");
    expect(everywhere.map((one) => one.Action)).toEqual([["ecr:GetAuthorizationToken"]]);
  });

  it("reads the secrets that are known at apply only beside those that are written out", () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:cart-db-a1b2c3";
    const made = synthesise((scope) => {
      const { arn } = new SecretsmanagerSecret(scope, "Made", { name: "made" });
      new ExecutionRole(scope, "Role", {
        name: "cart",
        location,
        repositoryArn,
        logGroupArn,
        secretArns: [`${secret}:password::`],
        secretsManagerArns: [arn, arn],
      });
    });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform's.
    expect(statement(made, "ReadSecrets")?.Resource).toEqual([secret, "${aws_secretsmanager_secret.Made.arn}"]);
  });

  it("reads the secrets that are named, without the JSON key that a reference may end with", () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:cart-db-a1b2c3";
    const parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/token";
    const stack = synthesiseRole([`${secret}:password::`, `${secret}:user::`, parameter]);
    expect(statement(stack, "ReadSecrets")).toMatchObject({
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [secret],
    });
    expect(statement(stack, "ReadParameters")).toMatchObject({ Action: ["ssm:GetParameters"], Resource: [parameter] });
  });
});

describe("the task role", () => {
  it("allows nothing by default, and so has no policy", () => {
    const stack = synthesise((scope) => new TaskRole(scope, "Role", { name: "cart-task", location }));
    expect(stack.counts()).toEqual({ aws_iam_role: 1 });
  });

  it("allows what the application is given", () => {
    const stack = synthesise(
      (scope) =>
        new TaskRole(scope, "Role", {
          name: "cart-task",
          location,
          statements: [
            { Sid: "Mail", Effect: "Allow", Action: ["ses:SendEmail"], Resource: "arn:aws:ses:eu-west-1:1:identity/x" },
          ],
        }),
    );
    expect(permissions(stack).map((one) => one.Action)).toEqual([["ses:SendEmail"]]);
  });

  it("allows ECS Exec with its log group when it is switched on", () => {
    const stack = synthesise(
      (scope) => new TaskRole(scope, "Role", { name: "cart-task", location, execLogGroupArn: logGroupArn }),
    );
    expect(permissions(stack).map((one) => one.Sid)).toEqual(["ExecSession", "ExecLogGroups", "ExecLog"]);
    expect(statement(stack, "ExecLog")?.Resource).toBe(`${logGroupArn}:*`);
  });
});

describe("the instance role", () => {
  const stack = synthesise(
    (scope) => new InstanceRole(scope, "Role", { name: "shop-instances", location, clusterName: "shop" }),
  );

  it("makes exactly one role, one policy and one instance profile", () => {
    expect(stack.counts()).toEqual({ aws_iam_role: 1, aws_iam_role_policy: 1, aws_iam_instance_profile: 1 });
    expect(stack.json).toHaveResourceWithProperties(IamInstanceProfile, { name: "shop-instances" });
  });

  it("is assumed by EC2", () => {
    expect(trust(stack)).toEqual([
      { Effect: "Allow", Action: ["sts:AssumeRole"], Principal: { Service: "ec2.amazonaws.com" } },
    ]);
  });

  it("joins one cluster only", () => {
    expect(statement(stack, "JoinCluster")?.Resource).toBe("arn:aws:ecs:eu-west-1:123456789012:cluster/shop");
    expect(statement(stack, "Agent")?.Condition).toEqual({
      ArnEquals: { "ecs:cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop" },
    });
  });

  it("can neither pull images nor read secrets: that is each task's execution role", () => {
    const actions = permissions(stack).flatMap((one) => one.Action);
    expect(actions.filter((action) => !action.startsWith("ecs:"))).toEqual([]);
    expect(actions).not.toContain("ecs:CreateCluster");
  });
});
