import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { TOPIC_NAME } from "../aws/forms";
import type { AwsLocation } from "../iam/policy";
import { EncryptionKey } from "../kms/encryption-key";
import { PropCheck } from "../prop-check";

export interface MailEventsTopicProps {
  /** Name of the topic: 1 to 256 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** The only configuration set whose events the topic takes. */
  readonly configurationSetArn: string;
}

/**
 * Where SES tells of mail that did not arrive. Encrypted with a key of its own, since events name the recipients: the key that
 * AWS has for SNS (`alias/aws/sns`) is closed to SES.
 *
 * Cost: $1 a month for the key.
 *
 * @see SES Developer Guide, "Set up an Amazon SNS event destination for event publishing"
 */
export class MailEventsTopic extends Construct {
  readonly topic: SnsTopic;
  /** Lets SES publish: an event destination comes after it. */
  readonly policy: SnsTopicPolicy;

  constructor(scope: Construct, id: string, { name, location, configurationSetArn }: MailEventsTopicProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, TOPIC_NAME);
    this.topic = new SnsTopic(this, "Resource", { name, kmsMasterKeyId: this.createKey(name, location) });
    this.policy = new SnsTopicPolicy(this, "Policy", {
      arn: this.topic.arn,
      policy: topicPolicy(this.topic.arn, location, configurationSetArn),
    });
  }

  private createKey(name: string, location: AwsLocation): string {
    const { key } = new EncryptionKey(this, "Key", {
      description: `messages of the topic ${name}`,
      location,
      statements: [
        {
          Sid: "MailMayPublish",
          Effect: "Allow",
          Principal: { Service: "ses.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": location.accountId } },
        },
      ],
    });
    return key.arn;
  }
}

function topicPolicy(topicArn: string, { accountId }: AwsLocation, configurationSetArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "MailMayPublish",
        Effect: "Allow",
        Principal: { Service: "ses.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": accountId, "aws:SourceArn": configurationSetArn } },
      },
    ],
  });
}
