import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { TOPIC_NAME } from "../aws/forms";
import type { AwsLocation } from "../iam/policy";
import { EncryptionKey } from "../kms/encryption-key";
import { PropCheck } from "../prop-check";

export interface AlarmTopicProps {
  /** Name of the topic: 1 to 256 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Where the alarms are: only those of this account and region may publish. */
  readonly location: AwsLocation;
}

/**
 * Where CloudWatch alarms go; people subscribe to it. It takes messages from the alarms of one account and region.
 *
 * Encrypted with a key of its own: the one that AWS has for SNS (`alias/aws/sns`) is closed to CloudWatch, and an alarm
 * then reaches nobody, without an error that anybody sees.
 *
 * ```ts
 * const topic = new AlarmTopic(this, "Alarms", { name: "shop-dev-alarms", location });
 * ```
 *
 * Cost: $1 a month for the key.
 *
 * @see Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics"
 */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, id: string, { name, location }: AlarmTopicProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, TOPIC_NAME);
    this.topic = new SnsTopic(this, "Resource", { name, kmsMasterKeyId: this.createKey(name, location) });
    new SnsTopicPolicy(this, "Policy", { arn: this.topic.arn, policy: topicPolicy(this.topic.arn, location) });
  }

  get arn(): string {
    return this.topic.arn;
  }

  private createKey(name: string, location: AwsLocation): string {
    const { key } = new EncryptionKey(this, "Key", {
      description: `messages of the topic ${name}`,
      location,
      statements: [
        {
          Sid: "AlarmsMayPublish",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": location.accountId } },
        },
      ],
    });
    return key.arn;
  }
}

function topicPolicy(topicArn: string, { partition, region, accountId }: AwsLocation): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AlarmsMayPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
    ],
  });
}
