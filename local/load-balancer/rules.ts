import type {
  Action,
  FixedResponseActionConfig,
  RedirectActionConfig,
  Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { Failure, messageOf } from "../../tools/failure";
import { type Routable, readCondition, type Test } from "./conditions";

/** A request takes the first rule all of whose conditions hold. */
export interface ListenerRule {
  readonly arn: string;
  readonly holds: Test;
  readonly action: RuleAction;
}

export type RuleAction =
  | ForwardAction
  | { readonly type: "fixed-response"; readonly config: FixedResponseActionConfig }
  | { readonly type: "redirect"; readonly config: RedirectActionConfig };

export interface ForwardAction {
  readonly type: "forward";
  readonly groups: readonly WeightedGroup[];
}

export interface WeightedGroup {
  readonly arn: string;
  readonly weight: number;
}

/** The rules of a listener by priority, the default rule last. @throws Failure for a rule that can't be served here */
export function readRules(rules: readonly Rule[]): readonly ListenerRule[] {
  return [...rules].sort((first, second) => priorityOf(first) - priorityOf(second)).map(readRule);
}

function priorityOf({ IsDefault, Priority }: Rule): number {
  return IsDefault || Priority === "default" ? Number.POSITIVE_INFINITY : Number(Priority);
}

function readRule(rule: Rule): ListenerRule {
  const { RuleArn: arn = "", Conditions = [], Actions = [], Transforms = [] } = rule;
  try {
    if (Transforms.length > 0) throw new Failure("transforms are not served on this machine");
    if (Conditions.some(hasRegex)) throw new Failure("regular expressions are not served on this machine");
    const tests = Conditions.map(readCondition);
    return { arn, holds: (request: Routable) => tests.every((test) => test(request)), action: readActions(Actions) };
  } catch (error) {
    throw new Failure(`rule ${arn || rule.Priority}: ${messageOf(error)}`);
  }
}

function hasRegex(condition: NonNullable<Rule["Conditions"]>[number]): boolean {
  const { PathPatternConfig, HostHeaderConfig, HttpHeaderConfig, RegexValues } = condition;
  return [condition, PathPatternConfig, HostHeaderConfig, HttpHeaderConfig].some(
    (config) => (config?.RegexValues ?? RegexValues ?? []).length > 0,
  );
}

/** Only the last action sends an answer. One before it would authenticate the client: to leave that out is not safe. */
function readActions(actions: readonly Action[]): RuleAction {
  const sorted = [...actions].sort((first, second) => (first.Order ?? 0) - (second.Order ?? 0));
  const [action, ...others] = sorted.reverse();
  if (others[0]) throw new Failure(`actions of type ${others[0].Type} are not served on this machine`);
  switch (action?.Type) {
    case "forward":
      return { type: "forward", groups: readGroups(action) };
    case "fixed-response":
      return { type: "fixed-response", config: { StatusCode: "200", ...action.FixedResponseConfig } };
    case "redirect":
      return { type: "redirect", config: { StatusCode: "HTTP_302", ...action.RedirectConfig } };
    default:
      throw new Failure(`actions of type ${action?.Type} are not served on this machine`);
  }
}

function readGroups({ ForwardConfig, TargetGroupArn }: Action): readonly WeightedGroup[] {
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return [{ arn: TargetGroupArn ?? "", weight: 1 }];
  return groups.map(({ TargetGroupArn: arn = "", Weight: weight = 1 }) => ({ arn, weight }));
}

/**
 * The target group that a request goes to, drawn by the weights; `undefined` where all weights are 0. Whether the group
 * has a target does not count: a load balancer does not fail over from one group to another.
 */
export function drawGroup(groups: readonly WeightedGroup[], random = Math.random): string | undefined {
  if (groups.length === 1 && groups[0]?.weight) return groups[0].arn;
  let place = random() * groups.reduce((sum, { weight }) => sum + weight, 0);
  return groups.find(({ weight }) => {
    place -= weight;
    return place < 0;
  })?.arn;
}
