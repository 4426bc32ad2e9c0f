import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Construct } from "constructs";
import { EMAIL_ADDRESS } from "../aws/forms";
import type { AwsLocation, PolicyStatement } from "../iam/policy";
import { accountRoot } from "../kms/encryption-key";
import { PropCheck } from "../prop-check";
import { createTopic } from "./topic";

export interface ApprovalTopicProps {
  /** Name of the topic: 1 to 256 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Where the topic is: only this account may publish. */
  readonly location: AwsLocation;
  /**
   * E-mail addresses of those who are asked. SNS writes to each once to have it confirmed; until then it gets nothing, and
   * Terraform cannot remove it (it goes by itself after two days).
   */
  readonly approvers: readonly string[];
}

/**
 * Where pipelines ask for an approval; people get it as e-mail. Roles of the account publish to it that are allowed to by
 * their own policies (`publishStatements`), such as a pipeline's: CodePipeline has no other way, for it publishes as its
 * role.
 *
 * Encrypted with a key of its own, that is used through SNS alone.
 *
 * Cost: $1 a month for the key; the first 1,000 e-mails of a month are free.
 *
 * @see AWS CodePipeline User Guide, "Grant Amazon SNS permissions to a CodePipeline service role"
 */
export class ApprovalTopic extends Construct {
  readonly topic: SnsTopic;
  private readonly keyArn: string;

  constructor(scope: Construct, id: string, { name, location, approvers }: ApprovalTopicProps) {
    super(scope, id);
    new PropCheck(this).texts("approvers", approvers, EMAIL_ADDRESS);
    const Principal = { AWS: accountRoot(location) };
    const { topic, keyArn } = createTopic(this, {
      name,
      location,
      publishers: [{ Sid: "AccountMayPublish", Principal }],
      keyUsers: [
        {
          Sid: "ThroughSns",
          Principal,
          Condition: {
            StringEquals: {
              "kms:CallerAccount": location.accountId,
              "kms:ViaService": `sns.${location.region}.amazonaws.com`,
            },
          },
        },
      ],
    });
    this.topic = topic;
    this.keyArn = keyArn;
    for (const endpoint of approvers) {
      new SnsTopicSubscription(this, `Approver-${endpoint}`, { topicArn: topic.arn, protocol: "email", endpoint });
    }
  }

  get arn(): string {
    return this.topic.arn;
  }

  /** What a role needs that publishes. */
  publishStatements(): PolicyStatement[] {
    return [
      { Sid: "AskForApproval", Effect: "Allow", Action: ["sns:Publish"], Resource: this.arn },
      {
        Sid: "EncryptApprovals",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: this.keyArn,
      },
    ];
  }
}
