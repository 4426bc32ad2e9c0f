import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { statementsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { AlarmTopic } from "./alarm-topic";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const stack = synthesise((scope) => new AlarmTopic(scope, "Alarms", { name: "shop-dev-alarms", location }));

describe("an alarm topic", () => {
  it("is one topic with its policy and its key", () => {
    expect(stack.counts()).toEqual({ aws_sns_topic: 1, aws_sns_topic_policy: 1, aws_kms_key: 1 });
    expect(stack.resource(SnsTopic)).toMatchObject({
      name: "shop-dev-alarms",
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Alarms_Key_\w+\.arn\}$/),
    });
  });

  it("takes messages from alarms of this account and region only", () => {
    expect(statementsOf(stack.resource(SnsTopicPolicy).policy)).toEqual([
      {
        Sid: "AlarmsMayPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: expect.stringMatching(/^\$\{aws_sns_topic\.Alarms_\w+\.arn\}$/),
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });

  it("has a key that rotates, that the account administers and only alarms use", () => {
    const key = stack.resource(KmsKey);
    expect(key.enable_key_rotation).toBe(true);
    const [administration, use, ...others] = statementsOf(key.policy);
    expect(others).toEqual([]);
    expect(administration?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
    expect(
      [administration?.Action].flat().filter((action) => /crypt|DataKey|\*|CreateGrant/.test(String(action))),
    ).toEqual([]);
    expect(use).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
  });

  const refusal = (name: string) => refusalOf((scope) => new AlarmTopic(scope, "Alarms", { name, location }));

  it("refuses a name with a dot", () => {
    expect(refusal("shop.alarms")).toBe(
      'test/Alarms: "name" is "shop.alarms"; allowed: 1 to 256 letters, digits, hyphens and underscores',
    );
  });

  it("takes a name of 256 characters, and one that is known at apply only", () => {
    expect(refusal("n".repeat(256))).toBeUndefined();
    expect(refusal(Token.asString({ resolve: () => "later" }))).toBeUndefined();
  });
});
