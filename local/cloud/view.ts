import type { TaskDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";

/**
 * What the emulator's control plane (local/emulator/control/) and this machine's data plane (agent and load balancer) say
 * to each other, beside the AWS APIs. The control plane decides, as ECS and Elastic Load Balancing do; the data plane
 * runs tasks, checks targets, serves requests, and reports what it sees.
 *
 * `GET /_local/view?since=REVISION&wait=SECONDS` answers with a `View` as soon as its revision differs from the given one,
 * or with status 204 when the time is up. `POST /_local/report` takes a `Report` and answers with 204.
 * `POST /_local/kill` takes `{"task": ARN or id}` and answers with 204, or 404 with `{"message"}`.
 * `POST /_local/measures` takes `Measures`, of which the control plane makes CloudWatch's metrics, and answers with 204.
 */
export interface View {
  readonly revision: number;
  /** Every task that is to be run or stopped here. */
  readonly tasks: readonly ViewTask[];
  /** The revisions that those tasks are of, by ARN, as DescribeTaskDefinition returns them. */
  readonly taskDefinitions: Readonly<Record<string, TaskDefinition>>;
  readonly loadBalancers: readonly ViewLoadBalancer[];
  readonly targetGroups: readonly ViewTargetGroup[];
  /** What names lead to running tasks of services. */
  readonly names: readonly ViewName[];
  readonly apis: readonly ViewApi[];
  readonly signIns: readonly ViewSignIn[];
}

/** A name of a private DNS namespace (Cloud Map), or of Service Connect. */
export interface ViewName {
  /** `notification.user-notifications-local.internal`, or what a client of Service Connect calls a service. */
  readonly name: string;
  /** DNS record: an address, or a service record with address and port. `CONNECT`: an alias of Service Connect. */
  readonly type: "A" | "SRV" | "CONNECT";
  /** Only of an alias of Service Connect: the port that its clients use. */
  readonly port?: number;
  readonly targets: readonly ViewNameTarget[];
}

export interface ViewNameTarget {
  /** ARN. */
  readonly task: string;
  /** Name of the container. */
  readonly container: string;
  readonly containerPort: number;
}

export interface ViewTask {
  readonly arn: string;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly launchType: "EC2" | "FARGATE";
  readonly taskDefinitionArn: string;
  /** Id of the EC2 instance that the task is placed on; absent on Fargate. */
  readonly instanceId?: string;
  readonly overrides: TaskOverride;
  /** `stop`: SIGTERM, the stop timeout, SIGKILL. `kill`: SIGKILL at once. */
  readonly desired: "run" | "stop" | "kill";
}

export interface ViewLoadBalancer {
  readonly arn: string;
  readonly name: string;
  /** Its own name, such as `shop-1234.us-east-1.elb.amazonaws.com`. */
  readonly dnsName: string;
  /** Names that Route 53 answers with this load balancer, such as `app.example.test`. */
  readonly aliases: readonly string[];
  /** As DescribeLoadBalancerAttributes returns them, by key. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether only its VPC reaches it. */
  readonly internal: boolean;
  readonly listeners: readonly ViewListener[];
}

export interface ViewListener {
  readonly arn: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  /** As DescribeRules returns them, the default rule among them. */
  readonly rules: readonly Rule[];
}

export interface ViewTargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly targetType: "instance" | "ip";
  readonly healthCheck: ViewHealthCheck;
  /** As DescribeTargetGroupAttributes returns them, by key. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly targets: readonly ViewTarget[];
}

export interface ViewHealthCheck {
  readonly path: string;
  /** A port number, or `traffic-port`. */
  readonly port: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Status codes that count as healthy: `200`, `200,204` or `200-299`. */
  readonly matcher: string;
}

export interface ViewTarget {
  /** Id of an instance, or an address. */
  readonly id: string;
  readonly port: number;
  /** Another number: deregistered and registered again, so that its health has to be found out anew. */
  readonly registration: number;
  /** Deregistered: gets no new requests, and is reported as `drained` when those in flight have ended. */
  readonly draining: boolean;
}

/** An API of API Gateway, as one of its stages is deployed. */
export interface ViewApi {
  readonly id: string;
  readonly name: string;
  readonly kind: "HTTP" | "REST";
  /** Names that it answers to: `ID.execute-api.us-east-1.amazonaws.com` unless that is switched off, and custom domains. */
  readonly hosts: readonly string[];
  /** `$default`: no part of the path. */
  readonly stage: string;
  readonly routes: readonly ViewRoute[];
  readonly authorizers: readonly ViewAuthorizer[];
  /** Absent: the API leaves CORS to what is behind it. */
  readonly cors?: ViewCors;
  /** Of the stage. Absent: as many as come. */
  readonly throttle?: ViewThrottle;
  readonly accessLog?: ViewAccessLog;
}

export interface ViewRoute {
  /** `GET`, or `ANY` for those that no other route of the path is for. */
  readonly method: string;
  /** `/usermgmt/user/{username}`, `/finance/{proxy+}`, or `$default`. */
  readonly path: string;
  /** Id of one of the API's. Absent: anybody may call it. */
  readonly authorizer?: string;
  /** The token has to have one of them. Empty: any token will do. */
  readonly scopes: readonly string[];
  /** ARN of a listener (by a VPC link), or a URL with the path's parameters, `http://NAME/user/{username}`. */
  readonly target: { readonly listener: string } | { readonly url: string };
}

export interface ViewAuthorizer {
  readonly id: string;
  /** `https://cognito-idp.us-east-1.amazonaws.com/POOL`. */
  readonly issuer: string;
  /** Ids of app clients. Empty: any client of the issuer. */
  readonly audience: readonly string[];
}

/** As API Gateway's CorsConfiguration. */
export interface ViewCors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  /** Seconds that a browser may remember a preflight. */
  readonly maxAge?: number;
  readonly allowCredentials: boolean;
}

export interface ViewThrottle {
  /** Requests a second. */
  readonly rate: number;
  /** Requests at once. */
  readonly burst: number;
}

export interface ViewAccessLog {
  /** Name or ARN. */
  readonly logGroup: string;
  /** With variables: `{"status":"$context.status"}`. */
  readonly format: string;
}

/** The hosted domain of a user pool of Cognito. */
export interface ViewSignIn {
  /** `PREFIX.auth.us-east-1.amazoncognito.com`. */
  readonly domain: string;
  /** Id of the pool. */
  readonly pool: string;
  readonly clients: readonly ViewClient[];
}

export interface ViewClient {
  readonly id: string;
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  /** `code` among them: authorisation codes. */
  readonly flows: readonly string[];
  /** What it may ask for: `openid`, `service-b-api/read`. */
  readonly scopes: readonly string[];
  /** Whether it has a secret. */
  readonly secret: boolean;
}

/** What the data plane has seen. A report replaces what was reported before of the same task or target. */
export interface Report {
  readonly tasks: readonly TaskReport[];
  readonly targets: readonly TargetReport[];
}

export interface TaskReport {
  readonly arn: string;
  readonly lastStatus: "RUNNING" | "STOPPED";
  /** Only for a task that stopped by itself, or could not be started. */
  readonly stopCode?: "TaskFailedToStart" | "EssentialContainerExited";
  /** As ECS words it: `Essential container in task exited`, `CannotPullContainerError: ...`. */
  readonly stoppedReason?: string;
  /** The address that the task listens on. */
  readonly address: string;
  readonly containers: readonly ContainerReport[];
}

export interface ContainerReport {
  readonly name: string;
  /** Process id, or the container's id in the engine. */
  readonly runtimeId?: string;
  readonly exitCode?: number;
  /** As ECS words it: `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
  readonly ports: readonly { readonly containerPort: number; readonly hostPort: number }[];
}

export interface TargetReport {
  readonly targetGroupArn: string;
  readonly id: string;
  readonly port: number;
  /** As the view had it: what is said of an earlier registration is too late. */
  readonly registration: number;
  readonly state: "initial" | "healthy" | "unhealthy" | "drained";
  /** As DescribeTargetHealth words it: `Target.FailedHealthChecks`, `Target.ResponseCodeMismatch`, `Target.Timeout`. */
  readonly reason?: string;
  readonly description?: string;
}

/** What the data plane has measured since the last time it said so. */
export interface Measures {
  /** Seconds that this covers: real ones. */
  readonly seconds: number;
  /** Those that run. */
  readonly tasks: readonly TaskMeasure[];
  /** Those that requests were sent to. */
  readonly targets: readonly TargetMeasure[];
  /** Those that had requests. */
  readonly loadBalancers: readonly LoadBalancerMeasure[];
}

export interface TaskMeasure {
  readonly arn: string;
  /** Processor time used within these seconds, by all its containers. */
  readonly cpuSeconds: number;
  /** Memory in use now, by all its containers. */
  readonly memoryBytes: number;
}

/** Requests to one target that ended within these seconds. */
export interface TargetMeasure {
  readonly targetGroupArn: string;
  /** ARN of the load balancer that sent them. */
  readonly loadBalancerArn: string;
  readonly id: string;
  readonly port: number;
  readonly requests: number;
  /** The target's own answers by the first digit of their status: `{"2": 10, "5": 1}`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From sending a request to the first byte of its answer, one each: at most 1,000, evenly thinned. */
  readonly responseSeconds: readonly number[];
  /** Connections to the target that could not be made. */
  readonly connectionErrors: number;
}

export interface LoadBalancerMeasure {
  readonly arn: string;
  /** Those that a target was chosen for. */
  readonly requests: number;
  /** Answers that the load balancer gave by itself, by the first digit of their status. */
  readonly ownStatuses: Readonly<Record<string, number>>;
}
