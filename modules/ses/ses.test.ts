import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import { Sesv2ConfigurationSetEventDestination } from "@cdktf/provider-aws/lib/sesv2-configuration-set-event-destination";
import { Sesv2EmailIdentity } from "@cdktf/provider-aws/lib/sesv2-email-identity";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { type TerraformStack, Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { statementsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { ConfigurationSet } from "./configuration-set";
import { EmailIdentity } from "./email-identity";
import { sendStatements } from "./send-statements";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const later = Token.asString({ resolve: () => "later" });

describe("an identity of mail", () => {
  const identity = (stack: TerraformStack, domain = "example.com", region = "eu-west-1") =>
    new EmailIdentity(stack, "Identity", { domain, zoneId: "Z1", region });

  it("is one identity with three DKIM records in its zone", () => {
    const stack = synthesise((scope) => identity(scope));
    expect(stack.counts()).toEqual({ aws_sesv2_email_identity: 1, aws_route53_record: 3 });
    expect(stack.resource(Sesv2EmailIdentity)).toMatchObject({ email_identity: "example.com" });
    const token = (index: number) =>
      `\${element(aws_sesv2_email_identity.Identity_2D60E2CC.dkim_signing_attributes[0].tokens, ${index})}`;
    expect(stack.resources(Route53Record)).toMatchObject(
      [0, 1, 2].map((index) => ({
        zone_id: "Z1",
        type: "CNAME",
        name: `${token(index)}._domainkey.example.com`,
        records: [`${token(index)}.dkim.amazonses.com`],
      })),
    );
  });

  it.each(["af-south-1", "eu-south-1", "il-central-1"])(
    "leads to the keys of %s, which has a domain for them",
    (region) => {
      for (const { records } of synthesise((scope) => identity(scope, "example.com", region)).resources(
        Route53Record,
      )) {
        expect(String(records)).toMatch(new RegExp(`\\}\\.dkim\\.${region}\\.amazonses\\.com$`));
      }
    },
  );

  it("refuses an address, and takes a domain that is known at apply only", () => {
    expect(refusalOf((stack) => identity(stack, "ops@example.com"))).toMatch(
      /^test\/Identity: "domain" is "ops@example.com"; allowed: up to 253 characters/,
    );
    expect(refusalOf((stack) => identity(stack, later))).toBeUndefined();
  });
});

describe("a configuration set", () => {
  const configurationSet = (stack: TerraformStack, name = "mail-dev", eventsTopicName = "mail-dev-events") =>
    new ConfigurationSet(stack, "Set", { name, location, eventsTopicName });
  const stack = synthesise((scope) => configurationSet(scope));

  it("is one set with one destination of events, and a topic with its policy and key", () => {
    expect(stack.counts()).toEqual({
      aws_kms_key: 1,
      aws_sesv2_configuration_set: 1,
      aws_sesv2_configuration_set_event_destination: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
    });
  });

  it("sends over TLS or not at all, and not to addresses that bounced or complained", () => {
    expect(stack.resource(Sesv2ConfigurationSet)).toMatchObject({
      configuration_set_name: "mail-dev",
      delivery_options: { tls_policy: "REQUIRE" },
      reputation_options: { reputation_metrics_enabled: true },
      sending_options: { sending_enabled: true },
      suppression_options: { suppressed_reasons: ["BOUNCE", "COMPLAINT"] },
    });
  });

  it("tells a topic of mail that did not arrive, once SES may publish there", () => {
    expect(stack.resource(Sesv2ConfigurationSetEventDestination)).toMatchObject({
      event_destination_name: "events",
      event_destination: {
        enabled: true,
        matching_event_types: ["BOUNCE", "COMPLAINT", "REJECT"],
        sns_destination: { topic_arn: expect.stringMatching(/^\$\{aws_sns_topic\..*\.arn\}$/) },
      },
      depends_on: [expect.stringMatching(/^aws_sns_topic_policy\./)],
    });
  });

  it("alone may publish to the topic", () => {
    expect(statementsOf(stack.resource(SnsTopicPolicy).policy)).toEqual([
      {
        Sid: "MailMayPublish",
        Effect: "Allow",
        Principal: { Service: "ses.amazonaws.com" },
        Action: "sns:Publish",
        Resource: expect.stringMatching(/^\$\{aws_sns_topic\..*\.arn\}$/),
        Condition: {
          StringEquals: {
            "aws:SourceAccount": "123456789012",
            "aws:SourceArn": expect.stringMatching(/^\$\{aws_sesv2_configuration_set\..*\.arn\}$/),
          },
        },
      },
    ]);
  });

  it("has its topic encrypted with a key that only SES uses, for this account", () => {
    expect(stack.resource(SnsTopic)).toMatchObject({
      name: "mail-dev-events",
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/),
    });
    const [, use, ...others] = statementsOf(stack.resource(KmsKey).policy);
    expect(others).toEqual([]);
    expect(use).toMatchObject({
      Principal: { Service: "ses.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
  });

  it("refuses names with a dot", () => {
    expect(refusalOf((scope) => configurationSet(scope, "mail.dev"))).toBe(
      'test/Set: "name" is "mail.dev"; allowed: 1 to 64 letters, digits, hyphens and underscores',
    );
    expect(refusalOf((scope) => configurationSet(scope, "mail", "mail.events"))).toBe(
      'test/Set/Events: "name" is "mail.events"; allowed: 1 to 256 letters, digits, hyphens and underscores',
    );
    expect(refusalOf((scope) => configurationSet(scope, later, later))).toBeUndefined();
  });
});

describe("leave to send mail", () => {
  it("is for one address, one identity and one configuration set", () => {
    const props = { identityArn: "arn:identity", configurationSetArn: "arn:set", sender: "no-reply@example.com" };
    expect(sendStatements(props)).toEqual([
      {
        Sid: "SendMail",
        Effect: "Allow",
        Action: ["ses:SendEmail"],
        Resource: ["arn:identity", "arn:set"],
        Condition: { StringEquals: { "ses:FromAddress": "no-reply@example.com" } },
      },
    ]);
  });
});
