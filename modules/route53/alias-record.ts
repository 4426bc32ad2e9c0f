import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface AliasRecordProps {
  /** Id of the hosted zone that the records go into. */
  readonly zoneId: string;
  /** The records' full name, such as `app.example.com`. */
  readonly recordName: string;
  /** The load balancer's DNS name. */
  readonly loadBalancerDnsName: string;
  /** Id of the hosted zone that AWS keeps the load balancer's own name in. */
  readonly loadBalancerZoneId: string;
  /**
   * Whether there is an AAAA record too. It answers nothing while the load balancer has IPv4 addresses only, and needs
   * no change when it becomes dual-stack.
   * @default true
   */
  readonly ipv6?: boolean;
}

/**
 * A name for a load balancer: an A and an AAAA alias record, which follow its addresses.
 *
 * ```ts
 * new AliasRecord(this, "AliasRecord", {
 *   zoneId: zone.zoneId,
 *   recordName: "app.example.com",
 *   loadBalancerDnsName: loadBalancer.dnsName,
 *   loadBalancerZoneId: loadBalancer.zoneId,
 * });
 * ```
 *
 * Cost: queries for alias records of a load balancer are free.
 *
 * @see Amazon Route 53 Developer Guide, "Routing traffic to an ELB load balancer"
 */
export class AliasRecord extends Construct {
  constructor(scope: Construct, id: string, props: AliasRecordProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("recordName", props.recordName, DNS_NAME);
    check.text("loadBalancerDnsName", props.loadBalancerDnsName, DNS_NAME);
    const { zoneId, recordName, loadBalancerDnsName, loadBalancerZoneId, ipv6 = true } = props;
    const target = { dnsName: loadBalancerDnsName, zoneId: loadBalancerZoneId };
    createAliasRecords(this, { zoneId, recordName, target, ipv6 });
  }
}

/** What a name may lead to by an alias record: a resource of AWS with a DNS name of its own. */
export interface AliasTarget {
  /** Its own DNS name. */
  readonly dnsName: string;
  /** Id of the hosted zone that AWS keeps that name in. */
  readonly zoneId: string;
}

/** The records of a name. */
export interface AliasRecords {
  /** Id of the hosted zone that they are in. */
  readonly zoneId: string;
  /** The name that leads to the target. */
  readonly recordName: string;
  /** Where the name leads. */
  readonly target: AliasTarget;
  /** Whether there is an AAAA record too. */
  readonly ipv6: boolean;
}

/** Makes the alias records of a name in `scope`, for constructs that have one. */
export function createAliasRecords(scope: Construct, records: AliasRecords): void {
  createRecord(scope, "A", records);
  if (records.ipv6) createRecord(scope, "AAAA", records);
}

function createRecord(scope: Construct, type: "A" | "AAAA", { zoneId, recordName, target }: AliasRecords): void {
  new Route53Record(scope, type, {
    zoneId,
    name: recordName,
    type,
    alias: {
      name: target.dnsName,
      zoneId: target.zoneId,
      // Free, and Route 53 then stops naming a load balancer that has no healthy target where it has a choice. For an API
      // it changes nothing (Route 53 API Reference, "AliasTarget").
      evaluateTargetHealth: true,
    },
  });
}
