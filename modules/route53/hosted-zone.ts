import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface HostedZoneProps {
  /** The zone's domain name, such as `example.com`. */
  readonly name: string;
}

/**
 * A public hosted zone that exists already, looked up by its name. Terraform stops with "no matching Route 53 Hosted
 * Zone found" where there is none.
 *
 * ```ts
 * const zone = new HostedZone(this, "HostedZone", { name: "example.com" });
 * ```
 */
export class HostedZone extends Construct {
  readonly zoneId: string;

  constructor(scope: Construct, id: string, { name }: HostedZoneProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, DNS_NAME);
    this.zoneId = new DataAwsRoute53Zone(this, "Resource", { name, privateZone: false }).zoneId;
  }
}
