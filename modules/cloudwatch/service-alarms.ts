import { Construct } from "constructs";
import { isKnown, PropCheck } from "../prop-check";
import { type AlarmProps, createAlarm } from "./alarm";
import { type LabelledTargetGroup, serviceMetric, targetMetric, taskCount, type WatchedService } from "./metrics";

/** Per cent of the requests; a client that tries again gets past less. */
const FAILED_PERCENT = 5;

/** Requests that are taken to have gone well in each minute, so that one that fails in a quiet night is no alarm: 1 of 21. */
const TAKEN_FOR_GOOD = 20;

/** A task that stops, or a release, makes a bad minute; a fault goes on. */
const FAILED_MINUTES = 3;

/** A cold cache or one slow query makes a slow minute. */
const SLOW_MINUTES = 5;

/** Scaling, which looks at three minutes and then starts tasks, has long answered by then. */
const BUSY_MINUTES = 15;

/** Below it there is room for a peak. */
const BUSY_PERCENT = 90;

/** ECS has replaced an unhealthy task by then; on EC2 an instance may have to start first. */
const FEWER_MINUTES = 10;
const UNHEALTHY_MINUTES = 5;

export interface ServiceAlarmsProps {
  /** What the alarms' names start with: `<namePrefix>-cpu`, or `<namePrefix>-latency-blue` where there are two target groups. */
  readonly namePrefix: string;
  /** What is watched. */
  readonly service: WatchedService;
  /** Milliseconds that 95 of 100 requests are to be answered within. */
  readonly latencyMs: number;
  /** Per cent of CPU that scaling holds. @default - the service is not scaled on it */
  readonly cpuPercent?: number | undefined;
  /** Per cent of memory that scaling holds. @default - the service is not scaled on it */
  readonly memoryPercent?: number | undefined;
  /** Whether no task at all may be as it ought to be: at least sometimes, the service is to have none. @default false */
  readonly mayHaveNoTask?: boolean;
  /** Whether answers of status 5xx and unhealthy targets are watched elsewhere, as by `TargetGroupAlarms`. @default false */
  readonly targetsWatched?: boolean;
  /** ARN of the topic that is told when an alarm rings and when it ends. */
  readonly alarmTopicArn: string;
}

/**
 * Alarms of one service: its requests fail or are slow, its tasks are busy beyond what scaling holds, unhealthy, or too few.
 *
 * Many requests, or none, are no alarm of their own: a night has none, and a rush that hurts is seen by what it hurts.
 * CloudWatch's anomaly detection would be three metrics for each service, and has to have learnt for two weeks.
 *
 * Cost: $0.80 a month for a service with one target group, being eight metrics in six alarms; with Container Insights off $0.60.
 *
 * @see CloudWatch User Guide, "Best practice alarm recommendations for AWS services"
 */
export class ServiceAlarms extends Construct {
  /** Names of the alarms. */
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    const { targetGroups, containerInsights } = props.service;
    this.checkLabels(targetGroups);
    const made = [
      ...targetGroups.flatMap((group) => [
        ...(props.targetsWatched ? [] : [failed(props, group), unhealthy(props, group)]),
        slow(props, group),
      ]),
      busy(props, "cpu", "CPUUtilization", props.cpuPercent),
      busy(props, "memory", "MemoryUtilization", props.memoryPercent),
      ...(containerInsights ? [fewer(props)] : []),
    ];
    this.names = made.map(
      ({ id: alarmId, ...alarm }) => createAlarm(this, alarmId, { ...alarm, topicArn: props.alarmTopicArn }).alarmName,
    );
  }

  /** Two groups without labels would have alarms of the same names. */
  private checkLabels(targetGroups: readonly LabelledTargetGroup[]): void {
    const check = new PropCheck(this);
    check.atLeast("targetGroups", targetGroups, 1, "at least one");
    check.different(
      "targetGroups",
      targetGroups.map(({ label = "" }) => label),
    );
  }
}

type Made = Omit<AlarmProps, "topicArn"> & { readonly id: string };

/** A minute without an answer of status 5xx has no data. */
function failed({ namePrefix, service }: ServiceAlarmsProps, group: LabelledTargetGroup): Made {
  const metric = (name: string) => targetMetric(service.loadBalancer, group.targetGroup, name, "Sum");
  return {
    ...named("5xx", namePrefix, group),
    description: `More than ${FAILED_PERCENT} % of the requests to ${subject(namePrefix, group)} fail with status 5xx.`,
    runbook: "5xx",
    metric: {
      label: `failed requests in %, with ${TAKEN_FOR_GOOD} more taken for good`,
      expression: `100 * errors / (requests + ${TAKEN_FOR_GOOD})`,
      metrics: { errors: metric("HTTPCode_Target_5XX_Count"), requests: metric("RequestCount") },
    },
    beyond: "above",
    threshold: FAILED_PERCENT,
    minutes: FAILED_MINUTES,
    treatMissingData: "notBreaching",
  };
}

/** Without data there is no target, and then too few tasks run. */
function unhealthy({ namePrefix, service }: ServiceAlarmsProps, group: LabelledTargetGroup): Made {
  return {
    ...named("unhealthy", namePrefix, group),
    description: `Targets of ${subject(namePrefix, group)} fail their health check, and ECS's new tasks do so, too.`,
    runbook: "unhealthy",
    metric: targetMetric(service.loadBalancer, group.targetGroup, "UnHealthyHostCount", "Maximum"),
    beyond: "above",
    threshold: 0,
    minutes: UNHEALTHY_MINUTES,
    treatMissingData: "notBreaching",
  };
}

/** A minute without requests has no data. */
function slow({ namePrefix, service, latencyMs }: ServiceAlarmsProps, group: LabelledTargetGroup): Made {
  return {
    ...named("latency", namePrefix, group),
    description: `Of 100 requests to ${subject(namePrefix, group)}, more than 5 take longer than ${latencyMs} ms.`,
    runbook: "latency",
    metric: targetMetric(service.loadBalancer, group.targetGroup, "TargetResponseTime", "p95"),
    beyond: "above",
    threshold: isKnown(latencyMs) ? latencyMs / 1_000 : latencyMs,
    minutes: SLOW_MINUTES,
    treatMissingData: "notBreaching",
  };
}

/** ECS measures whatever runs: without data nothing does, which the alarm of the running tasks says. */
function busy(
  { namePrefix, service }: ServiceAlarmsProps,
  runbook: "cpu" | "memory",
  name: string,
  heldPercent = 0,
): Made {
  // Half-way to the whole where scaling holds much.
  const threshold = Math.max(BUSY_PERCENT, Math.ceil((heldPercent + 100) / 2));
  const what = runbook === "cpu" ? "CPU" : "memory";
  return {
    ...named(runbook, namePrefix),
    description: `The tasks of ${namePrefix} use more than ${threshold} % of their ${what}, and scaling does not change it.`,
    runbook,
    metric: serviceMetric(service, name, "Average"),
    beyond: "above",
    threshold,
    minutes: BUSY_MINUTES,
    treatMissingData: "notBreaching",
  };
}

/**
 * Compared with what ECS is to run, and not with the fewest tasks allowed: a schedule moves those. Container Insights has no
 * data of a service without any running task, so no data is the worst that there can be.
 */
function fewer({ namePrefix, service, mayHaveNoTask }: ServiceAlarmsProps): Made {
  return {
    ...named("running-tasks", namePrefix),
    description: `Fewer tasks of ${namePrefix} run than ECS is to run, or none at all.`,
    runbook: "running-tasks",
    metric: {
      label: "tasks that do not run",
      expression: "desired - running",
      metrics: { desired: taskCount(service, "DesiredTaskCount"), running: taskCount(service, "RunningTaskCount") },
    },
    beyond: "above",
    threshold: 0,
    minutes: FEWER_MINUTES,
    treatMissingData: mayHaveNoTask ? "notBreaching" : "breaching",
  };
}

/** No kind ends as a label does, nor as another kind: so no two services of a system, whatever their names, have one name. */
function named(kind: string, namePrefix: string, { label }: { readonly label?: string } = {}) {
  const id = label === undefined ? kind : `${kind}-${label}`;
  return { id, name: `${namePrefix}-${id}` };
}

const subject = (namePrefix: string, { label }: LabelledTargetGroup) =>
  label === undefined ? namePrefix : `${namePrefix} (${label})`;
