import type { DeploymentState, GroupState, RequestState, RuleState, ServiceState, State, TaskState } from "../state";

/** When all of it is meant to be. */
export const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);

const PLACE = { system: "jenkins-ecs", environment: "local" };

const ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012";

/** The ARN of a target group. */
export const groupArn = (name: string) => `${ARN}:targetgroup/${name}/1`;

/** The ARN of the listener that people reach. */
export const LISTENER = `${ARN}:listener/app/jenkins-ecs-local/1/1`;

/** Ids of tasks: healthy, starting, and unhealthy. */
export const TASKS = {
  a1: "1a2b3c4d5e6f70819203a4b5c6d7e8f9",
  a2: "2b3c4d5e6f70819203a4b5c6d7e8f91a",
  b1: "3c4d5e6f70819203a4b5c6d7e8f91a2b",
  b2: "4d5e6f70819203a4b5c6d7e8f91a2b3c",
} as const;

/** A state as that of a run with one system, a database, an API and a pipeline: with something of each kind. */
export function fixture(): State {
  return {
    run: {
      name: "4711-abcdef",
      region: "us-east-1",
      runtime: "process",
      emulatorUrl: "http://127.0.0.1:5000",
      systems: ["jenkins-ecs"],
    },
    balancers: [
      {
        arn: `${ARN}:loadbalancer/app/jenkins-ecs-local/1`,
        name: "jenkins-ecs-local",
        place: PLACE,
        dnsName: "jenkins-ecs-local-1.us-east-1.elb.amazonaws.com",
        aliases: ["apps.example.test"],
        internal: false,
        listeners: [{ arn: LISTENER, port: 80, protocol: "HTTP", url: "http://127.0.0.1:8080", rules: RULES }],
      },
    ],
    groups: [
      group("sa-1", [target("i-0a1b2c3d", 32_768, TASKS.a1), target("i-0a1b2c3d", 32_769, TASKS.a2, "initial")]),
      group("sb-1", [target("127.1.2.3", 5_001, TASKS.b1), target("127.4.5.6", 5_001, TASKS.b2, "unhealthy")]),
    ],
    apis: [
      {
        id: "a1b2c3",
        name: "jenkins-ecs-local",
        place: PLACE,
        kind: "HTTP",
        url: "http://127.0.0.1:8090",
        routes: [
          { method: "GET", path: "/finance", needs: "a token with read", listener: LISTENER, url: undefined },
          { method: "ANY", path: "/health", needs: "nothing", listener: undefined, url: "http://elsewhere/health" },
        ],
      },
    ],
    signIns: [{ domain: "users.auth.us-east-1.amazoncognito.com", url: "http://127.0.0.1:8091" }],
    services: [
      service("service-a", { launchType: "EC2", groups: [groupArn("sa-1")], rollout: "IN_PROGRESS", stable: false }),
      service("service-b", { groups: [groupArn("sb-1")], database: "jenkins-ecs-local", calls: ["service-a"] }),
    ],
    tasks: [
      task(TASKS.a1, "service-a", { address: "127.9.8.7:32768", on: "i-0a1b2c3d" }),
      task(TASKS.a2, "service-a", { address: "127.9.8.7:32769", on: "i-0a1b2c3d" }),
      task(TASKS.b1, "service-b"),
      task(TASKS.b2, "service-b"),
      task("5e6f70819203a4b5c6d7e8f91a2b3c4d", "service-a", {
        status: "STOPPED",
        desired: "STOPPED",
        stoppedReason: "Essential container in task exited",
        stoppedAt: NOW - 30_000,
        exitCodes: [137],
      }),
    ],
    databases: [
      {
        id: "jenkins-ecs-local",
        place: PLACE,
        engine: "mysql",
        status: "available",
        endpoint: "db.example.test:3306",
      },
    ],
    names: [{ name: "service-a.jenkins-ecs-local.internal", leadsTo: ["127.9.8.7"] }],
    pipelines: [
      {
        name: "jenkins-ecs-local-service-b",
        service: "service-b",
        isForPullRequests: false,
        asksForApproval: true,
        stages: [
          { name: "Source", actions: [{ name: "Source", kind: "source" }] },
          { name: "Build", actions: [{ name: "Test_and_build", kind: "build" }] },
          { name: "Approve", actions: [{ name: "Approve", kind: "approval" }] },
          { name: "Production", actions: [{ name: "Deploy", kind: "ecs" }] },
        ],
      },
    ],
    mails: [
      { id: 1, at: NOW - 60_000, from: "shop@example.com", to: "ann@example.com", subject: "Welcome <b>Ann</b>" },
    ],
    scaling: [
      { service: "jenkins-ecs-local/service-a", min: 1, max: 4, cpuPercent: 61, memoryPercent: 34 },
      { service: "jenkins-ecs-local/service-b", min: 1, max: 2, cpuPercent: undefined, memoryPercent: undefined },
    ],
    activities: [
      {
        id: "activity-1",
        service: "jenkins-ecs-local/service-a",
        at: NOW - 90_000,
        status: "Successful",
        description: "Setting desired count to 2.",
        cause:
          "monitor alarm TargetTracking-service/jenkins-ecs-local/service-a-AlarmHigh in state ALARM triggered policy cpu",
      },
    ],
    requests: [
      request(3, {
        path: "/medical",
        rule: RULES[0]?.arn,
        group: groupArn("sa-1"),
        target: "i-0a1b2c3d:32768",
        task: TASKS.a1,
      }),
      request(2, { path: "/nowhere", status: 404, rule: RULES[2]?.arn }),
      request(1, {
        path: "/finance",
        status: 502,
        ms: 1_204,
        rule: RULES[1]?.arn,
        group: groupArn("sb-1"),
        target: "127.4.5.6:5001",
      }),
    ],
    traffic: [
      {
        group: groupArn("sa-1"),
        rate: 12.4,
        errorShare: 0.013,
        p50: 2.1,
        p95: 8.4,
        history: Array.from({ length: 30 }, (_, index) => Math.round(12 + 10 * Math.sin(index / 3))),
      },
    ],
    acts: [],
    faults: [],
  };
}

const RULES: readonly RuleState[] = [
  rule("100", ["path /medical, /medical/*, /security, /security/*"], "sa-1"),
  rule("200", ["path /finance, /finance/*", "host apps.example.test"], "sb-1"),
  { ...rule("default", []), answer: "404, not found: no service answers this path" },
];

function rule(priority: string, conditions: readonly string[], name?: string): RuleState {
  return {
    arn: `${ARN}:listener-rule/app/jenkins-ecs-local/1/1/${priority}`,
    priority,
    conditions,
    targets: name === undefined ? [] : [{ group: groupArn(name), weight: 1 }],
    answer: undefined,
  };
}

function group(name: string, targets: GroupState["targets"]): GroupState {
  return { arn: groupArn(name), name, targets };
}

function target(id: string, port: number, taskId: string, health = "healthy"): GroupState["targets"][number] {
  return { id, port, health, reason: health === "unhealthy" ? "Request timed out" : undefined, task: taskId };
}

function service(name: string, given: Partial<ServiceState>): ServiceState {
  return {
    id: `jenkins-ecs-local/${name}`,
    name,
    cluster: "jenkins-ecs-local",
    place: PLACE,
    isOurs: true,
    launchType: "FARGATE",
    controller: "ECS",
    revision: `jenkins-ecs-local-${name}:3`,
    imageTag: "0123abc",
    desired: 2,
    running: 2,
    pending: 0,
    rollout: "COMPLETED",
    stable: true,
    failed: undefined,
    deployments: [DEPLOYMENT],
    events: [{ at: NOW - 20_000, message: `(service ${name}) has reached a steady state.` }],
    groups: [],
    database: undefined,
    calls: [],
    cpu: "256",
    memory: "512",
    ...given,
  };
}

const DEPLOYMENT: DeploymentState = {
  id: "ecs-svc/1234567890123456789",
  status: "PRIMARY",
  rollout: "COMPLETED",
  reason: "ECS deployment ecs-svc/1234567890123456789 completed.",
  revision: "jenkins-ecs-local-service:3",
  desired: 2,
  running: 2,
  pending: 0,
  failedTasks: 0,
  createdAt: NOW - 600_000,
};

function task(id: string, name: string, given: Partial<TaskState> = {}): TaskState {
  return {
    id,
    service: `jenkins-ecs-local/${name}`,
    group: name,
    cluster: "jenkins-ecs-local",
    revision: `jenkins-ecs-local-${name}:3`,
    status: "RUNNING",
    desired: "RUNNING",
    health: "UNKNOWN",
    createdAt: NOW - 300_000,
    startedAt: NOW - 295_000,
    stoppedAt: undefined,
    address: "127.1.2.3",
    on: "FARGATE",
    stoppedReason: undefined,
    exitCodes: [],
    ...given,
  };
}

/** A request to the listener that people reach. */
export function request(id: number, given: Partial<RequestState> = {}): RequestState {
  return {
    id,
    at: NOW - 1_000 * (4 - id),
    method: "GET",
    path: "/",
    status: 200,
    ms: 3.4,
    listener: LISTENER,
    rule: undefined,
    group: undefined,
    target: undefined,
    task: undefined,
    ...given,
  };
}
