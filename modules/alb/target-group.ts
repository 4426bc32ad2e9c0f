import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { Construct } from "constructs";
import { HEALTH_CHECK_PATH, STATUS_CODES, TAG_VALUE, TARGET_GROUP_NAME_PREFIX } from "../aws/forms";
import {
  DEREGISTRATION_DELAY_SECONDS,
  HEALTH_CHECK_INTERVAL_SECONDS,
  HEALTH_CHECK_THRESHOLD,
  HEALTH_CHECK_TIMEOUT_SECONDS,
  PORT,
} from "../aws/limits";
import { isKnown, PropCheck } from "../prop-check";

const DEFAULT_INTERVAL_SECONDS = 30;
const DEFAULT_TIMEOUT_SECONDS = 5;

/** How a load balancer finds out that a target is well. Source: ELB, "Health checks for your target groups". */
export interface HealthCheck {
  /** Path that answers when the target is well, such as `/healthcheck`. */
  readonly path: string;
  /** 5 to 300. @default 30 */
  readonly intervalSeconds?: number;
  /** 2 to 120, and shorter than the interval. @default 5 */
  readonly timeoutSeconds?: number;
  /** Passes in a row before a target that failed gets requests again; 2 to 10. @default 2 */
  readonly healthyThreshold?: number;
  /** Failures in a row before a target gets none; 2 to 10. @default 3 */
  readonly unhealthyThreshold?: number;
  /** Status codes that count as well, from 200 to 499: `200`, `200,204` or `200-299`. @default "200" */
  readonly matcher?: string;
}

export interface TargetGroupProps {
  /** First letters of the generated name; at most 6 characters. */
  readonly namePrefix: string;
  /** What the `Name` tag says: the generated name says little. */
  readonly displayName: string;
  /** Id of the VPC that the targets are in. */
  readonly vpcId: string;
  /** `instance` for bridge networking with dynamic host ports, `ip` for awsvpc. */
  readonly targetType: "instance" | "ip";
  /** Port of the container. ECS registers each task with its own port; this one is only the default. */
  readonly port: number;
  /** When a target is healthy, and so gets requests. */
  readonly healthCheck: HealthCheck;
  /**
   * Seconds a target may finish its requests after it is deregistered. AWS's own default of 300 holds up every
   * release by five minutes. 0 to 3600.
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
  readonly targetType: "instance" | "ip";

  constructor(scope: Construct, id: string, props: TargetGroupProps) {
    super(scope, id);
    this.checkProps(props);
    const { healthCheck } = props;
    this.targetType = props.targetType;
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
        interval: healthCheck.intervalSeconds ?? DEFAULT_INTERVAL_SECONDS,
        timeout: healthCheck.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
        healthyThreshold: healthCheck.healthyThreshold ?? 2,
        unhealthyThreshold: healthCheck.unhealthyThreshold ?? 3,
        matcher: healthCheck.matcher ?? "200",
      },
      tags: { Name: props.displayName },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private checkProps({
    namePrefix,
    displayName,
    port,
    healthCheck,
    deregistrationDelaySeconds,
  }: TargetGroupProps): void {
    const check = new PropCheck(this);
    const { intervalSeconds = DEFAULT_INTERVAL_SECONDS, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = healthCheck;
    check.text("namePrefix", namePrefix, TARGET_GROUP_NAME_PREFIX);
    check.text("displayName", displayName, TAG_VALUE);
    check.wholeNumber("port", port, PORT);
    check.text("healthCheck.path", healthCheck.path, HEALTH_CHECK_PATH);
    check.wholeNumber("healthCheck.intervalSeconds", intervalSeconds, HEALTH_CHECK_INTERVAL_SECONDS);
    check.wholeNumber("healthCheck.timeoutSeconds", timeoutSeconds, HEALTH_CHECK_TIMEOUT_SECONDS);
    check.wholeNumber("healthCheck.healthyThreshold", healthCheck.healthyThreshold, HEALTH_CHECK_THRESHOLD);
    check.wholeNumber("healthCheck.unhealthyThreshold", healthCheck.unhealthyThreshold, HEALTH_CHECK_THRESHOLD);
    check.text("healthCheck.matcher", healthCheck.matcher, STATUS_CODES);
    check.wholeNumber("deregistrationDelaySeconds", deregistrationDelaySeconds, DEREGISTRATION_DELAY_SECONDS);
    if (isKnown(timeoutSeconds) && isKnown(intervalSeconds) && timeoutSeconds >= intervalSeconds) {
      throw check.error(
        "healthCheck.timeoutSeconds",
        `is ${timeoutSeconds}, not shorter than "healthCheck.intervalSeconds" (${intervalSeconds})`,
        "a timeout shorter than the interval",
      );
    }
  }
}
