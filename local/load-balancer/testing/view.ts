import type { Action, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { View, ViewHealthCheck, ViewListener, ViewTarget, ViewTargetGroup } from "../../cloud/view";

export const HOST = "127.0.0.1";

const HEALTH_CHECK: ViewHealthCheck = {
  path: "/healthcheck",
  port: "traffic-port",
  intervalSeconds: 30,
  // Nothing is late here but this process, which then is both who asks and who answers.
  timeoutSeconds: 60,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: "200",
};

export interface TestGroup {
  /** Ports of targets on the loopback interface, or targets. */
  readonly targets?: readonly (number | ViewTarget)[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly healthCheck?: Partial<ViewHealthCheck>;
  readonly targetType?: ViewTargetGroup["targetType"];
}

export interface TestView {
  /** By ARN. */
  readonly groups?: Readonly<Record<string, TestGroup>>;
  /** Before the default rule. */
  readonly rules?: readonly Rule[];
  /** Of the default rule. @default - to the group `group` */
  readonly action?: Action;
  /** Of the load balancer. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly protocol?: ViewListener["protocol"];
}

export const forwardTo = (arn: string): Action => ({ Type: "forward", TargetGroupArn: arn });

export const answerWith = (MessageBody: string): Action => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "200", ContentType: "text/plain", MessageBody },
});

export const draining = (port: number): ViewTarget => ({ id: HOST, port, registration: 1, draining: true });

export function rule(priority: number, conditions: RuleCondition[], action: Action): Rule {
  return { RuleArn: `rule-${priority}`, Priority: String(priority), Conditions: conditions, Actions: [action] };
}

/** A view of one load balancer with one listener. */
export function viewOf({
  groups = {},
  rules = [],
  action = forwardTo("group"),
  attributes = {},
  protocol = "HTTP",
}: TestView): View {
  const defaultRule: Rule = { RuleArn: "default", Priority: "default", IsDefault: true, Actions: [action] };
  const listeners = [{ arn: "listener", port: 80, protocol, rules: [defaultRule, ...rules] }];
  return {
    revision: 1,
    tasks: [],
    taskDefinitions: {},
    loadBalancers: [
      {
        arn: "balancer",
        name: "balancer",
        dnsName: "balancer.test",
        aliases: [],
        attributes,
        internal: false,
        listeners,
      },
    ],
    names: [],
    apis: [],
    signIns: [],
    targetGroups: Object.entries(groups).map(([arn, group]) => ({
      arn,
      name: arn,
      targetType: group.targetType ?? "ip",
      healthCheck: { ...HEALTH_CHECK, ...group.healthCheck },
      attributes: group.attributes ?? {},
      targets: (group.targets ?? []).map((target) =>
        typeof target === "number" ? { id: HOST, port: target, registration: 1, draining: false } : target,
      ),
    })),
  };
}
