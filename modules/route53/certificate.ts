import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { CERTIFICATE_NAME_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";

/** ACM's own advice for validation records is a short life; they are asked for once a year. */
const VALIDATION_RECORD_TTL_SECONDS = 60;

export interface CertificateProps {
  /** The name that the certificate is for, such as `app.example.com`; at most 64 characters. */
  readonly domainName: string;
  /**
   * Further names. A change replaces the certificate; the old one serves until the new one is issued.
   * @default []
   */
  readonly subjectAlternativeNames?: readonly string[];
  /** Id of the public hosted zone that holds all the names. */
  readonly zoneId: string;
}

/**
 * A certificate of AWS Certificate Manager, validated by records in a hosted zone and renewed by AWS as long as they
 * are there.
 *
 * ```ts
 * const certificate = new Certificate(this, "Certificate", { domainName: "app.example.com", zoneId: zone.zoneId });
 * ```
 *
 * Cost: none for a certificate that a load balancer uses.
 *
 * @see AWS Certificate Manager User Guide, "AWS Certificate Manager DNS validation"
 */
export class Certificate extends Construct {
  /** ARN of the certificate, known once it is issued: a listener that uses it waits for the validation. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { domainName, subjectAlternativeNames = [], zoneId } = props;
    const check = new PropCheck(this);
    check.length("domainName", domainName, CERTIFICATE_NAME_MAX);
    check.text("domainName", domainName, DNS_NAME);
    check.texts("subjectAlternativeNames", subjectAlternativeNames, DNS_NAME);
    const certificate = this.createCertificate(domainName, subjectAlternativeNames);
    const records = [...new Set([domainName, ...subjectAlternativeNames])].map((name) =>
      this.createValidationRecord(certificate, name, zoneId),
    );
    this.arn = new AcmCertificateValidation(this, "Validation", {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map((record) => record.fqdn),
    }).certificateArn;
  }

  private createCertificate(domainName: string, alternatives: readonly string[]): AcmCertificate {
    return new AcmCertificate(this, "Resource", {
      domainName,
      ...(alternatives.length > 0 && { subjectAlternativeNames: [...alternatives] }),
      validationMethod: "DNS",
      // AWS refuses to delete a certificate that a listener uses (ResourceInUseException).
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createValidationRecord(certificate: AcmCertificate, domainName: string, zoneId: string): Route53Record {
    const option = (attribute: string) => validationOption(certificate, domainName, attribute);
    return new Route53Record(this, `Record-${domainName}`, {
      zoneId,
      name: option("resource_record_name"),
      type: option("resource_record_type"),
      records: [option("resource_record_value")],
      ttl: VALIDATION_RECORD_TTL_SECONDS,
      // A name and its wildcard share one record, and so do all certificates of one account for the same name.
      allowOverwrite: true,
    });
  }
}

/**
 * One attribute of the validation option of one name.
 *
 * `domain_validation_options` is a set. The usual `for_each` over it would need its own iterator construct, and
 * `get(0)` takes whatever comes first, so adding a name could swap the records of two names. The names are known here,
 * so each record picks its own option.
 */
function validationOption(certificate: AcmCertificate, domainName: string, attribute: string): string {
  const options = `${AcmCertificate.tfResourceType}.${certificate.friendlyUniqueId}.domain_validation_options`;
  return `\${[for option in ${options} : option.${attribute} if option.domain_name == "${domainName}"][0]}`;
}
