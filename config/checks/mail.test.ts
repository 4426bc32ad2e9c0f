import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "../testing/project";

const MAIL = { domain: "mail.example.com", sender: "no-reply@mail.example.com" };
const DNS = { hostedZone: "example.com", recordNames: { shop: "app" }, tls: true };
const faults = (mail: object, dns: object | undefined = DNS) =>
  faultsOf({ environment: { mail: { ...MAIL, ...mail }, dns } });

describe("the mail of an environment", () => {
  it("is optional", () => {
    expect(load().environment.mail).toBeUndefined();
  });

  it("takes the hosted zone itself, and a name below it", () => {
    expect(faults({})).toEqual([]);
    expect(faults({ domain: "example.com", sender: "no-reply@example.com" })).toEqual([]);
  });

  it.each(["example", "https://example.com", "example.com."])("refuses the domain %s", (domain) => {
    expect(faults({ domain, sender: undefined }).filter(({ path }) => path === "$.mail.domain")).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.domain",
        given: JSON.stringify(domain),
        problem: "is not a domain",
        allowed: 'a name such as "example.com"',
        mend: "write the domain alone, without scheme, address or dot at the end",
      },
    ]);
  });

  it.each(["other.com", "notexample.com"])("refuses the domain %s, which lies outside the hosted zone", (domain) => {
    expect(faults({ domain, sender: `no-reply@${domain}` })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.domain",
        given: JSON.stringify(domain),
        problem:
          'does not lie in the hosted zone "example.com": its DKIM records would stand where nobody looks for them',
        allowed: '"example.com", or a name that ends in ".example.com"',
        mend: 'write for example "mail.example.com"',
      },
    ]);
  });

  it("refuses an environment without a hosted zone", () => {
    expect(faultsOf({ environment: { mail: MAIL } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.domain",
        given: '"mail.example.com"',
        problem: "there is no hosted zone that could prove to SES whose domain it is",
        allowed: '"mail" beside "dns"',
        mend: 'describe the hosted zone in "dns", or remove "mail"',
      },
    ]);
  });

  it.each(["no-reply", "Shop <no-reply@mail.example.com>", "a@b"])("refuses the sender %s", (sender) => {
    expect(faults({ sender })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.sender",
        given: JSON.stringify(sender),
        problem: "is not a mail address",
        allowed: "a mail address without a name, such as no-reply@example.com",
        mend: 'write for example "no-reply@mail.example.com"',
      },
    ]);
  });

  it.each(["ops@example.com", "ops@xmail.example.com"])("refuses the sender %s, who is not of the domain", (sender) => {
    expect(faults({ sender })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.mail.sender",
        given: JSON.stringify(sender),
        problem: 'is not an address of the domain "mail.example.com": SES would send nothing from it',
        allowed: 'an address that ends in "@mail.example.com"',
        mend: 'write "ops@mail.example.com"',
      },
    ]);
  });
});

describe("a service that sends mail", () => {
  it("refuses an environment that has none", () => {
    expect(faultsOf({ service: { mail: true } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.mail",
        given: "true",
        problem: 'environment "test" has no mail',
        allowed: '"mail" in config/environments/test.json, or none here',
        mend: "describe the mail in config/environments/test.json",
      },
    ]);
    expect(faultsOf({ service: { mail: true }, environment: { mail: MAIL, dns: DNS } })).toEqual([]);
  });

  it("may not name the configuration set itself", () => {
    expect(
      faultsOf({ service: { environment: { MAIL_CONFIGURATION_SET: "mine" } } }).map(({ problem }) => problem),
    ).toEqual(['"MAIL_CONFIGURATION_SET" is set by the platform']);
  });
});
