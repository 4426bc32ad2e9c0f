import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { EMAIL_ADDRESS } from "../aws/forms";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { createTopic } from "./topic";

export interface AlarmTopicProps {
  /** Name of the topic: 1 to 256 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Where the alarms are: only those of this account and region may publish. */
  readonly location: AwsLocation;
  /**
   * E-mail addresses of those who are told. SNS writes to each once to have it confirmed; until then it gets nothing, and
   * Terraform cannot remove it (it goes by itself after two days).
   * @default - nobody is told by e-mail
   */
  readonly emails?: readonly string[];
}

/**
 * EventBridge tells neither SNS nor KMS for which rule of which account it publishes: with a condition on either, its messages
 * reach nobody, and only the rule's metric `FailedInvocations` shows it. What bounds it is that the statements name this topic
 * and this key. Source: Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs" (adding aws:SourceAccount
 * and aws:SourceArn "is not supported for EventBridge-to-encrypted topics").
 */
const EVENTS_MAY_PUBLISH = { Sid: "EventsMayPublish", Principal: { Service: "events.amazonaws.com" } } as const;

/**
 * Where CloudWatch alarms go, and events that people are to know of; people subscribe to it. It takes messages from the alarms
 * of one account and region, and from rules of EventBridge.
 *
 * Encrypted with a key of its own: the one that AWS has for SNS (`alias/aws/sns`) is closed to CloudWatch, and an alarm
 * then reaches nobody, without an error that anybody sees.
 *
 * ```ts
 * const topic = new AlarmTopic(this, "Alarms", { name: "shop-dev-alarms", location, emails: ["ops@example.com"] });
 * ```
 *
 * Cost: $1 a month for the key; the first 1,000 e-mails of a month are free.
 *
 * @see Amazon SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted topics"
 */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, id: string, { name, location, emails = [] }: AlarmTopicProps) {
    super(scope, id);
    new PropCheck(this).texts("emails", emails, EMAIL_ADDRESS);
    const { partition, region, accountId } = location;
    const alarms = { Sid: "AlarmsMayPublish", Principal: { Service: "cloudwatch.amazonaws.com" } };
    const fromHere = { StringEquals: { "aws:SourceAccount": accountId } };
    const ofAlarms = { ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:*` } };
    const { topic } = createTopic(this, {
      name,
      location,
      publishers: [{ ...alarms, Condition: { ...ofAlarms, ...fromHere } }, EVENTS_MAY_PUBLISH],
      keyUsers: [{ ...alarms, Condition: fromHere }, EVENTS_MAY_PUBLISH],
    });
    this.topic = topic;
    for (const endpoint of emails) {
      new SnsTopicSubscription(this, `Email-${endpoint}`, { topicArn: topic.arn, protocol: "email", endpoint });
    }
  }

  get arn(): string {
    return this.topic.arn;
  }
}
