import type { Construct } from "constructs";
import { createAlarm } from "../cloudwatch/alarm";

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
  readonly allocatedStorageGiB: number;
  readonly maxConnections: number;
  readonly alarmTopicArn: string;
}

/**
 * Alarms of one instance of MySQL: processor, storage, memory, connections; returns their names.
 *
 * Source: Amazon RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS".
 */
export function createMysqlAlarms(scope: Construct, props: MysqlAlarmsProps): string[] {
  const { name, allocatedStorageGiB, maxConnections, alarmTopicArn } = props;
  const shared = {
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: name },
    statistic: "Average",
    topicArn: alarmTopicArn,
  } as const;
  const alarms = [
    createAlarm(scope, "Cpu", {
      ...shared,
      name: `${name}-cpu`,
      description: `The database ${name} computes all the time: see the slow query log.`,
      metric: "CPUUtilization",
      beyond: "above",
      threshold: 80,
      minutes: 15,
    }),
    createAlarm(scope, "FreeStorage", {
      ...shared,
      name: `${name}-free-storage`,
      description: `The database ${name} runs out of storage, and it did not grow by itself: raise its maximum.`,
      metric: "FreeStorageSpace",
      beyond: "below",
      threshold: Math.round(allocatedStorageGiB * FREE_STORAGE_SHARE * GIBIBYTE),
      minutes: 5,
    }),
    createAlarm(scope, "FreeableMemory", {
      ...shared,
      name: `${name}-freeable-memory`,
      description: `The database ${name} runs out of memory: take a larger instance class, or fewer connections.`,
      metric: "FreeableMemory",
      beyond: "below",
      threshold: FREEABLE_MEMORY_MIB * MEBIBYTE,
      minutes: 5,
    }),
    createAlarm(scope, "Connections", {
      ...shared,
      name: `${name}-connections`,
      description: `The database ${name} has nearly ${maxConnections} connections: it refuses the next ones.`,
      metric: "DatabaseConnections",
      beyond: "above",
      threshold: Math.floor(maxConnections * CONNECTIONS_SHARE),
      minutes: 5,
    }),
  ];
  return alarms.map(({ alarmName }) => alarmName);
}
