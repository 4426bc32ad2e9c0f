import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule, type LbListenerRuleCondition } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Construct } from "constructs";
import type { TargetGroup } from "./target-group";

export interface ListenerRuleProps {
  readonly listener: LbListener;
  /** 1 to 50000, unique on the listener; the lowest number that matches wins. */
  readonly priority: number;
  /** Path patterns, case-sensitive, with `*` and `?`; at least one. */
  readonly pathPatterns: string[];
  /** Host names, with `*` and `?`. @default [] - any host */
  readonly hosts?: string[];
  /** CIDR blocks that clients come from. @default [] - any client */
  readonly sourceCidrs?: string[];
  /** Where matching requests go. */
  readonly targetGroup: TargetGroup;
}

/**
 * Forwards what matches all of the conditions to one target group. ELB takes at most 5 condition values in a rule,
 * counted over all conditions. Source: ELB, "Listener rules for your Application Load Balancer".
 */
export class ListenerRule extends Construct {
  readonly rule: LbListenerRule;

  constructor(scope: Construct, id: string, props: ListenerRuleProps) {
    super(scope, id);
    this.rule = new LbListenerRule(this, "Resource", {
      listenerArn: props.listener.arn,
      priority: props.priority,
      condition: conditions(props),
      action: [{ type: "forward", targetGroupArn: props.targetGroup.targetGroup.arn }],
    });
  }
}

function conditions({ pathPatterns, hosts = [], sourceCidrs = [] }: ListenerRuleProps): LbListenerRuleCondition[] {
  return [
    { pathPattern: { values: pathPatterns } },
    ...(hosts.length > 0 ? [{ hostHeader: { values: hosts } }] : []),
    ...(sourceCidrs.length > 0 ? [{ sourceIp: { values: sourceCidrs } }] : []),
  ];
}
