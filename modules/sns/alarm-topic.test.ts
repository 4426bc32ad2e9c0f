import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
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

  const topicArn = expect.stringMatching(/^\$\{aws_sns_topic\.Alarms_\w+\.arn\}$/);

  it("takes messages from alarms of this account and region, and from rules of EventBridge, which take no condition", () => {
    expect(statementsOf(stack.resource(SnsTopicPolicy).policy)).toEqual([
      {
        Sid: "AlarmsMayPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
      {
        Sid: "EventsMayPublish",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
      },
    ]);
  });

  it("has a key that rotates, that the account administers and only alarms and rules use", () => {
    const key = stack.resource(KmsKey);
    expect(key.enable_key_rotation).toBe(true);
    const [administration, use, useOfEvents, ...others] = statementsOf(key.policy);
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
    expect(useOfEvents).toEqual({
      Sid: "EventsMayPublish",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    });
  });

  it("has a subscription for each address", () => {
    const emails = ["ops@example.com", "night+shift@mail.example.com"];
    const told = synthesise((scope) => new AlarmTopic(scope, "Alarms", { name: "alarms", location, emails }));
    expect(told.resources(SnsTopicSubscription).map(({ protocol, endpoint }) => [protocol, endpoint])).toEqual([
      ["email", "night+shift@mail.example.com"],
      ["email", "ops@example.com"],
    ]);
  });

  it("refuses what is no address", () => {
    expect(refusalOf((scope) => new AlarmTopic(scope, "Alarms", { name: "alarms", location, emails: ["ops"] }))).toBe(
      'test/Alarms: "emails[0]" is "ops"; allowed: an e-mail address such as ops@example.com',
    );
  });

  it("refuses an address that is there twice", () => {
    const emails = ["ops@example.com", "ops@example.com"];
    expect(refusalOf((scope) => new AlarmTopic(scope, "Alarms", { name: "alarms", location, emails }))).toBe(
      'test/Alarms: "emails[1]" repeats "ops@example.com"; allowed: each member once',
    );
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
