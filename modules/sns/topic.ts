import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import type { Construct } from "constructs";
import { TOPIC_NAME } from "../aws/forms";
import type { AwsLocation } from "../iam/policy";
import { EncryptionKey, type KeyPolicyStatement } from "../kms/encryption-key";
import { PropCheck } from "../prop-check";

/** One statement of a topic's policy, without the topic. Source: Amazon SNS Developer Guide, "Example cases for access control". */
export interface TopicPolicyStatement {
  /** What it is for, in a word. */
  readonly Sid: string;
  /** Who may. */
  readonly Principal: KeyPolicyStatement["Principal"];
  /** What has to hold besides. @default - nothing */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface TopicProps {
  /** Name of the topic: 1 to 256 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** The account that administers the key. */
  readonly location: AwsLocation;
  /** Who may publish to the topic. */
  readonly publishers: readonly TopicPolicyStatement[];
  /** Who may use the key that the messages are encrypted with: whoever publishes. */
  readonly keyUsers: readonly TopicPolicyStatement[];
}

/** What a publisher does with the key. Source: Amazon SNS Developer Guide, "Managing Amazon SNS encryption keys and costs". */
const PUBLISHER_KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey*"];

/**
 * Makes a topic in `scope` that its publishers may publish to, encrypted with a key of its own: the one that AWS has
 * for SNS (`alias/aws/sns`) takes no policy, so it is closed to other services of AWS.
 */
export function createTopic(scope: Construct, props: TopicProps): { topic: SnsTopic; keyArn: string } {
  const { name, location, publishers, keyUsers } = props;
  new PropCheck(scope).text("name", name, TOPIC_NAME);
  const { key } = new EncryptionKey(scope, "Key", {
    description: `messages of the topic ${name}`,
    location,
    statements: keyUsers.map((user) => ({ Effect: "Allow", Action: PUBLISHER_KEY_ACTIONS, Resource: "*", ...user })),
  });
  const topic = new SnsTopic(scope, "Resource", { name, kmsMasterKeyId: key.arn });
  const statements = publishers.map((one) => ({ Effect: "Allow", Action: "sns:Publish", Resource: topic.arn, ...one }));
  new SnsTopicPolicy(scope, "Policy", {
    arn: topic.arn,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
  return { topic, keyArn: key.arn };
}
