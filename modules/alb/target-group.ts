import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";

/** How a load balancer finds out that a target is well. Source: ELB, "Health checks for your target groups". */
export interface HealthCheck {
  /** Path that answers when the target is well, such as `/healthcheck`. */
  readonly path: string;
  /** @default 30 */
  readonly intervalSeconds?: number;
  /** Has to be shorter than the interval. @default 5 */
  readonly timeoutSeconds?: number;
  /** Passes in a row before a target that failed gets requests again. @default 2 */
  readonly healthyThreshold?: number;
  /** Failures in a row before a target gets none. @default 3 */
  readonly unhealthyThreshold?: number;
  /** Status codes that count as well: `200`, `200,204` or `200-299`. @default "200" */
  readonly matcher?: string;
}

export interface TargetGroupProps {
  /** First letters of the generated name; at most 6 characters. */
  readonly namePrefix: string;
  /** What the `Name` tag says: the generated name says little. */
  readonly displayName: string;
  readonly vpcId: string;
  /** `instance` for bridge networking with dynamic host ports, `ip` for awsvpc. */
  readonly targetType: "instance" | "ip";
  /** Port of the container. ECS registers each task with its own port; this one is only the default. */
  readonly port: number;
  readonly healthCheck: HealthCheck;
  /**
   * Seconds a target may finish its requests after it is deregistered. AWS's own default of 300 holds up every
   * release by five minutes.
   * @default 30
   */
  readonly deregistrationDelaySeconds?: number;
}

/**
 * A target group whose targets ECS registers.
 *
 * The name is generated and the new group is made before the old one goes: a listener rule holds on to its target
 * group, and with a fixed name a replacement fails with "Target group is currently in use by a listener or a rule".
 */
export class TargetGroup extends Construct {
  readonly targetGroup: LbTargetGroup;

  constructor(scope: Construct, id: string, props: TargetGroupProps) {
    super(scope, id);
    const { healthCheck } = props;
    this.targetGroup = new LbTargetGroup(this, "Resource", {
      namePrefix: props.namePrefix,
      vpcId: props.vpcId,
      targetType: props.targetType,
      port: props.port,
      protocol: "HTTP",
      deregistrationDelay: String(props.deregistrationDelaySeconds ?? 30),
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        enabled: true,
        path: healthCheck.path,
        port: "traffic-port",
        protocol: "HTTP",
        interval: healthCheck.intervalSeconds ?? 30,
        timeout: healthCheck.timeoutSeconds ?? 5,
        healthyThreshold: healthCheck.healthyThreshold ?? 2,
        unhealthyThreshold: healthCheck.unhealthyThreshold ?? 3,
        matcher: healthCheck.matcher ?? "200",
      },
      tags: { Name: props.displayName },
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
