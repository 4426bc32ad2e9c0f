import { type Metric, serviceMetric, targetMetric, taskCount, type WatchedService } from "./metrics";

/** One box of a dashboard. Source: CloudWatch API, "Dashboard body structure and syntax". */
export interface Widget {
  /** Words, a graph, or states of alarms. */
  readonly type: "text" | "metric" | "alarm";
  /** In units of the grid, which is 24 wide. */
  readonly width: number;
  /** In units of the grid. */
  readonly height: number;
  /** What is in it; by its type. */
  readonly properties: object;
}

/** A line of a graph. */
interface Line {
  readonly label: string;
  readonly metric: Metric;
}

/** Three beside each other fill the grid. */
const GRAPH = { width: 8, height: 5 };

/** Units of a dashboard's width. */
export const GRID_WIDTH = 24;

/** What a section begins with, across the whole width. */
export function heading(markdown: string): Widget {
  return { type: "text", width: GRID_WIDTH, height: 1, properties: { markdown, background: "transparent" } };
}

/** The states of alarms, those that ring first. */
export function alarmStates(title: string, alarmArns: readonly string[]): Widget {
  const height = 2 + Math.ceil(alarmArns.length / ALARMS_IN_A_ROW);
  return {
    type: "alarm",
    width: GRID_WIDTH,
    height,
    properties: { title, alarms: alarmArns, sortBy: "stateUpdatedTimestamp" },
  };
}

const ALARMS_IN_A_ROW = 4;

/** What of a service is drawn: requests, answers and times from the load balancer, the rest from ECS. */
export function serviceGraphs(service: WatchedService, region: string): readonly Widget[] {
  const { containerInsights } = service;
  return [
    graph("Requests a minute", region, ofTargets(service, [["requests", "RequestCount", "Sum"]])),
    graph(
      "Failed answers a minute",
      region,
      ofTargets(service, [
        ["4xx", "HTTPCode_Target_4XX_Count", "Sum"],
        ["5xx", "HTTPCode_Target_5XX_Count", "Sum"],
        ["no connection", "TargetConnectionErrorCount", "Sum"],
      ]),
    ),
    graph(
      "Time to the answer, in seconds",
      region,
      ofTargets(service, [
        ["p50", "TargetResponseTime", "p50"],
        ["p95", "TargetResponseTime", "p95"],
        ["p99", "TargetResponseTime", "p99"],
      ]),
    ),
    graph("CPU and memory, in % of what tasks reserve", region, [
      { label: "CPU", metric: serviceMetric(service, "CPUUtilization", "Average") },
      { label: "CPU, busiest task", metric: serviceMetric(service, "CPUUtilization", "Maximum") },
      { label: "memory", metric: serviceMetric(service, "MemoryUtilization", "Average") },
      { label: "memory, fullest task", metric: serviceMetric(service, "MemoryUtilization", "Maximum") },
    ]),
    ...(containerInsights
      ? [
          graph("Tasks", region, [
            { label: "running", metric: taskCount(service, "RunningTaskCount") },
            { label: "to run", metric: taskCount(service, "DesiredTaskCount") },
          ]),
        ]
      : []),
    graph(
      "Targets",
      region,
      ofTargets(service, [
        ["healthy", "HealthyHostCount", "Minimum"],
        ["unhealthy", "UnHealthyHostCount", "Maximum"],
      ]),
    ),
  ];
}

/** A line for each of a service's target groups. */
function ofTargets(
  { loadBalancer, targetGroups }: WatchedService,
  lines: readonly (readonly [label: string, name: string, statistic: Metric["statistic"]])[],
): readonly Line[] {
  return targetGroups.flatMap(({ label: group, targetGroup }) =>
    lines.map(([label, name, statistic]) => ({
      label: group === undefined ? label : `${label} (${group})`,
      metric: targetMetric(loadBalancer, targetGroup, name, statistic),
    })),
  );
}

function graph(title: string, region: string, lines: readonly Line[]): Widget {
  const metrics = lines.map(({ label, metric: { namespace, name, dimensions, statistic } }) => [
    namespace,
    name,
    ...Object.entries(dimensions).flat(),
    { label, stat: statistic },
  ]);
  const properties = { title, region, view: "timeSeries", period: 60, yAxis: { left: { min: 0 } }, metrics };
  return { type: "metric", ...GRAPH, properties };
}
