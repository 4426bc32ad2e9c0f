import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataQuery,
  type MetricStat,
} from "@aws-sdk/client-cloudwatch";
import { scaledMinuteSeconds } from "../measures/pace";

/** Periods in seconds that data can be asked for. Source: CloudWatch API Reference, "MetricStat". */
const PERIODS = [60, 30, 10, 5, 1];

/** Queries that one call takes. Source: CloudWatch API Reference, "GetMetricData". */
const QUERIES_PER_CALL = 500;

/** How many minutes back is looked for data. */
const MINUTES = 5;

const MS_PER_SECOND = 1_000;

/** The newest minute that is over of what an alarm watches, in minutes of CloudWatch; `undefined` without data. */
export async function readLatest(
  client: CloudWatchClient,
  alarm: MetricAlarm,
  timeScale: number,
): Promise<number | undefined> {
  const { period, asked, minutesIn } = lately(timeScale);
  const { MetricDataResults: [result] = [] } = await client.send(
    new GetMetricDataCommand({ ...asked, MetricDataQueries: queriesOf(alarm, period) }),
  );
  const value = result?.Values?.[0];
  return value === undefined || alarm.Statistic !== "Sum" ? value : value / minutesIn;
}

/** The newest averages of metrics, in their order; `undefined` without data. */
export async function readLatestAverages(
  client: CloudWatchClient,
  metrics: readonly MetricStat["Metric"][],
  timeScale: number,
): Promise<readonly (number | undefined)[]> {
  const { period, asked } = lately(timeScale);
  const queries = metrics.map((Metric, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric, Period: period, Stat: "Average" },
  }));
  const values = new Map<string | undefined, number | undefined>();
  for (let first = 0; first < queries.length; first += QUERIES_PER_CALL) {
    const MetricDataQueries = queries.slice(first, first + QUERIES_PER_CALL);
    const { MetricDataResults = [] } = await client.send(new GetMetricDataCommand({ ...asked, MetricDataQueries }));
    for (const { Id, Values } of MetricDataResults) values.set(Id, Values?.[0]);
  }
  return queries.map(({ Id }) => values.get(Id));
}

/** How the newest minutes that are over are asked for. `minutesIn`: several of a hurried clock may be in one period. */
function lately(timeScale: number) {
  const minute = scaledMinuteSeconds(timeScale);
  const period = PERIODS.find((seconds) => seconds <= minute) ?? 1;
  const before = (minutes: number) => new Date(Date.now() - minutes * minute * MS_PER_SECOND);
  const asked = { StartTime: before(MINUTES + 1), EndTime: before(1), ScanBy: "TimestampDescending" } as const;
  return { period, asked, minutesIn: Math.max(1, period / minute) };
}

function queriesOf(alarm: MetricAlarm, period: number): MetricDataQuery[] {
  const { Metrics = [], Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic } = alarm;
  if (Metrics.length > 0) {
    return Metrics.map((query) =>
      query.MetricStat ? { ...query, MetricStat: { ...query.MetricStat, Period: period } } : query,
    );
  }
  const metric = { Namespace, MetricName, Dimensions };
  return [{ Id: "watched", MetricStat: { Metric: metric, Period: period, Stat: Statistic ?? ExtendedStatistic } }];
}
