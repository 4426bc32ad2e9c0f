import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { Construct } from "constructs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { watchedService } from "./cloudwatch.fixtures";
import { ServicesDashboard, type ServicesDashboardProps } from "./services-dashboard";

const location = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly region?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const dashboard = (scope: Construct, props: (scope: Construct) => Partial<ServicesDashboardProps>) =>
  new ServicesDashboard(scope, "Dashboard", {
    name: "shop-dev",
    location,
    services: [],
    alarmNames: [],
    ...props(scope),
  });
const widgetsOf = (props: (scope: Construct) => Partial<ServicesDashboardProps>) => {
  const stack = synthesise((scope) => dashboard(scope, props));
  const body = String(stack.resource(CloudwatchDashboard).dashboard_body);
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
};
const one = (of: Parameters<typeof watchedService>[1] = {}) =>
  widgetsOf((scope) => ({ services: [watchedService(scope, of)] }));
const lines = (widgets: readonly Widget[], title: string) =>
  widgets
    .find((widget) => widget.properties.title === title)
    ?.properties.metrics?.map((line) => {
      const { label, stat } = line.at(-1) as { label: string; stat: string };
      return [label, line[1], stat];
    });

describe("a dashboard of services", () => {
  it("shows the states of the alarms first", () => {
    const alarmNames = ["shop-cart-5xx", "shop-cart-cpu"];
    const [first] = widgetsOf((scope) => ({ services: [watchedService(scope)], alarmNames }));
    expect(first).toMatchObject({
      type: "alarm",
      x: 0,
      y: 0,
      width: 24,
      properties: {
        alarms: [
          "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-cart-5xx",
          "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-cart-cpu",
        ],
      },
    });
  });

  it("has a section for each service, under its name", () => {
    const widgets = widgetsOf((scope) => ({
      services: [watchedService(scope, { name: "cart" }), watchedService(scope, { name: "till" })],
    }));
    expect(widgets.filter(({ type }) => type === "text").map(({ properties }) => properties.markdown)).toEqual([
      "## cart",
      "## till",
    ]);
    expect(widgets).toHaveLength(2 * 7);
  });

  it("draws requests, failures, times, CPU and memory, tasks and targets", () => {
    const widgets = one();
    expect(lines(widgets, "Requests a minute")).toEqual([["requests", "RequestCount", "Sum"]]);
    expect(lines(widgets, "Failed answers a minute")).toEqual([
      ["4xx", "HTTPCode_Target_4XX_Count", "Sum"],
      ["5xx", "HTTPCode_Target_5XX_Count", "Sum"],
      ["no connection", "TargetConnectionErrorCount", "Sum"],
    ]);
    expect(lines(widgets, "Time to the answer, in seconds")).toEqual([
      ["p50", "TargetResponseTime", "p50"],
      ["p95", "TargetResponseTime", "p95"],
      ["p99", "TargetResponseTime", "p99"],
    ]);
    expect(lines(widgets, "CPU and memory, in % of what tasks reserve")).toEqual([
      ["CPU", "CPUUtilization", "Average"],
      ["CPU, busiest task", "CPUUtilization", "Maximum"],
      ["memory", "MemoryUtilization", "Average"],
      ["memory, fullest task", "MemoryUtilization", "Maximum"],
    ]);
    expect(lines(widgets, "Tasks")).toEqual([
      ["running", "RunningTaskCount", "Average"],
      ["to run", "DesiredTaskCount", "Average"],
    ]);
    expect(lines(widgets, "Targets")).toEqual([
      ["healthy", "HealthyHostCount", "Minimum"],
      ["unhealthy", "UnHealthyHostCount", "Maximum"],
    ]);
  });

  it("names the whole of a metric, in the Region of the location", () => {
    const requests = one().find(({ properties }) => properties.title === "Requests a minute")?.properties;
    expect(requests?.region).toBe("eu-west-1");
    expect(requests?.metrics?.[0]?.slice(0, -1)).toEqual([
      "AWS/ApplicationELB",
      "RequestCount",
      "TargetGroup",
      expect.stringMatching(/^\$\{aws_lb_target_group\./),
      "LoadBalancer",
      expect.stringMatching(/^\$\{aws_lb\./),
    ]);
  });

  it("draws both target groups of a service that is deployed blue/green", () => {
    expect(lines(one({ blueGreen: true }), "Requests a minute")).toEqual([
      ["requests (blue)", "RequestCount", "Sum"],
      ["requests (green)", "RequestCount", "Sum"],
    ]);
  });

  it("draws no tasks without Container Insights", () => {
    expect(one({ containerInsights: false }).map(({ properties }) => properties.title)).not.toContain("Tasks");
  });

  it("lays no widget over another, nor beyond the grid, however many services and alarms there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 250 }), (services, alarms) => {
        const widgets = widgetsOf((scope) => {
          const some = [watchedService(scope), watchedService(scope, { name: "other", containerInsights: false })];
          return {
            services: Array.from({ length: services }, (_, index) => some[index % 2]).filter(
              (one) => one !== undefined,
            ),
            alarmNames: Array.from({ length: alarms }, (_, index) => `alarm-${index}`),
          };
        });
        const cells = widgets.flatMap(({ x, y, width, height }) =>
          Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`),
        );
        expect(new Set(cells).size).toBe(cells.length);
        for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
        for (const { properties } of widgets) expect(properties.alarms?.length ?? 0).toBeLessThanOrEqual(100);
        expect(widgets.flatMap(({ properties }) => properties.alarms ?? [])).toHaveLength(alarms);
      }),
      { numRuns: 10 },
    );
  });

  const refusal = (props: (scope: Construct) => Partial<ServicesDashboardProps>) =>
    refusalOf((scope) => dashboard(scope, props));
  const many = (count: number, blueGreen: boolean) => (scope: Construct) => {
    const service = watchedService(scope, { blueGreen });
    return { services: Array.from({ length: count }, () => service) };
  };

  it("refuses a name with a dot", () => {
    expect(refusal(() => ({ name: "shop.dev" }))).toBe(
      'test/Dashboard: "name" is "shop.dev"; allowed: 1 to 255 letters, digits, hyphens and underscores',
    );
  });

  it("refuses more than 500 widgets, which 72 services make", () => {
    expect(refusal(many(71, false))).toBeUndefined();
    expect(refusal(many(72, false))).toBe('test/Dashboard: "services" make 504 widgets; allowed: 500 at most');
  });

  it("refuses more than 500 metrics in a widget", () => {
    const wide = (scope: Construct) => {
      const service = watchedService(scope);
      const [group] = service.targetGroups;
      const targetGroups = group ? Array.from({ length: 167 }, () => group) : [];
      return { services: [{ ...service, targetGroups }] };
    };
    expect(refusal(wide)).toBe('test/Dashboard: "services" make 501 metrics in a widget; allowed: 500 at most');
  });

  it("refuses more than 2500 metrics", () => {
    const wide = (scope: Construct) => {
      const service = watchedService(scope);
      const [group] = service.targetGroups;
      const targetGroups = group ? Array.from({ length: 160 }, () => group) : [];
      return { services: [0, 1].map(() => ({ ...service, targetGroups })) };
    };
    expect(refusal(wide)).toBe('test/Dashboard: "services" make 2892 metrics; allowed: 2500 at most');
  });
});
