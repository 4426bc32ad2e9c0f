/** What was deployed, as the AWS APIs tell it: everything that is run and served on this machine follows from it. */
export interface Deployment {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targetGroups: readonly TargetGroup[];
  readonly services: readonly DeployedService[];
}

export interface LoadBalancer {
  readonly name: string;
  /** Names that Route 53 answers with this load balancer, such as `app.example.com`. */
  readonly aliases: readonly string[];
  readonly idleTimeoutSeconds: number;
  readonly listeners: readonly Listener[];
}

export interface Listener {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  /** By priority; the default rule is the last. */
  readonly rules: readonly Rule[];
}

/** A request takes the first rule all of whose conditions hold. */
export interface Rule {
  /** `Number.POSITIVE_INFINITY` for the default rule. */
  readonly priority: number;
  readonly conditions: readonly Condition[];
  readonly action: Action;
}

/** Holds when one of the values matches. */
export interface Condition {
  readonly field: "path-pattern" | "host-header" | "source-ip";
  readonly values: readonly string[];
}

export type Action = ForwardAction | FixedResponseAction | RedirectAction;

export interface ForwardAction {
  readonly type: "forward";
  readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
}

export interface FixedResponseAction {
  readonly type: "fixed-response";
  readonly statusCode: number;
  readonly contentType: string;
  readonly messageBody: string;
}

/** Each part may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its first slash) and `#{query}`. */
export interface RedirectAction {
  readonly type: "redirect";
  readonly statusCode: number;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly healthCheck: HealthCheck;
}

export interface HealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Status codes that count as healthy: `200`, `200,204` or `200-299`. */
  readonly matcher: string;
}

export interface DeployedService {
  readonly name: string;
  readonly launchType: string;
  readonly networkMode: string;
  readonly desiredCount: number;
  /** Seconds after its start in which a task is not replaced for failing health checks. */
  readonly gracePeriodSeconds: number;
  readonly stopTimeoutSeconds: number;
  readonly targetGroupArns: readonly string[];
  readonly container: Container;
}

export interface Container {
  readonly image: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}
