import type { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule, type LbListenerRuleCondition } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { Construct } from "constructs";
import { HOST_PATTERN, PATH_PATTERN } from "../aws/forms";
import { CONDITION_VALUES_PER_RULE_MAX, CONDITION_WILDCARDS_PER_RULE_MAX, RULE_PRIORITY } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { TargetGroup } from "./target-group";
import { takeTargetGroup } from "./target-group-use";
import { type TrafficOwner, trafficLifecycle } from "./traffic-owner";

export interface ListenerRuleProps {
  /** The listener that it belongs to: that of `LoadBalancer`, or its test listener. */
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
  /**
   * Who changes the target group once the rule is there. A change of the owner replaces nothing.
   * @default "terraform"
   */
  readonly trafficOwner?: TrafficOwner;
}

/** The rules of each listener, by priority. */
const rulesOf = new WeakMap<LbListener, Map<number, ListenerRule>>();

/**
 * Forwards what matches all of the conditions to one target group. ELB takes at most 5 condition values in a rule,
 * counted over all conditions, and 100 rules on a load balancer unless the quota is raised. Source: ELB, "Listener rules for your Application Load
 * Balancer".
 */
export class ListenerRule extends Construct {
  readonly rule: LbListenerRule;

  constructor(scope: Construct, id: string, props: ListenerRuleProps) {
    super(scope, id);
    this.checkConditions(props);
    this.takePriority(props);
    takeTargetGroup(this, "targetGroup", props.targetGroup, props.listener);
    this.rule = new LbListenerRule(this, "Resource", {
      listenerArn: props.listener.arn,
      priority: props.priority,
      condition: conditions(props),
      action: [{ type: "forward", targetGroupArn: props.targetGroup.targetGroup.arn }],
      ...trafficLifecycle(props.trafficOwner, "action"),
    });
  }

  private checkConditions({ pathPatterns, hosts = [], sourceCidrs = [] }: ListenerRuleProps): void {
    const check = new PropCheck(this);
    check.atLeast("pathPatterns", pathPatterns, 1, "one path pattern or more");
    check.texts("pathPatterns", pathPatterns, PATH_PATTERN);
    check.texts("hosts", hosts, HOST_PATTERN);
    check.cidrs("sourceCidrs", sourceCidrs, ["IPv4", "IPv6"]);
    const broadcast = sourceCidrs.indexOf("255.255.255.255/32");
    if (broadcast >= 0) {
      throw check.error(`sourceCidrs[${broadcast}]`, "is the broadcast address", "any other CIDR block");
    }
    const values = [...pathPatterns, ...hosts, ...sourceCidrs];
    if (values.length > CONDITION_VALUES_PER_RULE_MAX) {
      throw check.error(
        "pathPatterns",
        `has ${values.length} condition values with "hosts" and "sourceCidrs"`,
        `${CONDITION_VALUES_PER_RULE_MAX} in a rule`,
      );
    }
    const wildcards = [...pathPatterns, ...hosts].join("").replace(/[^*?]/g, "").length;
    if (wildcards > CONDITION_WILDCARDS_PER_RULE_MAX) {
      throw check.error(
        "pathPatterns",
        `has ${wildcards} wildcards with "hosts"`,
        `${CONDITION_WILDCARDS_PER_RULE_MAX} in a rule`,
      );
    }
  }

  private takePriority({ listener, priority }: ListenerRuleProps): void {
    const check = new PropCheck(this);
    const rulesMax = check.quota("rulesPerLoadBalancer");
    const rules = rulesOf.get(listener) ?? new Map<number, ListenerRule>();
    check.wholeNumber("priority", priority, RULE_PRIORITY);
    const namesake = rules.get(priority);
    if (namesake) {
      const allowed = "a priority that no other rule of the listener has";
      throw check.error("priority", `is ${priority}, as that of ${namesake.node.path}`, allowed);
    }
    if (rules.size >= rulesMax) {
      const allowed = `${rulesMax} rules on a load balancer`;
      throw check.error("listener", `has ${rules.size} rules already`, allowed);
    }
    rulesOf.set(listener, rules.set(priority, this));
  }
}

function conditions({ pathPatterns, hosts = [], sourceCidrs = [] }: ListenerRuleProps): LbListenerRuleCondition[] {
  return [
    { pathPattern: { values: pathPatterns } },
    ...(hosts.length > 0 ? [{ hostHeader: { values: hosts } }] : []),
    ...(sourceCidrs.length > 0 ? [{ sourceIp: { values: sourceCidrs } }] : []),
  ];
}
