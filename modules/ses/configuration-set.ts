import { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import { Sesv2ConfigurationSetEventDestination } from "@cdktf/provider-aws/lib/sesv2-configuration-set-event-destination";
import { Construct } from "constructs";
import { CONFIGURATION_SET_NAME } from "../aws/forms";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import { MailEventsTopic } from "./mail-events-topic";

export interface ConfigurationSetProps {
  /** 1 to 64 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
  /** Name of the SNS topic that is told of mail that did not arrive. */
  readonly eventsTopicName: string;
}

/**
 * How mail of an environment is sent: over TLS or not at all, not to addresses that bounced or complained before, with its
 * reputation measured in CloudWatch. Bounces, complaints and rejections go to an SNS topic, which people or programs
 * subscribe to: AWS stops an account that bounces 10 % of its mail or draws complaints for 0.5 % of it.
 *
 * ```ts
 * new ConfigurationSet(this, "ConfigurationSet", { name: "mail-dev", location, eventsTopicName: "mail-dev-events" });
 * ```
 *
 * @see SES Developer Guide, "Using configuration sets in Amazon SES" and "Reputation metrics"
 */
export class ConfigurationSet extends Construct {
  readonly configurationSet: Sesv2ConfigurationSet;
  readonly name: string;

  constructor(scope: Construct, id: string, { name, location, eventsTopicName }: ConfigurationSetProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, CONFIGURATION_SET_NAME);
    this.name = name;
    this.configurationSet = new Sesv2ConfigurationSet(this, "Resource", {
      configurationSetName: name,
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
    this.sendEventsTo(
      new MailEventsTopic(this, "Events", {
        name: eventsTopicName,
        location,
        configurationSetArn: this.configurationSet.arn,
      }),
    );
  }

  get arn(): string {
    return this.configurationSet.arn;
  }

  private sendEventsTo({ topic, policy }: MailEventsTopic): void {
    new Sesv2ConfigurationSetEventDestination(this, "EventDestination", {
      configurationSetName: this.configurationSet.configurationSetName,
      eventDestinationName: "events",
      eventDestination: {
        enabled: true,
        matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
        snsDestination: { topicArn: topic.arn },
      },
      // SES tries whether it may publish, and refuses a topic that it may not publish to.
      dependsOn: [policy],
    });
  }
}
