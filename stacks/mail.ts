import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { environmentNames } from "../config/names";
import { HostedZone } from "../modules/route53/hosted-zone";
import { ConfigurationSet } from "../modules/ses/configuration-set";
import { EmailIdentity } from "../modules/ses/email-identity";
import { EnvironmentStack } from "./environment-stack";
import { locate } from "./location";

export interface MailStackProps {
  /** One with `mail`, and so with `dns`. */
  readonly environment: Environment;
}

/** What mail of an environment is sent with: the domain's identity, and the configuration set that all of its mail goes by. */
export class MailStack extends EnvironmentStack {
  readonly identity: EmailIdentity;
  readonly configurationSet: ConfigurationSet;
  /** The only address that services may send from. */
  readonly sender: string;

  constructor(scope: Construct, { environment }: MailStackProps) {
    super(scope, "mail", environment);
    const { mail, dns, region, name } = environment;
    if (!mail || !dns) throw new Error(`environment "${name}" has no mail, or no hosted zone for it`);
    const names = environmentNames(name);
    const zone = new HostedZone(this, "HostedZone", { name: dns.hostedZone });
    this.sender = mail.sender;
    this.identity = new EmailIdentity(this, "Identity", { domain: mail.domain, zoneId: zone.zoneId, region });
    this.configurationSet = new ConfigurationSet(this, "ConfigurationSet", {
      name: names.mailConfigurationSet,
      location: locate(this, region),
      eventsTopicName: names.mailEventsTopic,
    });
    new TerraformOutput(this, "sender", { value: this.sender, description: "address that mail comes from" });
  }
}
