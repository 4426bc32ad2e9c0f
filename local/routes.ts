import type { DeployedService, Deployment, ForwardAction, Listener, LoadBalancer, Rule } from "./cloud/deployment";

/** A listener that is served on this machine. */
export interface ServedListener {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  /** Port of the loopback interface. */
  readonly port: number;
}

/** A path that a person can open. */
export interface Route {
  readonly path: string;
  readonly url: string;
  /** What the Host header has to be, where a rule asks for one. */
  readonly host: string | undefined;
  /** ARN of a target group that the rule sends the path to. */
  readonly targetGroupArn: string;
  readonly service: DeployedService;
  /** Whether the paths below this one are the service's too. */
  readonly hasSubPaths: boolean;
}

/** The paths of a listener that lead to a service, by priority. Patterns with a wildcard are no path of their own. */
export function routesOf({ listener, port }: ServedListener, deployment: Deployment): readonly Route[] {
  return listener.rules.flatMap((rule) => {
    const targetGroupArn = rule.action.type === "forward" ? firstGroup(rule.action) : undefined;
    const service = deployment.services.find(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn ?? ""));
    if (!targetGroupArn || !service) return [];
    const patterns = valuesOf(rule, "path-pattern");
    const host = valuesOf(rule, "host-header").find((value) => !/[*?]/.test(value));
    return patterns
      .filter((pattern) => !/[*?]/.test(pattern))
      .sort()
      .map((path) => ({
        path,
        url: `http://127.0.0.1:${port}${path}`,
        host,
        targetGroupArn,
        service,
        hasSubPaths: patterns.includes(`${path}/*`),
      }));
  });
}

function firstGroup({ targetGroups }: ForwardAction): string | undefined {
  return targetGroups.find(({ weight }) => weight > 0)?.arn;
}

function valuesOf(rule: Rule, field: string): readonly string[] {
  return rule.conditions.filter((condition) => condition.field === field).flatMap(({ values }) => values);
}
