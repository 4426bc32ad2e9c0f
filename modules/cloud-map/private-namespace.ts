import { ServiceDiscoveryPrivateDnsNamespace } from "@cdktf/provider-aws/lib/service-discovery-private-dns-namespace";
import { Construct } from "constructs";
import { DNS_NAME } from "../aws/forms";
import { NAMESPACE_NAME_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";

export interface PrivateNamespaceProps {
  /** Domain of the names, such as `shop-dev.internal`; at most 253 characters, and none that the VPC has a zone for. */
  readonly name: string;
  /** Id of the VPC in which the names are known. */
  readonly vpcId: string;
  /** What a person reads of it in the console: up to 1024 characters. */
  readonly description: string;
}

/**
 * Names that only one VPC resolves: Cloud Map keeps them in a private hosted zone of its own, and ECS Service Connect in
 * the same namespace, without DNS. The VPC needs DNS support and DNS host names.
 *
 * ```ts
 * const namespace = new PrivateNamespace(this, "Namespace", {
 *   name: "shop-dev.internal", vpcId, description: "services of shop-dev",
 * });
 * ```
 *
 * `.internal` is kept for private use for ever. A name that ends in `.local` is refused: resolvers with multicast DNS (RFC
 * 6762) never ask the VPC's resolver for it, so a container whose image has `mdns` in nsswitch.conf finds nothing.
 *
 * AWS deletes no namespace that has services left (`ResourceInUse`). What Terraform made goes first by itself; a service that
 * Service Connect made is ECS's to take away, and by hand where it is left.
 *
 * Cost: $0.50 a month for the hosted zone, and queries from the VPC.
 *
 * @see AWS Cloud Map Developer Guide, "AWS Cloud Map namespaces"; Route 53 Developer Guide, "Considerations when working with
 * a private hosted zone"
 */
export class PrivateNamespace extends Construct {
  readonly namespace: ServiceDiscoveryPrivateDnsNamespace;
  readonly name: string;

  constructor(scope: Construct, id: string, { name, vpcId, description }: PrivateNamespaceProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.length("name", name, NAMESPACE_NAME_MAX);
    check.text("name", name, DNS_NAME);
    if (/(^|\.)local$/i.test(name)) {
      throw check.error(
        "name",
        `is ${JSON.stringify(name)}`,
        "a name that does not end in .local, which is multicast DNS's; .internal is kept for private use",
      );
    }
    this.name = name;
    this.namespace = new ServiceDiscoveryPrivateDnsNamespace(this, "Resource", { name, vpc: vpcId, description });
  }

  get arn(): string {
    return this.namespace.arn;
  }
}
