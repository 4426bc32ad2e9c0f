import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { scaledMinuteSeconds } from "../measures/pace";

/** Periods in seconds that data can be asked for. Source: CloudWatch API Reference, "MetricStat". */
const PERIODS = [60, 30, 10, 5, 1];

/** How many minutes back is looked for data. */
const MINUTES = 5;

const MS_PER_SECOND = 1_000;

/** The newest minute that is over of what an alarm watches, in minutes of CloudWatch; `undefined` without data. */
export async function readLatest(
  client: CloudWatchClient,
  alarm: MetricAlarm,
  timeScale: number,
): Promise<number | undefined> {
  const minute = scaledMinuteSeconds(timeScale);
  const period = PERIODS.find((seconds) => seconds <= minute) ?? 1;
  const before = (minutes: number) => new Date(Date.now() - minutes * minute * MS_PER_SECOND);
  const { MetricDataResults: [result] = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queriesOf(alarm, period),
      StartTime: before(MINUTES + 1),
      EndTime: before(1),
      ScanBy: "TimestampDescending",
    }),
  );
  const value = result?.Values?.[0];
  // Several minutes of a hurried clock may be in one period.
  const minutesIn = alarm.Statistic === "Sum" ? Math.max(1, period / minute) : 1;
  return value === undefined ? undefined : value / minutesIn;
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
