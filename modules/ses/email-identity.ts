import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Sesv2EmailIdentity } from "@cdktf/provider-aws/lib/sesv2-email-identity";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface EmailIdentityProps {
  /** Domain that mail is sent from, such as `example.com`: the hosted zone's own name or one below it. */
  readonly domain: string;
  /** Id of the public hosted zone that answers for the domain. */
  readonly zoneId: string;
  /** Region that mail is sent from, such as `eu-central-1`: some have a DKIM domain of their own. */
  readonly region: string;
}

/** Keys that SES signs with: the one in use, the next, and the last. Source: SES Developer Guide, "Easy DKIM in Amazon SES". */
const DKIM_KEYS = 3;

const DKIM_RECORD_TTL_SECONDS = 1800;

/** Regions whose keys are not in `dkim.amazonses.com`. Source: AWS General Reference, "Amazon SES endpoints and quotas", DKIM domains. */
const REGIONS_WITH_DKIM_DOMAIN: readonly string[] = [
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
];

/**
 * A domain that an account may send mail from, proved and signed by DKIM: three CNAME records in the domain's hosted zone
 * lead to keys that SES makes and turns over by itself.
 *
 * ```ts
 * const identity = new EmailIdentity(this, "Identity", { domain: "example.com", zoneId: zone.zoneId, region: "eu-central-1" });
 * ```
 *
 * SES looks the records up for 72 hours, and sends no mail from the domain until it has found them. A new account is in the
 * sandbox, where it may send to its own identities only, until AWS grants the request for production access.
 *
 * One identity per domain, account and Region: two environments in one account take two domains.
 *
 * Cost: none; $0.10 for a thousand mails.
 *
 * @see SES Developer Guide, "Creating and verifying identities in Amazon SES"
 */
export class EmailIdentity extends Construct {
  readonly identity: Sesv2EmailIdentity;

  constructor(scope: Construct, id: string, { domain, zoneId, region }: EmailIdentityProps) {
    super(scope, id);
    new PropCheck(this).text("domain", domain, DNS_NAME);
    this.identity = new Sesv2EmailIdentity(this, "Resource", { emailIdentity: domain });
    const { tokens } = this.identity.dkimSigningAttributes;
    const dkimDomain = REGIONS_WITH_DKIM_DOMAIN.includes(region)
      ? `dkim.${region}.amazonses.com`
      : "dkim.amazonses.com";
    for (let index = 0; index < DKIM_KEYS; index++) {
      const token: string = Fn.element(tokens, index);
      new Route53Record(this, `Dkim${index}`, {
        zoneId,
        name: `${token}._domainkey.${domain}`,
        type: "CNAME",
        ttl: DKIM_RECORD_TTL_SECONDS,
        records: [`${token}.${dkimDomain}`],
      });
    }
  }

  get arn(): string {
    return this.identity.arn;
  }
}
