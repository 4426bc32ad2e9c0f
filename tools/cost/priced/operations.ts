import { listAt, textAt, valueAt } from "../../../stacks/documents/body";
import { product } from "../arithmetic";
import { byUse, fixed, type Pricer } from "../charge";
import type { PriceId } from "../prices";
import { numberAt } from "../tasks";

/** Alarms that a policy of target tracking makes, one for each way. */
const ALARMS_PER_POLICY = 2;

/** Shortest period of an alarm of standard resolution, in seconds. */
const STANDARD_PERIOD_S = 60;

/** An alarm is paid for each metric that it looks at. */
export const priceAlarm: Pricer = ({ body }, { prices }) => {
  const queried = listAt(body, "metric_query").filter((query) => valueAt(query, "metric") !== undefined);
  const period = numberAt(body, "period") ?? numberAt(queried, "metric", "period") ?? STANDARD_PERIOD_S;
  if (period < STANDARD_PERIOD_S) return [{ noPrice: `alarms with a period of ${period} s` }];
  const metrics = Math.max(1, queried.length);
  return Array.from({ length: metrics }, () => fixed("metrics of alarms", prices.of.alarmMetric));
};

export const pricePolicy: Pricer = ({ body }, { prices }) =>
  textAt(body, "policy_type") === "TargetTrackingScaling"
    ? Array.from({ length: ALARMS_PER_POLICY }, () => fixed("alarms of scaling policies", prices.of.alarmMetric))
    : [];

export const priceDashboard: Pricer = (_, { prices }) => [fixed("dashboard", prices.of.dashboard)];

/** Prices of a minute, by compute type. */
const BUILD_MINUTE: Readonly<Record<string, PriceId>> = {
  BUILD_GENERAL1_SMALL: "buildSmallMinute",
  BUILD_GENERAL1_MEDIUM: "buildMediumMinute",
};

export const priceBuilds: Pricer = ({ body }, { prices, assumptions }) => {
  const compute = textAt(body, "environment", "compute_type") ?? "unknown";
  const kind = textAt(body, "environment", "type");
  const minute = BUILD_MINUTE[compute];
  if (minute === undefined || kind !== "LINUX_CONTAINER") return [{ noPrice: `builds on ${kind}, ${compute}` }];
  const { releases, buildMinutes } = assumptions;
  return [byUse("builds", product(releases, buildMinutes, prices.of[minute]))];
};

export const pricePipeline: Pricer = ({ body }, { prices, assumptions }) => {
  if (textAt(body, "pipeline_type") !== "V2")
    return [{ noPrice: `pipelines of type ${textAt(body, "pipeline_type")}` }];
  const { releases, pipelineMinutes } = assumptions;
  return [byUse("pipeline runs", product(releases, pipelineMinutes, prices.of.pipelineMinute))];
};
