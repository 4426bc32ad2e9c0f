/**
 * What the status page shows: the server assembles it, and sends a section (a key of `State`) whenever it has changed.
 * Times are milliseconds since 1970. Nothing of it is a secret: values of a task's environment are never read.
 */
export interface State {
  readonly run: RunState;
  readonly balancers: readonly BalancerState[];
  readonly groups: readonly GroupState[];
  readonly apis: readonly ApiState[];
  readonly signIns: readonly SignInState[];
  readonly services: readonly ServiceState[];
  readonly tasks: readonly TaskState[];
  readonly databases: readonly DatabaseState[];
  readonly names: readonly NameState[];
  readonly pipelines: readonly PipelineState[];
  readonly mails: readonly MailState[];
  readonly scaling: readonly ScalingState[];
  readonly activities: readonly ActivityState[];
  readonly requests: readonly RequestState[];
  readonly traffic: readonly TrafficState[];
  readonly acts: readonly ActState[];
  /** Why a section is not there, or not as it is now: `mails: the inbox can't be read`. */
  readonly faults: readonly string[];
}

/** A system in an environment: `jenkins-ecs` in `local`. */
export interface Place {
  readonly system: string;
  readonly environment: string;
}

export interface RunState {
  readonly name: string;
  readonly region: string;
  readonly runtime: string;
  readonly emulatorUrl: string;
  readonly systems: readonly string[];
}

export interface BalancerState {
  readonly arn: string;
  readonly name: string;
  readonly place: Place | undefined;
  readonly dnsName: string;
  readonly aliases: readonly string[];
  readonly internal: boolean;
  readonly listeners: readonly ListenerState[];
}

export interface ListenerState {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  /** Where it is served on this machine. */
  readonly url: string;
  /** By priority, the default rule last. */
  readonly rules: readonly RuleState[];
}

export interface RuleState {
  readonly arn: string;
  /** `100`, or `default`. */
  readonly priority: string;
  /** In words, all of which have to hold: `path /medical, /medical/*`. Empty: any request. */
  readonly conditions: readonly string[];
  readonly targets: readonly WeightedGroupState[];
  /** What the load balancer answers itself, where it forwards to no group: `404, not found`. */
  readonly answer: string | undefined;
}

export interface WeightedGroupState {
  readonly group: string;
  readonly weight: number;
}

export interface GroupState {
  readonly arn: string;
  readonly name: string;
  readonly targets: readonly TargetState[];
}

export interface TargetState {
  readonly id: string;
  readonly port: number;
  /** As DescribeTargetHealth words it: `healthy`, `initial`, `unhealthy`, `draining`. */
  readonly health: string;
  readonly reason: string | undefined;
  /** Id of the task that listens there. */
  readonly task: string | undefined;
}

export interface ApiState {
  readonly id: string;
  readonly name: string;
  readonly place: Place | undefined;
  readonly kind: string;
  readonly url: string;
  readonly routes: readonly ApiRouteState[];
}

export interface ApiRouteState {
  readonly method: string;
  readonly path: string;
  /** What a caller has to have: nothing, a token, or scopes of one. */
  readonly needs: string;
  /** ARN of the listener that it leads to, or the URL. */
  readonly listener: string | undefined;
  readonly url: string | undefined;
}

export interface SignInState {
  readonly domain: string;
  readonly url: string;
}

export interface ServiceState {
  /** `CLUSTER/NAME`. */
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly place: Place | undefined;
  /** Whether acts can be done to it: those of other environments, and of nobody's systems, are only shown. */
  readonly isOurs: boolean;
  readonly launchType: string;
  readonly controller: "ECS" | "CODE_DEPLOY";
  /** `family:7`. */
  readonly revision: string;
  readonly imageTag: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly rollout: string;
  readonly stable: boolean;
  readonly failed: string | undefined;
  readonly deployments: readonly DeploymentState[];
  readonly events: readonly EventState[];
  /** ARNs. */
  readonly groups: readonly string[];
  /** Identifier of the database that it uses. */
  readonly database: string | undefined;
  /** Names of the services that it calls. */
  readonly calls: readonly string[];
  readonly cpu: string;
  readonly memory: string;
}

/** A deployment, or a task set of CodeDeploy. */
export interface DeploymentState {
  readonly id: string;
  readonly status: string;
  readonly rollout: string;
  readonly reason: string | undefined;
  readonly revision: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failedTasks: number;
  readonly createdAt: number;
}

export interface EventState {
  readonly at: number;
  readonly message: string;
}

export interface TaskState {
  readonly id: string;
  /** `CLUSTER/NAME`; `undefined` for a task that no service has started. */
  readonly service: string | undefined;
  /** Name of the service, or the family of the task definition. */
  readonly group: string;
  readonly cluster: string;
  readonly revision: string;
  readonly status: string;
  readonly desired: string;
  /** Of its own health check: `HEALTHY`, `UNHEALTHY`, `UNKNOWN`. */
  readonly health: string;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly stoppedAt: number | undefined;
  /** `127.1.2.3:32768`; of a task on Fargate its address alone. */
  readonly address: string;
  /** EC2 instance, or capacity provider. */
  readonly on: string;
  readonly stoppedReason: string | undefined;
  readonly exitCodes: readonly number[];
}

export interface DatabaseState {
  readonly id: string;
  readonly place: Place | undefined;
  readonly engine: string;
  readonly status: string;
  readonly endpoint: string;
}

/** A name by which services find each other, and where it leads. */
export interface NameState {
  readonly name: string;
  readonly leadsTo: readonly string[];
}

export interface PipelineState {
  readonly name: string;
  /** Name of the service that it releases, where it can be walked from this page. */
  readonly service: string | undefined;
  readonly isForPullRequests: boolean;
  readonly asksForApproval: boolean;
  readonly stages: readonly StageState[];
}

export interface StageState {
  readonly name: string;
  readonly actions: readonly { readonly name: string; readonly kind: string }[];
}

export interface MailState {
  readonly id: number;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

/** How a service is scaled. */
export interface ScalingState {
  /** `CLUSTER/NAME`. */
  readonly service: string;
  readonly min: number;
  readonly max: number;
  /** Percent of what its task definition reserves; `undefined` where it was not measured. */
  readonly cpuPercent: number | undefined;
  readonly memoryPercent: number | undefined;
}

/** Something that Application Auto Scaling has done. */
export interface ActivityState {
  readonly id: string;
  readonly service: string;
  readonly at: number;
  readonly status: string;
  readonly description: string;
  readonly cause: string;
}

/** A request that a load balancer has answered. */
export interface RequestState {
  /** Counts up. */
  readonly id: number;
  readonly at: number;
  readonly method: string;
  /** Without the query, which may hold what nobody else is to see. */
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly listener: string;
  readonly rule: string | undefined;
  readonly group: string | undefined;
  /** `ID:PORT`. */
  readonly target: string | undefined;
  /** Id. */
  readonly task: string | undefined;
}

/** What a target group has got within the last minute. */
export interface TrafficState {
  readonly group: string;
  /** Requests a second, over the last ten seconds. */
  readonly rate: number;
  /** Share of requests within the minute that ended with 5xx. */
  readonly errorShare: number;
  /** Milliseconds, within the minute. */
  readonly p50: number;
  readonly p95: number;
  /** Requests of each two seconds of the minute, the oldest first. */
  readonly history: readonly number[];
}

export type ActStatus = "running" | "succeeded" | "failed" | "stopped";

/** Something that a person has asked for on this page, and what became of it. */
export interface ActState {
  readonly id: number;
  readonly title: string;
  /** Name of the service that it is done to. */
  readonly service: string | undefined;
  readonly status: ActStatus;
  /** The newest lines that it printed. */
  readonly lines: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

/** What a traced request came to. */
export interface TraceResult {
  readonly status: number;
  readonly ms: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Whether there was more of the body than is shown. */
  readonly isCut: boolean;
  /** What the API did with it that it was sent to. */
  readonly api: ApiWay | undefined;
  /** What the load balancer did with it; `undefined` where it did not get it, or did not say in time. */
  readonly served: RequestState | undefined;
}

export interface ApiWay {
  readonly name: string;
  /** `GET /finance`; `undefined` where no route fits. */
  readonly route: string | undefined;
  /** Why the API has answered itself; `undefined` where it passed the request on. */
  readonly refusal: string | undefined;
}
