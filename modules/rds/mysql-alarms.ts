import type { Construct } from "constructs";
import { createAlarm } from "../cloudwatch/alarm";
import type { Metric } from "../cloudwatch/metrics";

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** Below it MySQL soon swaps, whatever the size of the instance. */
const FREEABLE_MEMORY_MIB = 64;

/** Storage autoscaling begins at 10 per cent: half of that is left only where it did not, or could not any more. */
const FREE_STORAGE_SHARE = 0.05;

const CONNECTIONS_SHARE = 0.8;

export interface MysqlAlarmsProps {
  /** Identifier of the instance; the alarms' names start with it. */
  readonly name: string;
  /** Storage at the start, in GiB: the alarm is on a share of it. */
  readonly allocatedStorageGiB: number;
  /** Connections that the database takes: the alarm is on a share of them. */
  readonly maxConnections: number;
  /** ARN of the topic that is told. */
  readonly alarmTopicArn: string;
}

/**
 * Alarms of one instance of MySQL: processor, storage, memory, connections; returns their names.
 *
 * Source: Amazon RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS".
 */
export function createMysqlAlarms(scope: Construct, props: MysqlAlarmsProps): string[] {
  const { name, allocatedStorageGiB, maxConnections, alarmTopicArn } = props;
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/RDS",
    name: metricName,
    dimensions: { DBInstanceIdentifier: name },
    statistic: "Average",
  });
  const alarms = [
    createAlarm(scope, "Cpu", {
      topicArn: alarmTopicArn,
      name: `${name}-cpu`,
      description: `The database ${name} computes all the time: see the slow query log.`,
      runbook: "database-cpu",
      metric: metric("CPUUtilization"),
      beyond: "above",
      threshold: 80,
      minutes: 15,
    }),
    createAlarm(scope, "FreeStorage", {
      topicArn: alarmTopicArn,
      name: `${name}-free-storage`,
      description: `The database ${name} runs out of storage, and it did not grow by itself: raise its maximum.`,
      runbook: "database-free-storage",
      metric: metric("FreeStorageSpace"),
      beyond: "below",
      threshold: Math.round(allocatedStorageGiB * FREE_STORAGE_SHARE * GIBIBYTE),
      minutes: 5,
    }),
    createAlarm(scope, "FreeableMemory", {
      topicArn: alarmTopicArn,
      name: `${name}-freeable-memory`,
      description: `The database ${name} runs out of memory: take a larger instance class, or fewer connections.`,
      runbook: "database-freeable-memory",
      metric: metric("FreeableMemory"),
      beyond: "below",
      threshold: FREEABLE_MEMORY_MIB * MEBIBYTE,
      minutes: 5,
    }),
    createAlarm(scope, "Connections", {
      topicArn: alarmTopicArn,
      name: `${name}-connections`,
      description: `The database ${name} has nearly ${maxConnections} connections: it refuses the next ones.`,
      runbook: "database-connections",
      metric: metric("DatabaseConnections"),
      beyond: "above",
      threshold: Math.floor(maxConnections * CONNECTIONS_SHARE),
      minutes: 5,
    }),
  ];
  return alarms.map(({ alarmName }) => alarmName);
}
