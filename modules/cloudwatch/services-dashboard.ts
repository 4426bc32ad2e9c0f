import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import { DASHBOARD_NAME } from "../aws/forms";
import { DASHBOARD_METRICS_MAX, DASHBOARD_WIDGETS_MAX, WIDGET_ALARMS_MAX, WIDGET_METRICS_MAX } from "../aws/limits";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";
import type { WatchedService } from "./metrics";
import { alarmStates, GRID_WIDTH, heading, serviceGraphs, type Widget } from "./widgets";

export interface ServicesDashboardProps {
  /** Name of the dashboard: 1 to 255 letters, digits, hyphens and underscores; unique in the account. */
  readonly name: string;
  /** Where the alarms and the metrics are. */
  readonly location: AwsLocation;
  /** Each has a section of its own, in this order. */
  readonly services: readonly WatchedService[];
  /** Names of the alarms whose states stand above. */
  readonly alarmNames: readonly string[];
}

/**
 * A dashboard of services that belong together: the states of their alarms, then a section for each service with its requests,
 * failed answers, times, CPU and memory, tasks and targets.
 *
 * One for all of them, and not one for each: an account's first three dashboards are free, each further one is $3 a month.
 *
 * @see CloudWatch API Reference, "Dashboard body structure and syntax"
 */
export class ServicesDashboard extends Construct {
  readonly dashboard: CloudwatchDashboard;

  constructor(scope: Construct, id: string, props: ServicesDashboardProps) {
    super(scope, id);
    const { name, location, services, alarmNames } = props;
    new PropCheck(this).text("name", name, DASHBOARD_NAME);
    const { partition, region, accountId } = location;
    const arns = alarmNames.map((alarm) => `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${alarm}`);
    const rows = [
      ...chunks(arns, WIDGET_ALARMS_MAX).map((some) => [alarmStates("Alarms", some)]),
      ...services.flatMap((service) => [[heading(`## ${service.name}`)], ...inRows(serviceGraphs(service, region))]),
    ];
    this.checkLimits(rows.flat());
    this.dashboard = new CloudwatchDashboard(this, "Resource", {
      dashboardName: name,
      dashboardBody: JSON.stringify({ widgets: place(rows) }),
    });
  }

  private checkLimits(widgets: readonly Widget[]): void {
    const check = new PropCheck(this);
    const counts = widgets.map(({ properties }) => countOf(properties));
    const limits = [
      ["widgets", widgets.length, DASHBOARD_WIDGETS_MAX],
      ["metrics in a widget", Math.max(0, ...counts), WIDGET_METRICS_MAX],
      ["metrics", counts.reduce((sum, count) => sum + count, 0), DASHBOARD_METRICS_MAX],
    ] as const;
    for (const [what, count, max] of limits) {
      if (count > max) throw check.error("services", `make ${count} ${what}`, `${max} at most`);
    }
  }
}

const countOf = (properties: object) =>
  "metrics" in properties && Array.isArray(properties.metrics) ? properties.metrics.length : 0;

/** The widgets with their places: each row starts below the one before. */
function place(rows: readonly (readonly Widget[])[]): readonly object[] {
  let y = 0;
  return rows.flatMap((row) => {
    let x = 0;
    const placed = row.map((widget) => {
      const at = { x, y };
      x += widget.width;
      return { ...widget, ...at };
    });
    y += Math.max(...row.map(({ height }) => height));
    return placed;
  });
}

/** As many beside each other as the grid has room for; they are all of one width. */
function inRows(widgets: readonly Widget[]): readonly (readonly Widget[])[] {
  return chunks(widgets, Math.floor(GRID_WIDTH / (widgets[0]?.width ?? GRID_WIDTH)));
}

function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
