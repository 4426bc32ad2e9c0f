import type { Service } from "@aws-sdk/client-ecs";
import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RunningService } from "./cloud/services";
import type { ViewListener, ViewLoadBalancer } from "./cloud/view";

/** A listener that is served on this machine. */
export interface ServedListener {
  readonly loadBalancer: ViewLoadBalancer;
  readonly listener: ViewListener;
  /** Port of the loopback interface. */
  readonly port: number;
}

/** A path that a person can open. */
export interface Route {
  readonly path: string;
  readonly url: string;
  /** What the Host header has to be, where a rule asks for one. */
  readonly host: string | undefined;
  /** The service behind the target group that the rule sends the path to. */
  readonly service: RunningService;
  /** Whether the paths below this one are the service's too. */
  readonly hasSubPaths: boolean;
}

/**
 * The URL of a page of a route.
 *
 * @param page a path that the service answers well. The route itself where that is not below it: a route need not be a page
 */
export function pageUrl({ url, path }: Route, page: string | undefined): string {
  return page?.startsWith(`${path}/`) ? url + page.slice(path.length) : url;
}

export function urlOf({ port }: ServedListener): string {
  return `http://127.0.0.1:${port}`;
}

/**
 * The paths of a listener that lead to a service, by priority, and "/" where what no rule matches goes to one. Patterns with
 * a wildcard are no path of their own.
 */
export function routesOf(served: ServedListener, services: readonly RunningService[]): readonly Route[] {
  const { rules } = served.listener;
  return [...byPriority(rules), ...rules.filter(({ IsDefault }) => IsDefault)].flatMap((rule) => {
    const group = targetGroupOf(rule);
    const found = services.find(({ service }) => groupsOf(service).includes(group));
    if (!group || !found) return [];
    const patterns = rule.IsDefault ? ["/"] : valuesOf(rule, "path-pattern");
    const host = valuesOf(rule, "host-header").find((value) => !/[*?]/.test(value));
    return patterns
      .filter((pattern) => !/[*?]/.test(pattern))
      .sort()
      .map((path) => ({
        path,
        url: urlOf(served) + path,
        host,
        service: found,
        hasSubPaths: patterns.includes(`${path}/*`),
      }));
  });
}

/** Those of all task sets, where CodeDeploy deploys: a listener may be ahead of the service. */
function groupsOf({ loadBalancers = [], taskSets = [] }: Service): readonly (string | undefined)[] {
  const all = [...loadBalancers, ...taskSets.flatMap((set) => set.loadBalancers ?? [])];
  return all.map(({ targetGroupArn }) => targetGroupArn);
}

function byPriority(rules: readonly Rule[]): readonly Rule[] {
  return rules
    .filter(({ IsDefault }) => !IsDefault)
    .sort((first, second) => Number(first.Priority) - Number(second.Priority));
}

function targetGroupOf({ Actions = [] }: Rule): string | undefined {
  const action = Actions.find(({ Type }) => Type === "forward");
  const groups = action?.ForwardConfig?.TargetGroups ?? [];
  return groups.find(({ Weight = 1 }) => Weight > 0)?.TargetGroupArn ?? action?.TargetGroupArn;
}

function valuesOf({ Conditions = [] }: Rule, field: string): readonly string[] {
  const condition = Conditions.find(({ Field }) => Field === field);
  return condition?.PathPatternConfig?.Values ?? condition?.HostHeaderConfig?.Values ?? condition?.Values ?? [];
}
