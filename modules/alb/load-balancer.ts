import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener, type LbListenerDefaultAction } from "@cdktf/provider-aws/lib/lb-listener";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { LOAD_BALANCER_NAME } from "../aws/forms";
import { AVAILABILITY_ZONES_MIN, FIXED_RESPONSE_MAX, IDLE_TIMEOUT_SECONDS, PORT } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { TargetGroup } from "./target-group";
import { takeTargetGroup } from "./target-group-use";
import { type TrafficOwner, trafficLifecycle } from "./traffic-owner";

export interface LoadBalancerProps {
  /** Name of the load balancer: 1 to 32 letters, digits and hyphens. */
  readonly name: string;
  /** Ids of subnets in two zones or more: public ones, or private ones where it is internal. */
  readonly subnetIds: string[];
  /** Ids of its security groups: they say who reaches it, and what it reaches. */
  readonly securityGroupIds: string[];
  /**
   * Whether it has private addresses alone, so that it is reached from within the VPC, or by a VPC link. A change replaces
   * the load balancer.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * Seconds without a byte after which a connection is closed. Targets must keep idle connections open for
   * longer, or the load balancer answers 502 (Application Load Balancers, "Connection idle timeout"). 1 to 4000.
   */
  readonly idleTimeoutSeconds: number;
  /**
   * ARN of an issued certificate: HTTPS is served on 443 and HTTP answers with a redirect to it.
   * @default - HTTP only, on port 80
   */
  readonly certificateArn?: string;
  /**
   * Bucket for access logs, and what has to exist before the load balancer can write to it (its bucket policy):
   * AWS tests the access when the attribute is set and refuses with `InvalidConfigurationRequest: Access Denied`.
   * @default - no access logs
   */
  readonly accessLogs?: {
    readonly bucket: string;
    readonly prefix?: string;
    readonly dependsOn: ITerraformDependable[];
  };
  /**
   * Whether AWS refuses to delete it.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Where what no rule matches goes.
   * @default - nowhere: it is answered with 404
   */
  readonly defaultTargetGroup?: TargetGroup;
  /**
   * A second listener, with the protocol and certificate of the main one, on a port of its own: a blue/green deployment
   * shows the new version there before it moves the requests. Who may reach it is a matter of the security groups.
   * @default - none
   */
  readonly testListener?: TestListenerProps;
  /**
   * Who changes the default targets of the main and the test listener once they are there. The redirect to HTTPS stays
   * Terraform's.
   * @default "terraform"
   */
  readonly trafficOwner?: TrafficOwner;
  /**
   * What a path that no rule matches is answered with where there is no default target group, status 404; at most 1024
   * characters.
   * @default "not found: no service answers this path"
   */
  readonly notFoundMessage?: string;
}

/** A listener on which a new version is shown before it gets the requests of everybody. */
export interface TestListenerProps {
  /** 1 to 65535, none of the main listener's or the redirect's. */
  readonly port: number;
  /**
   * Where what no rule of the test listener matches goes. It may be the main listener's.
   * @default - nowhere: it is answered with 404
   */
  readonly defaultTargetGroup?: TargetGroup;
}

/**
 * An application load balancer whose main listener answers 404 until a rule or a default target says otherwise.
 *
 * Cost: $0.0225 an hour and $0.008 per LCU-hour in us-east-1, that is about $16.43 a month before traffic.
 *
 * ```ts
 * const loadBalancer = new LoadBalancer(this, "LoadBalancer", {
 *   name: "shop-dev", subnetIds, securityGroupIds, idleTimeoutSeconds: 60,
 * });
 * new ListenerRule(this, "Rule", { listener: loadBalancer.listener, priority: 100, pathPatterns: ["/cart"], targetGroup });
 * ```
 */
export class LoadBalancer extends Construct {
  readonly loadBalancer: Lb;
  /** The listener that rules belong on: HTTPS where there is a certificate, else HTTP. */
  readonly listener: LbListener;
  /** The listener of what is to be released; undefined where none was asked for. */
  readonly testListener: LbListener | undefined;

  constructor(scope: Construct, id: string, props: LoadBalancerProps) {
    super(scope, id);
    this.checkProps(props);
    const { certificateArn, defaultTargetGroup, testListener } = props;
    const [name, port] = certificateArn === undefined ? (["Http", 80] as const) : (["Https", 443] as const);
    this.loadBalancer = this.createLoadBalancer(props);
    this.listener = this.createListener(name, port, props, "defaultTargetGroup", defaultTargetGroup);
    if (certificateArn !== undefined) this.createRedirect();
    this.testListener = testListener && this.createTestListener(testListener, props);
  }

  private checkProps(props: LoadBalancerProps): void {
    const check = new PropCheck(this);
    check.text("name", props.name, LOAD_BALANCER_NAME);
    check.different("subnetIds", props.subnetIds);
    check.atLeast("subnetIds", props.subnetIds, AVAILABILITY_ZONES_MIN, "one subnet in each of two zones or more");
    check.wholeNumber("idleTimeoutSeconds", props.idleTimeoutSeconds, IDLE_TIMEOUT_SECONDS);
    check.length("notFoundMessage", props.notFoundMessage, FIXED_RESPONSE_MAX);
    check.wholeNumber("testListener.port", props.testListener?.port, PORT);
    const taken = props.certificateArn === undefined ? [80] : [80, 443];
    if (props.testListener && taken.includes(props.testListener.port)) {
      const allowed = "a port that no other listener of the load balancer has";
      throw check.error("testListener.port", `is ${props.testListener.port}, as that of another listener`, allowed);
    }
    if (props.certificateArn === "") {
      throw check.error("certificateArn", 'is ""', "the ARN of an issued certificate, or none for HTTP alone");
    }
  }

  private createLoadBalancer(props: LoadBalancerProps): Lb {
    const { accessLogs } = props;
    return new Lb(this, "Resource", {
      name: props.name,
      loadBalancerType: "application",
      internal: props.internal ?? false,
      subnets: props.subnetIds,
      securityGroups: props.securityGroupIds,
      idleTimeout: props.idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      enableDeletionProtection: props.deletionProtection ?? false,
      ...(accessLogs && {
        accessLogs: {
          bucket: accessLogs.bucket,
          enabled: true,
          ...(accessLogs.prefix && { prefix: accessLogs.prefix }),
        },
        dependsOn: accessLogs.dependsOn,
      }),
    });
  }

  /** @param field the prop that names the target group */
  private createListener(
    id: string,
    port: number,
    { certificateArn, notFoundMessage, trafficOwner }: LoadBalancerProps,
    field: string,
    targetGroup: TargetGroup | undefined,
  ): LbListener {
    const listener = new LbListener(this, id, {
      loadBalancerArn: this.loadBalancer.arn,
      port,
      ...(certificateArn === undefined ? { protocol: "HTTP" } : https(certificateArn)),
      defaultAction: [targetGroup ? forwardTo(targetGroup) : notFound(notFoundMessage)],
      ...trafficLifecycle(trafficOwner, "default_action"),
    });
    if (targetGroup) takeTargetGroup(this, field, targetGroup, listener);
    return listener;
  }

  private createTestListener({ port, defaultTargetGroup }: TestListenerProps, props: LoadBalancerProps): LbListener {
    return this.createListener("Test", port, props, "testListener.defaultTargetGroup", defaultTargetGroup);
  }

  private createRedirect(): void {
    new LbListener(this, "Redirect", {
      loadBalancerArn: this.loadBalancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
  }
}

const https = (certificateArn: string) => ({
  protocol: "HTTPS",
  // TLS 1.3 and 1.2 with forward secrecy: the policy that AWS recommends ("Security policies for your ALB").
  sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  certificateArn,
});

const forwardTo = ({ targetGroup }: TargetGroup): LbListenerDefaultAction => ({
  type: "forward",
  targetGroupArn: targetGroup.arn,
});

const notFound = (messageBody = "not found: no service answers this path") => ({
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody },
});
