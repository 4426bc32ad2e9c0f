import type { Construct } from "constructs";
import { MysqlDatabase, type MysqlDatabaseProps } from "./mysql-database";

/** What the tests of this folder build on: a database with the least that it takes. */
export const databaseProps: MysqlDatabaseProps = {
  name: "shop-dev",
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  clients: [{ label: "cart", securityGroupId: "sg-cart" }],
  instanceClass: "db.t4g.micro",
  allocatedStorageGiB: 20,
  maxAllocatedStorageGiB: 100,
  multiAz: false,
  backupRetentionDays: 7,
  maxConnections: 60,
  deletionProtection: false,
  retainOnDelete: false,
  logRetentionDays: 30,
  alarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
};
export const database = (scope: Construct, changed: Partial<MysqlDatabaseProps> = {}) =>
  new MysqlDatabase(scope, "Database", { ...databaseProps, ...changed });
