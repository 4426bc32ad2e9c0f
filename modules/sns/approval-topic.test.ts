import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { TaskRole } from "../iam/task-role";
import { permissionsOf, statementsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { ApprovalTopic, type ApprovalTopicProps } from "./approval-topic";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const given = { name: "shop-dev-approvals", location, approvers: ["ops@example.com", "o'neill+shop@mail.example.com"] };
const topic = (props: Partial<ApprovalTopicProps> = {}) =>
  synthesise((scope) => new ApprovalTopic(scope, "Approvals", { ...given, ...props }));
const stack = topic();

describe("an approval topic", () => {
  it("is one topic with its policy and its key, and a subscription for each approver", () => {
    expect(stack.counts()).toEqual({
      aws_kms_key: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
      aws_sns_topic_subscription: 2,
    });
    expect(stack.resource(SnsTopic)).toMatchObject({
      name: "shop-dev-approvals",
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Approvals_Key_\w+\.arn\}$/),
    });
    expect(
      stack
        .resources(SnsTopicSubscription)
        .map(({ protocol, endpoint }) => [protocol, endpoint])
        .toSorted(),
    ).toEqual([
      ["email", "o'neill+shop@mail.example.com"],
      ["email", "ops@example.com"],
    ]);
  });

  it("asks nobody where nobody is named", () => {
    expect(topic({ approvers: [] }).resources(SnsTopicSubscription)).toEqual([]);
  });

  it("leaves who publishes to the policies of the account's roles, and other accounts out", () => {
    expect(statementsOf(stack.resource(SnsTopicPolicy).policy)).toEqual([
      {
        Sid: "AccountMayPublish",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "sns:Publish",
        Resource: expect.stringMatching(/^\$\{aws_sns_topic\.Approvals_\w+\.arn\}$/),
      },
    ]);
  });

  it("has a key that rotates, and is used through SNS alone", () => {
    const key = stack.resource(KmsKey);
    expect(key.enable_key_rotation).toBe(true);
    const [administration, use, ...others] = statementsOf(key.policy);
    expect(others).toEqual([]);
    expect(administration?.Sid).toBe("Administration");
    expect(use).toMatchObject({
      Sid: "ThroughSns",
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: {
        StringEquals: { "kms:CallerAccount": "123456789012", "kms:ViaService": "sns.eu-west-1.amazonaws.com" },
      },
    });
  });

  it("lets a role publish to it, encrypted, and do nothing else", () => {
    const made = synthesise((scope) => {
      const statements = new ApprovalTopic(scope, "Approvals", given).publishStatements();
      new TaskRole(scope, "Role", { name: "pipeline", location, statements });
    });
    expect(permissionsOf(made, "pipeline")).toEqual([
      {
        Sid: "AskForApproval",
        Effect: "Allow",
        Action: ["sns:Publish"],
        Resource: expect.stringMatching(/^\$\{aws_sns_topic\.Approvals_\w+\.arn\}$/),
      },
      {
        Sid: "EncryptApprovals",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: expect.stringMatching(/^\$\{aws_kms_key\.Approvals_Key_\w+\.arn\}$/),
      },
    ]);
  });

  const refusal = (props: Partial<ApprovalTopicProps>) =>
    refusalOf((scope) => new ApprovalTopic(scope, "Approvals", { ...given, ...props }));

  it("refuses a name with a dot", () => {
    expect(refusal({ name: "shop.approvals" })).toBe(
      'test/Approvals: "name" is "shop.approvals"; allowed: 1 to 256 letters, digits, hyphens and underscores',
    );
  });

  it.each(["ops", "ops@example", "ops @example.com", "@example.com", "ops@-example.com", "ops@@example.com"])(
    "refuses the address %j",
    (address) => {
      expect(refusal({ approvers: ["ops@example.com", address] })).toBe(
        `test/Approvals: "approvers[1]" is ${JSON.stringify(address)}; allowed: an e-mail address such as ops@example.com`,
      );
    },
  );

  it("refuses an address that is there twice", () => {
    expect(refusal({ approvers: ["ops@example.com", "ops@example.com"] })).toBe(
      'test/Approvals: "approvers[1]" repeats "ops@example.com"; allowed: each member once',
    );
  });

  it("takes what is known at apply only", () => {
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
