import { ApiGatewayBasePathMapping } from "@cdktf/provider-aws/lib/api-gateway-base-path-mapping";
import { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import type { ApiGatewayStage } from "@cdktf/provider-aws/lib/api-gateway-stage";
import { Apigatewayv2ApiMapping } from "@cdktf/provider-aws/lib/apigatewayv2-api-mapping";
import { Apigatewayv2DomainName } from "@cdktf/provider-aws/lib/apigatewayv2-domain-name";
import type { Apigatewayv2Stage } from "@cdktf/provider-aws/lib/apigatewayv2-stage";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import type { PropCheck } from "../prop-check";
import { type AliasTarget, createAliasRecords } from "../route53/alias-record";

/** A name of our own for an API. */
export interface CustomDomainProps {
  /** The full name, such as `api.example.com`; no other API of the Region may have it. */
  readonly name: string;
  /** ARN of an issued certificate for it, in the Region of the API. */
  readonly certificateArn: string;
  /** Id of the hosted zone that the record goes into. */
  readonly zoneId: string;
}

/**
 * Refuses a domain that API Gateway would refuse; none at all is taken.
 * @param field what the message names
 */
export function checkDomain(check: PropCheck, field: string, domain: CustomDomainProps | undefined): void {
  check.text(`${field}.name`, domain?.name, DNS_NAME);
  if (domain?.certificateArn === "") {
    throw check.error(`${field}.certificateArn`, 'is ""', "the ARN of an issued certificate");
  }
}

/** Clients with older versions of TLS are refused. Source: "Choose a security policy for your custom domain in API Gateway". */
const SECURITY_POLICY = "TLS_1_2";

/**
 * The name of an HTTP API: the whole of it leads to one stage.
 *
 * Cost: none of its own.
 *
 * @see Amazon API Gateway Developer Guide, "Custom domain names for HTTP APIs in API Gateway"
 */
export class HttpApiDomain extends Construct {
  constructor(scope: Construct, id: string, domain: CustomDomainProps, stage: Apigatewayv2Stage) {
    super(scope, id);
    const resource = new Apigatewayv2DomainName(this, "Resource", {
      domainName: domain.name,
      domainNameConfiguration: {
        certificateArn: domain.certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: SECURITY_POLICY,
      },
    });
    new Apigatewayv2ApiMapping(this, "Mapping", { apiId: stage.apiId, domainName: resource.id, stage: stage.id });
    const { targetDomainName, hostedZoneId } = resource.domainNameConfiguration;
    createRecord(this, domain, { dnsName: targetDomainName, zoneId: hostedZoneId });
  }
}

/**
 * The name of a REST API: the whole of it leads to one stage.
 *
 * Cost: none of its own.
 *
 * @see Amazon API Gateway Developer Guide, "Set up a Regional custom domain name in API Gateway"
 */
export class RestApiDomain extends Construct {
  constructor(scope: Construct, id: string, domain: CustomDomainProps, stage: ApiGatewayStage) {
    super(scope, id);
    const resource = new ApiGatewayDomainName(this, "Resource", {
      domainName: domain.name,
      regionalCertificateArn: domain.certificateArn,
      securityPolicy: SECURITY_POLICY,
      endpointConfiguration: { types: ["REGIONAL"] },
    });
    new ApiGatewayBasePathMapping(this, "Mapping", {
      apiId: stage.restApiId,
      domainName: resource.domainName,
      stageName: stage.stageName,
    });
    createRecord(this, domain, { dnsName: resource.regionalDomainName, zoneId: resource.regionalZoneId });
  }
}

/** An API has IPv4 addresses only. */
const createRecord = (scope: Construct, { name, zoneId }: CustomDomainProps, target: AliasTarget) =>
  createAliasRecords(scope, { zoneId, recordName: name, target, ipv6: false });
