import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { AliasRecord } from "./alias-record";
import { Certificate, type CertificateProps } from "./certificate";
import { HostedZone } from "./hosted-zone";

const NAME =
  'up to 253 characters: labels of up to 63 letters, digits and hyphens, joined by single dots, "*" only as the first';

describe("a hosted zone", () => {
  it("refuses a name with an empty label", () => {
    expect(refusalOf((stack) => new HostedZone(stack, "Zone", { name: "example..com" }))).toBe(
      `test/Zone: "name" is "example..com"; allowed: ${NAME}`,
    );
  });
});

describe("an alias record", () => {
  const refusal = (recordName: string, loadBalancerDnsName = "shop-1.elb.amazonaws.com") =>
    refusalOf(
      (stack) =>
        new AliasRecord(stack, "Alias", { zoneId: "Z1", recordName, loadBalancerDnsName, loadBalancerZoneId: "Z2" }),
    );

  it.each([
    ["a label of 64 characters", `${"l".repeat(64)}.example.com`],
    ["a name of 254 characters", `${"l.".repeat(126)}ll`],
    ["a URL", "https://app.example.com"],
    ["a wildcard within", "app.*.example.com"],
  ])("refuses %s", (_, name) => {
    expect(refusal(name)).toBe(`test/Alias: "recordName" is "${name}"; allowed: ${NAME}`);
  });

  it("refuses a load balancer's URL for its name", () => {
    expect(refusal("app.example.com", "http://shop-1.elb.amazonaws.com")).toBe(
      `test/Alias: "loadBalancerDnsName" is "http://shop-1.elb.amazonaws.com"; allowed: ${NAME}`,
    );
  });

  it("takes a wildcard, and the longest labels and names", () => {
    expect(refusal("*.example.com")).toBeUndefined();
    expect(refusal(`${"l".repeat(63)}.example.com`)).toBeUndefined();
    expect(refusal(`${"l.".repeat(126)}l`)).toBeUndefined();
  });
});

describe("a certificate", () => {
  const refusal = (props: Partial<CertificateProps>) =>
    refusalOf(
      (stack) => new Certificate(stack, "Certificate", { domainName: "app.example.com", zoneId: "Z1", ...props }),
    );

  it.each<[string, Partial<CertificateProps>, string]>([
    [
      "a first name of 65 characters",
      { domainName: `${"n".repeat(53)}.example.com` },
      '"domainName" has 65 characters; allowed: 64 at most',
    ],
    ["a name with a space", { domainName: "my app.com" }, `"domainName" is "my app.com"; allowed: ${NAME}`],
    [
      "a further name with a slash",
      { subjectAlternativeNames: ["a.com/b"] },
      `"subjectAlternativeNames[0]" is "a.com/b"; allowed: ${NAME}`,
    ],
    [
      "a further name twice",
      { subjectAlternativeNames: ["a.com", "a.com"] },
      '"subjectAlternativeNames[1]" repeats "a.com"; allowed: each member once',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Certificate: ${message}`);
  });

  it("takes a first name of 64 characters", () => {
    expect(refusal({ domainName: `${"n".repeat(52)}.example.com` })).toBeUndefined();
  });
});
