import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { DB_INSTANCE_CLASS, DB_INSTANCE_NAME } from "../aws/forms";
import {
  AVAILABILITY_ZONES_MIN,
  DB_BACKUP_RETENTION_DAYS,
  DB_CLASSES_WITHOUT_INSIGHTS,
  DB_MAX_CONNECTIONS,
  DB_STORAGE_GIB,
  DB_STORAGE_GROWTH_PERCENT_MIN,
  LOG_RETENTION_DAYS,
} from "../aws/limits";
import { isKnown, PropCheck } from "../prop-check";
import { type DatabaseClient, DatabaseSecurityGroup } from "../security-group/database-security-group";
import { createMysqlAlarms } from "./mysql-alarms";

const ENGINE_VERSION = "8.4";
const MASTER_USER = "admin";
const SLOW_QUERY_SECONDS = 1;

/** What of the server's log goes to CloudWatch. */
const LOGS = ["error", "slowquery"] as const;

/** RDS's own default. */
const MYSQL_PORT = 3306;

export interface MysqlDatabaseProps {
  /** Identifier of the instance: 1 to 63 lower-case letters, digits and single hyphens. */
  readonly name: string;
  /** Id of the VPC that its security group is in. */
  readonly vpcId: string;
  /** Ids of private subnets in two zones or more. */
  readonly subnetIds: readonly string[];
  /** Whose tasks may connect; `allowFrom` adds more. */
  readonly clients: readonly DatabaseClient[];
  /** Such as `db.t4g.micro`. */
  readonly instanceClass: string;
  /** GiB to begin with: 20 to 65536. */
  readonly allocatedStorageGiB: number;
  /** GiB that the storage may grow to by itself: 10 per cent more than `allocatedStorageGiB` at least. */
  readonly maxAllocatedStorageGiB: number;
  /** Whether a standby in another zone takes over when the instance fails. Doubles its cost. */
  readonly multiAz: boolean;
  /** Days that automated backups are kept: 0 (none) to 35. */
  readonly backupRetentionDays: number;
  /** Connections that the server takes: 10 to 100000. */
  readonly maxConnections: number;
  /** Whether AWS refuses to delete it. */
  readonly deletionProtection: boolean;
  /**
   * Whether a snapshot `<name>-final` and the automated backups stay when the instance is deleted. The snapshot of an
   * earlier instance of the name has to be gone by then.
   */
  readonly retainOnDelete: boolean;
  /** Days that the server's log is kept: a value that CloudWatch Logs offers. */
  readonly logRetentionDays: number;
  /** ARN of the topic that the alarms tell. */
  readonly alarmTopicArn: string;
  /** 1150 to 65535. @default 3306 */
  readonly port?: number;
}

/**
 * A MySQL 8.4 that only its clients reach, and only with TLS: private, encrypted, with storage that grows, backups, the
 * error log and the slow query log in CloudWatch, and alarms.
 *
 * RDS makes the master user's password and keeps it in Secrets Manager (`masterSecretArn`, with the keys `username` and
 * `password`), where it changes it every seven days: whatever runs as master user reads it anew each time. Services have
 * users of their own.
 *
 * ```ts
 * const database = new MysqlDatabase(this, "Database", { name: "shop-dev", vpcId, subnetIds, ...environment.database });
 * database.allowFrom({ label: "cart", securityGroupId });
 * ```
 *
 * Cost in us-east-1: a db.t4g.micro is $0.016 an hour and 20 GiB are $0.115 each a month, together about $14 a month;
 * twice as much with `multiAz`. The master user's secret is $0.40, the alarms another $0.40.
 *
 * @see Amazon RDS User Guide, "Amazon RDS for MySQL" and "Password management with Amazon RDS and AWS Secrets Manager"
 */
export class MysqlDatabase extends Construct {
  readonly instance: DbInstance;
  readonly address: string;
  /** Known when it is deployed. */
  readonly port: string;
  /** ARN of the secret with the master user's name and password. */
  readonly masterSecretArn: string;
  readonly securityGroup: SecurityGroup;
  readonly alarmNames: readonly string[];
  private readonly access: DatabaseSecurityGroup;

  constructor(scope: Construct, id: string, props: MysqlDatabaseProps) {
    super(scope, id);
    this.checkProps(props);
    this.access = this.createSecurityGroup(props);
    this.securityGroup = this.access.group;
    this.instance = this.createInstance(props);
    this.address = this.instance.address;
    this.port = Fn.tostring(this.instance.port);
    this.masterSecretArn = this.instance.masterUserSecret.get(0).secretArn;
    this.alarmNames = createMysqlAlarms(this, props);
  }

  /** Lets one more client connect. */
  allowFrom(client: DatabaseClient): void {
    this.access.allowFrom(client);
  }

  private checkProps(props: MysqlDatabaseProps): void {
    const check = new PropCheck(this);
    const { allocatedStorageGiB, maxAllocatedStorageGiB } = props;
    check.text("name", props.name, DB_INSTANCE_NAME);
    check.different("subnetIds", props.subnetIds);
    check.atLeast("subnetIds", props.subnetIds, AVAILABILITY_ZONES_MIN, "one subnet in each of two zones or more");
    check.text("instanceClass", props.instanceClass, DB_INSTANCE_CLASS);
    check.wholeNumber("allocatedStorageGiB", allocatedStorageGiB, DB_STORAGE_GIB);
    check.wholeNumber("maxAllocatedStorageGiB", maxAllocatedStorageGiB, DB_STORAGE_GIB);
    check.wholeNumber("backupRetentionDays", props.backupRetentionDays, DB_BACKUP_RETENTION_DAYS);
    check.wholeNumber("maxConnections", props.maxConnections, DB_MAX_CONNECTIONS);
    check.oneOf("logRetentionDays", props.logRetentionDays, LOG_RETENTION_DAYS);
    if (!isKnown(allocatedStorageGiB) || !isKnown(maxAllocatedStorageGiB)) return;
    const least = Math.ceil((allocatedStorageGiB * (100 + DB_STORAGE_GROWTH_PERCENT_MIN)) / 100);
    if (maxAllocatedStorageGiB < least) {
      throw check.error(
        "maxAllocatedStorageGiB",
        `is ${maxAllocatedStorageGiB} with an "allocatedStorageGiB" of ${allocatedStorageGiB}`,
        `${least} or more, ${DB_STORAGE_GROWTH_PERCENT_MIN} per cent above it`,
      );
    }
  }

  private createSecurityGroup({ name, vpcId, clients, port = MYSQL_PORT }: MysqlDatabaseProps): DatabaseSecurityGroup {
    const group = new DatabaseSecurityGroup(this, "SecurityGroup", {
      name: `${name}-database`,
      vpcId,
      port,
    });
    for (const client of clients) group.allowFrom(client);
    return group;
  }

  private createInstance(props: MysqlDatabaseProps): DbInstance {
    const { name, retainOnDelete } = props;
    const insights = isKnown(props.instanceClass) && !DB_CLASSES_WITHOUT_INSIGHTS.includes(props.instanceClass);
    return new DbInstance(this, "Instance", {
      identifier: name,
      engine: "mysql",
      engineVersion: ENGINE_VERSION,
      autoMinorVersionUpgrade: true,
      instanceClass: props.instanceClass,
      storageType: "gp3",
      storageEncrypted: true,
      allocatedStorage: props.allocatedStorageGiB,
      maxAllocatedStorage: props.maxAllocatedStorageGiB,
      multiAz: props.multiAz,
      // Left out, it is 3306, and what is deployed tells it: an emulated instance listens elsewhere.
      ...(props.port !== undefined && { port: props.port }),
      publiclyAccessible: false,
      dbSubnetGroupName: this.createSubnetGroup(props).name,
      vpcSecurityGroupIds: [this.securityGroup.id],
      parameterGroupName: this.createParameterGroup(props).name,
      // No ca_cert_identifier: RDS takes rds-ca-rsa2048-g1 by itself, and the provider (5.100) would set it by a second change
      // after the instance is there, which takes as long as the first.
      username: MASTER_USER,
      manageMasterUserPassword: true,
      backupRetentionPeriod: props.backupRetentionDays,
      // UTC: at night in Europe and America; backups first, for maintenance may restart the server.
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      copyTagsToSnapshot: true,
      deletionProtection: props.deletionProtection,
      deleteAutomatedBackups: !retainOnDelete,
      skipFinalSnapshot: !retainOnDelete,
      ...(retainOnDelete && { finalSnapshotIdentifier: `${name}-final` }),
      performanceInsightsEnabled: insights,
      enabledCloudwatchLogsExports: [...LOGS],
      // RDS would make the groups itself at the first line, without an end to what they keep.
      dependsOn: this.createLogGroups(props),
    });
  }

  private createSubnetGroup({ name, subnetIds }: MysqlDatabaseProps): DbSubnetGroup {
    return new DbSubnetGroup(this, "SubnetGroup", {
      name,
      description: `private subnets of the database ${name}`,
      subnetIds: [...subnetIds],
    });
  }

  /** All of these take effect without a restart. */
  private createParameterGroup({ name, maxConnections }: MysqlDatabaseProps): DbParameterGroup {
    const parameters = {
      require_secure_transport: "1",
      slow_query_log: "1",
      long_query_time: String(SLOW_QUERY_SECONDS),
      // To CloudWatch go the files only; the other value writes to a table.
      log_output: "FILE",
      max_connections: String(maxConnections),
    };
    return new DbParameterGroup(this, "ParameterGroup", {
      namePrefix: `${name}-`,
      family: `mysql${ENGINE_VERSION}`,
      description: `parameters of the database ${name}`,
      parameter: Object.entries(parameters).map(([parameter, value]) => ({ name: parameter, value })),
      // An instance holds on to its group: the new one has to be there before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createLogGroups({ name, logRetentionDays }: MysqlDatabaseProps): CloudwatchLogGroup[] {
    return LOGS.map(
      (log) =>
        new CloudwatchLogGroup(this, `Log-${log}`, {
          name: `/aws/rds/instance/${name}/${log}`,
          retentionInDays: logRetentionDays,
        }),
    );
  }
}
