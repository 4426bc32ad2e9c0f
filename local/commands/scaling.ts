import type { ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import type { Terminal } from "../../tools/terminal/terminal";
import { readScaling, readScalingActivities, type ScalingPolicy, type ServiceScaling } from "../cloud/scaling";
import { type RunningService, readServices } from "../cloud/services";
import { type Context, misuse, serviceNamed } from "./command";

/** Most that one call tells. Source: Application Auto Scaling API Reference, "DescribeScalingActivities". */
const ACTIVITIES_READ = 50;

const ACTIVITIES_SHOWN = 8;

/** Prints what scales services, what it goes by, and what it has done. */
export async function showScaling(context: Context, args: readonly string[]): Promise<void> {
  const { lifetime, settings, terminal, running } = context;
  const [name] = args;
  if (args.length > 1) throw misuse("scaling takes one service, or none for all");
  const [all, scaled, activities] = await lifetime.until(
    Promise.all([
      readServices(settings),
      readScaling(settings, running.timeScale ?? 1),
      readScalingActivities(settings, ACTIVITIES_READ),
    ]),
  );
  if (name !== undefined) serviceNamed(all, name);
  const services = all.filter((service) => name === undefined || service.name === name);
  const rows = services.flatMap((service) =>
    rowsOf(
      service,
      scaled.find((one) => isOf(service, one)),
    ),
  );
  const heading = ["service", "tasks", "from to", "policy", "now", "target", "adds tasks", "takes tasks away"];
  terminal.table(heading, rows);
  printSchedules(
    terminal,
    scaled.filter((one) => services.some((service) => isOf(service, one))),
  );
  printActivities(
    terminal,
    activities.filter(({ ResourceId }) => services.some((service) => ResourceId === resourceOf(service))),
  );
}

function resourceOf({ name, clusterArn }: Pick<RunningService, "name" | "clusterArn">): string {
  return `service/${clusterArn.split("/").at(-1)}/${name}`;
}

function isOf(service: RunningService, { cluster, service: name }: ServiceScaling): boolean {
  return resourceOf(service) === `service/${cluster}/${name}`;
}

/** One row for each policy; only the first one names the service. */
export function rowsOf(
  { name, service }: Pick<RunningService, "name" | "service">,
  scaled: ServiceScaling | undefined,
): readonly (readonly string[])[] {
  const tasks = `${service.runningCount}/${service.desiredCount}`;
  if (!scaled) return [[name, tasks, "fixed"]];
  const first = [name, tasks, `${scaled.min} to ${scaled.max}`];
  if (scaled.policies.length === 0) return [first];
  return scaled.policies.map((policy, index) => [...(index === 0 ? first : ["", "", ""]), ...cellsOf(policy)]);
}

function cellsOf({ metric, now, target, scalesIn, alarms: [adds, takes] }: ScalingPolicy): readonly string[] {
  return [
    metric,
    now === undefined ? "no data" : round(now),
    round(target),
    adds?.StateValue ?? "no alarm",
    scalesIn ? (takes?.StateValue ?? "no alarm") : "never",
  ];
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function printSchedules(terminal: Terminal, scaled: readonly ServiceScaling[]): void {
  const rows = scaled.flatMap(({ service, schedules }) =>
    schedules.map(
      ({ ScheduledActionName = "", Schedule = "", Timezone = "UTC", ScalableTargetAction: action = {} }) => [
        service,
        ScheduledActionName,
        Schedule,
        Timezone,
        `${action.MinCapacity ?? "as it is"} to ${action.MaxCapacity ?? "as it is"}`,
      ],
    ),
  );
  if (rows.length === 0) return;
  terminal.line();
  terminal.table(["service", "schedule", "when", "time zone", "from to"], rows);
}

function printActivities(terminal: Terminal, activities: readonly ScalingActivity[]): void {
  terminal.line();
  if (activities.length === 0) {
    terminal.line("  nothing was scaled yet");
    return;
  }
  const rows = activities
    .slice(0, ACTIVITIES_SHOWN)
    .map(({ StartTime, ResourceId = "", Description = "", StatusCode = "", Cause = "" }) => [
      StartTime?.toLocaleTimeString("en-GB") ?? "",
      ResourceId.split("/").at(-1) ?? "",
      Description,
      StatusCode,
      Cause,
    ]);
  terminal.table(["at", "service", "what was done", "status", "why"], rows);
}
