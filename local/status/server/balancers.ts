import type { Action, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { type ServedListener, urlOf } from "../../routes";
import type { BalancerState, ListenerState, RuleState, WeightedGroupState } from "../state";
import type { PlaceOf } from "./places";

/** Longest text of a fixed answer that is shown. */
const ANSWER_MAX = 80;

/** The load balancers that listeners are of, each with those that are served. */
export function balancersOf(served: readonly ServedListener[], placeOf: PlaceOf): readonly BalancerState[] {
  const balancers = new Map(served.map(({ loadBalancer }) => [loadBalancer.arn, loadBalancer]));
  return [...balancers.values()].map(({ arn, name, dnsName, aliases, internal }) => ({
    arn,
    name,
    place: placeOf(name),
    dnsName,
    aliases,
    internal,
    listeners: served.filter(({ loadBalancer }) => loadBalancer.arn === arn).map(listenerOf),
  }));
}

function listenerOf(served: ServedListener): ListenerState {
  const { arn, port, protocol, rules } = served.listener;
  const sorted = [...rules].sort((one, other) => priorityOf(one) - priorityOf(other));
  return { arn, port, protocol, url: urlOf(served), rules: sorted.map(ruleOf) };
}

function priorityOf({ IsDefault, Priority }: Rule): number {
  return IsDefault ? Number.POSITIVE_INFINITY : Number(Priority);
}

function ruleOf({ RuleArn = "", IsDefault, Priority = "", Conditions = [], Actions = [] }: Rule): RuleState {
  const action = Actions.at(-1);
  return {
    arn: RuleArn,
    priority: IsDefault ? "default" : Priority,
    conditions: Conditions.map(wordsOfCondition),
    targets: action ? groupsOf(action) : [],
    answer: action && answerOf(action),
  };
}

function groupsOf({ ForwardConfig, TargetGroupArn }: Action): readonly WeightedGroupState[] {
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return TargetGroupArn === undefined ? [] : [{ group: TargetGroupArn, weight: 1 }];
  return groups.map(({ TargetGroupArn: group = "", Weight: weight = 1 }) => ({ group, weight }));
}

function answerOf({ FixedResponseConfig: fixed, RedirectConfig: redirect }: Action): string | undefined {
  if (fixed) return [fixed.StatusCode, fixed.MessageBody?.slice(0, ANSWER_MAX)].filter(Boolean).join(", ");
  if (!redirect) return undefined;
  const { Protocol = "#{protocol}", Host = "#{host}", Port = "#{port}", Path = "/#{path}" } = redirect;
  return `redirect to ${Protocol.toLowerCase()}://${Host}:${Port}${Path}`;
}

/** A condition, as a person says it. */
function wordsOfCondition(condition: RuleCondition): string {
  const { Field: field = "", Values: values = [] } = condition;
  const header = condition.HttpHeaderConfig;
  switch (field) {
    case "path-pattern":
      // Any of them may match: their order, which Terraform does not keep, says nothing.
      return `path ${[...(condition.PathPatternConfig?.Values ?? values)].sort().join(", ")}`;
    case "host-header":
      return `host ${(condition.HostHeaderConfig?.Values ?? values).join(", ")}`;
    case "http-request-method":
      return `method ${(condition.HttpRequestMethodConfig?.Values ?? values).join(", ")}`;
    case "source-ip":
      return `from ${(condition.SourceIpConfig?.Values ?? values).join(", ")}`;
    // What a header has to be may be a secret that only a CDN knows.
    case "http-header":
      return `header ${header?.HttpHeaderName ?? ""}`;
    case "query-string":
      return `query ${(condition.QueryStringConfig?.Values ?? []).map(({ Key, Value = "" }) => (Key ? `${Key}=${Value}` : Value)).join(", ")}`;
    default:
      return field;
  }
}
