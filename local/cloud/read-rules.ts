import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { Failure } from "../failure";
import type { Action, Condition, FixedResponseAction, ForwardAction, RedirectAction, Rule } from "./deployment";

/** The rules of a listener by priority, the default rule last. @throws Failure for a rule that can't be served here */
export function readRules(rules: readonly elb.Rule[]): readonly Rule[] {
  return rules.map(readRule).sort((first, second) => first.priority - second.priority);
}

function readRule(rule: elb.Rule): Rule {
  const where = `rule ${rule.RuleArn ?? rule.Priority}`;
  return {
    priority: rule.IsDefault || rule.Priority === "default" ? Number.POSITIVE_INFINITY : Number(rule.Priority),
    conditions: (rule.Conditions ?? []).map((condition) => readCondition(condition, where)),
    action: readAction(rule.Actions?.at(-1), where),
  };
}

function readCondition(condition: elb.RuleCondition, where: string): Condition {
  const { Field: field, Values: values = [] } = condition;
  switch (field) {
    case "path-pattern":
      return { field, values: condition.PathPatternConfig?.Values ?? values };
    case "host-header":
      return { field, values: condition.HostHeaderConfig?.Values ?? values };
    case "source-ip":
      return { field, values: condition.SourceIpConfig?.Values ?? values };
    default:
      throw new Failure(
        `${where}: conditions on ${field} are not served on this machine; served are path-pattern, host-header and source-ip`,
      );
  }
}

function readAction(action: elb.Action | undefined, where: string): Action {
  switch (action?.Type) {
    case "forward":
      return readForward(action);
    case "fixed-response":
      return readFixedResponse(action.FixedResponseConfig);
    case "redirect":
      return readRedirect(action.RedirectConfig);
    default:
      throw new Failure(
        `${where}: actions of type ${action?.Type} are not served on this machine; served are forward, fixed-response and redirect`,
      );
  }
}

function readForward(action: elb.Action): ForwardAction {
  const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }];
  return {
    type: "forward",
    targetGroups: groups.map(({ TargetGroupArn: arn = "", Weight: weight = 1 }) => ({ arn, weight })),
  };
}

function readFixedResponse(config: elb.FixedResponseActionConfig | undefined): FixedResponseAction {
  return {
    type: "fixed-response",
    statusCode: Number(config?.StatusCode ?? 200),
    contentType: config?.ContentType ?? "text/plain",
    messageBody: config?.MessageBody ?? "",
  };
}

/** Source of the defaults: Elastic Load Balancing API, "RedirectActionConfig". */
function readRedirect(config: elb.RedirectActionConfig | undefined): RedirectAction {
  return {
    type: "redirect",
    statusCode: config?.StatusCode === "HTTP_301" ? 301 : 302,
    protocol: config?.Protocol ?? "#{protocol}",
    host: config?.Host ?? "#{host}",
    port: config?.Port ?? "#{port}",
    path: config?.Path ?? "/#{path}",
    query: config?.Query ?? "#{query}",
  };
}
