import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { TerraformOutput } from "cdktf";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { AliasRecord, type AliasRecordProps } from "./alias-record";
import { Certificate, type CertificateProps } from "./certificate";
import { HostedZone } from "./hosted-zone";

describe("HostedZone", () => {
  it("looks a public zone up by its name, and makes none", () => {
    const synthesised = synthesise((stack) => {
      const zone = new HostedZone(stack, "Zone", { name: "example.com" });
      new TerraformOutput(stack, "id", { value: zone.zoneId });
    });
    expect(synthesised.counts()).toEqual({});
    expect(synthesised.json).toHaveDataSourceWithProperties(DataAwsRoute53Zone, {
      name: "example.com",
      private_zone: false,
    });
    expect(JSON.parse(synthesised.json).output.id.value).toMatch(/^\$\{data\.aws_route53_zone\..+\.zone_id\}$/);
  });
});

describe("AliasRecord", () => {
  const alias = (props: Partial<AliasRecordProps> = {}) =>
    synthesise((stack) => {
      new AliasRecord(stack, "Alias", {
        zoneId: "Z1",
        recordName: "app.example.com",
        loadBalancerDnsName: "shop-1.elb.amazonaws.com",
        loadBalancerZoneId: "Z2",
        ...props,
      });
    }).resources(Route53Record);

  it("points an A and an AAAA record at the load balancer, and follows its targets' health", () => {
    const target = { name: "shop-1.elb.amazonaws.com", zone_id: "Z2", evaluate_target_health: true };
    const record = { zone_id: "Z1", name: "app.example.com", alias: target };
    expect(alias()).toHaveLength(2);
    expect(alias()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...record, type: "A" }),
        expect.objectContaining({ ...record, type: "AAAA" }),
      ]),
    );
  });

  it("can do without the AAAA record", () => {
    expect(alias({ ipv6: false }).map((record) => record.type)).toEqual(["A"]);
  });
});

describe("Certificate", () => {
  const certificate = (props: Partial<CertificateProps> = {}) =>
    synthesise((stack) => {
      const made = new Certificate(stack, "Certificate", { domainName: "app.example.com", zoneId: "Z1", ...props });
      new TerraformOutput(stack, "arn", { value: made.arn });
    });

  it("is validated by DNS, and its successor is made before it goes", () => {
    expect(certificate().json).toHaveResourceWithProperties(AcmCertificate, {
      domain_name: "app.example.com",
      validation_method: "DNS",
      lifecycle: { create_before_destroy: true },
    });
    expect(certificate().counts()).toEqual({
      aws_acm_certificate: 1,
      aws_acm_certificate_validation: 1,
      aws_route53_record: 1,
    });
  });

  it("has a validation record that may exist already, taken from the option of its own name", () => {
    const option = (attribute: string) =>
      expect.stringMatching(
        new RegExp(
          `^\\$\\{\\[for option in aws_acm_certificate\\.\\w+\\.domain_validation_options : ` +
            `option\\.${attribute} if option\\.domain_name == "app\\.example\\.com"\\]\\[0\\]\\}$`,
        ),
      );
    expect(certificate().resource(Route53Record)).toEqual(
      expect.objectContaining({
        zone_id: "Z1",
        allow_overwrite: true,
        ttl: 60,
        name: option("resource_record_name"),
        type: option("resource_record_type"),
        records: [option("resource_record_value")],
      }),
    );
  });

  it("hands out its ARN only after the validation", () => {
    const synthesised = certificate();
    expect(synthesised.resource(AcmCertificateValidation)).toMatchObject({
      certificate_arn: expect.stringMatching(/^\$\{aws_acm_certificate\..+\.arn\}$/),
      validation_record_fqdns: [expect.stringMatching(/^\$\{aws_route53_record\..+\.fqdn\}$/)],
    });
    expect(JSON.parse(synthesised.json).output.arn.value).toMatch(
      /^\$\{aws_acm_certificate_validation\..+\.certificate_arn\}$/,
    );
  });

  it("has one record per name, and one for a name that is given twice", () => {
    const synthesised = certificate({ subjectAlternativeNames: ["www.example.com", "app.example.com"] });
    const names = synthesised.resources(Route53Record).map((record) => /== "(.+)"/.exec(String(record.name))?.[1]);
    expect(names.sort()).toEqual(["app.example.com", "www.example.com"]);
    expect(synthesised.resource(AcmCertificateValidation).validation_record_fqdns).toHaveLength(2);
  });
});
