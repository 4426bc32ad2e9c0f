import { DNS_NAME, MAIL_ADDRESS } from "../../modules/aws/forms";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";

const DOMAIN = ["mail", "domain"] as const;
const SENDER = ["mail", "sender"] as const;

/** What SES would refuse of an environment's mail, or could not prove to be the account's. */
export function checkMail({ mail, dns }: Salvaged<EnvironmentFile>): readonly Finding[] {
  if (!mail) return [];
  const { domain, sender } = mail;
  return [...(domain === undefined ? [] : checkDomain(domain, dns)), ...checkSender(sender, domain)];
}

function checkDomain(domain: string, dns: Salvaged<EnvironmentFile>["dns"]): readonly Finding[] {
  if (!DNS_NAME.fits(domain) || !domain.includes(".")) {
    return [
      {
        at: [DOMAIN],
        problem: "is not a domain",
        allowed: 'a name such as "example.com"',
        mend: "write the domain alone, without scheme, address or dot at the end",
      },
    ];
  }
  const zone = dns?.hostedZone;
  if (!dns) {
    return [
      {
        at: [DOMAIN],
        problem: "there is no hosted zone that could prove to SES whose domain it is",
        allowed: '"mail" beside "dns"',
        mend: 'describe the hosted zone in "dns", or remove "mail"',
      },
    ];
  }
  if (zone === undefined || domain === zone || domain.endsWith(`.${zone}`)) return [];
  return [
    {
      at: [DOMAIN, ["dns", "hostedZone"]],
      problem: `does not lie in the hosted zone ${JSON.stringify(zone)}: its DKIM records would stand where nobody looks for them`,
      allowed: `${JSON.stringify(zone)}, or a name that ends in ${JSON.stringify(`.${zone}`)}`,
      mend: `write for example ${JSON.stringify(`mail.${zone}`)}`,
    },
  ];
}

function checkSender(sender: string | undefined, domain: string | undefined): readonly Finding[] {
  if (sender === undefined) return [];
  if (!MAIL_ADDRESS.fits(sender)) {
    return [
      {
        at: [SENDER],
        problem: "is not a mail address",
        allowed: MAIL_ADDRESS.allowed,
        mend: `write for example ${JSON.stringify(`no-reply@${domain ?? "example.com"}`)}`,
      },
    ];
  }
  if (domain === undefined || sender.toLowerCase().endsWith(`@${domain.toLowerCase()}`)) return [];
  return [
    {
      at: [SENDER, DOMAIN],
      problem: `is not an address of the domain ${JSON.stringify(domain)}: SES would send nothing from it`,
      allowed: `an address that ends in ${JSON.stringify(`@${domain}`)}`,
      mend: `write ${JSON.stringify(`${sender.slice(0, sender.lastIndexOf("@"))}@${domain}`)}`,
    },
  ];
}
