import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import { Sesv2EmailIdentity } from "@cdktf/provider-aws/lib/sesv2-email-identity";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { describe, expect, it } from "vitest";
import { loadProject } from "../config/load";
import { testingApp } from "../modules/testing/synth";
import { MailStack } from "./mail";
import { allStacks, synthesiseAll } from "./stacks.fixtures";

const mailOf = (environment: string) => {
  const { mail } = allStacks(environment);
  if (!mail) throw new Error(`${environment} has no stack for mail`);
  return mail;
};

describe("the mail stack", () => {
  it("is made of exactly these resources", () => {
    expect(mailOf("local").counts()).toEqual({
      aws_kms_key: 1,
      aws_route53_record: 3,
      aws_sesv2_configuration_set: 1,
      aws_sesv2_configuration_set_event_destination: 1,
      aws_sesv2_email_identity: 1,
      aws_sns_topic: 1,
      aws_sns_topic_policy: 1,
    });
  });

  it.each([
    ["local", "example.test"],
    ["local-prod", "prod.example.test"],
    ["dev", "dev.example.com"],
    ["prod", "example.com"],
  ])("of %s sends from %s, with a configuration set and a topic of its own", (environment, domain) => {
    const mail = mailOf(environment);
    expect(mail.resource(Sesv2EmailIdentity).email_identity).toBe(domain);
    expect(mail.resource(Sesv2ConfigurationSet).configuration_set_name).toBe(`mail-${environment}`);
    expect(mail.resource(SnsTopic).name).toBe(`mail-${environment}-events`);
    expect(mail.resource(KmsKey).description).toBe(`messages of the topic mail-${environment}-events`);
  });

  it("is not made where no service sends mail", () => {
    expect(synthesiseAll("local", {}, ["service-a", "service-b"]).mail).toBeUndefined();
  });

  it("is not made of an environment without mail", () => {
    const { environment } = loadProject({ root: process.cwd(), environment: "local" });
    const { mail: _, ...without } = environment;
    expect(() => new MailStack(testingApp(), { environment: without })).toThrow(
      'environment "local" has no mail, or no hosted zone for it',
    );
  });
});
