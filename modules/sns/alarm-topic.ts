import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import type { AwsLocation } from "../iam/policy";
import { createTopic } from "./topic";

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
    const { partition, region, accountId } = location;
    const Principal = { Service: "cloudwatch.amazonaws.com" };
    const { topic } = createTopic(this, {
      name,
      location,
      publisher: {
        Sid: "AlarmsMayPublish",
        Principal,
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
      keyUser: {
        Sid: "AlarmsMayPublish",
        Principal,
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    });
    this.topic = topic;
  }

  get arn(): string {
    return this.topic.arn;
  }
}
