import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import type { Construct } from "constructs";
import { PropCheck } from "../prop-check";
import type { TargetGroup } from "./target-group";

/** What first sends requests to each target group, and by which listener. */
const firstUseOf = new WeakMap<TargetGroup, { readonly user: Construct; readonly listener: LbListener }>();

/**
 * Refuses a target group that gets the requests of another load balancer: ELB has one for a target group. Listeners of
 * one load balancer share a target group.
 * @param user the rule, or the load balancer itself for a default target
 * @param field the prop of the user that names the target group
 */
export function takeTargetGroup(user: Construct, field: string, targetGroup: TargetGroup, listener: LbListener): void {
  const first = firstUseOf.get(targetGroup);
  if (!first) {
    firstUseOf.set(targetGroup, { user, listener });
  } else if (loadBalancerOf(first.listener) !== loadBalancerOf(listener)) {
    throw new PropCheck(user).error(
      field,
      `gets requests of another load balancer by ${first.user.node.path}`,
      "one load balancer for a target group",
    );
  }
}

/** The load balancer of a listener, as Terraform is told of it. */
function loadBalancerOf(listener: LbListener): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(listener.loadBalancerArnInput, { scope: listener, resolver, preparing: false });
}
