import { readFileSync } from "node:fs";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { serviceNames, systemNames } from "../config/names";
import type { Service } from "../config/service";
import type { Network } from "../modules/network/network";
import { MysqlDatabase } from "../modules/rds/mysql-database";
import { GeneratedSecret } from "../modules/secrets/generated-secret";
import type { AlarmTopic } from "../modules/sns/alarm-topic";
import { recoveryWindowDays } from "./service-secrets";

/** The user that changes the schema. Only the one-off task that migrates knows its password. */
export const MIGRATOR = "migrator";

/** A user of the database, as the task that prepares the database makes it. */
export interface DatabaseUser {
  readonly name: string;
  readonly access: "read" | "write" | "migrate";
  readonly secret: GeneratedSecret;
}

export interface SystemDatabaseProps {
  /** As `deploymentUnit` gives it. */
  readonly unit: string;
  readonly environment: Environment;
  /** The services of the unit, those without a database among them. */
  readonly services: readonly Service[];
  readonly network: Network;
  /** Name of the schema in the server. */
  readonly databaseName: string;
  readonly alarms: AlarmTopic;
}

/** The MySQL database of a unit, and the secrets of its users: one for each service that uses it, and the migrator. */
export class SystemDatabase extends Construct {
  readonly server: MysqlDatabase;
  readonly users: readonly DatabaseUser[];
  private readonly byName: ReadonlyMap<string, DatabaseUser>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SystemDatabaseProps,
  ) {
    super(scope, id);
    this.server = this.createServer();
    this.users = [...this.createServiceUsers(), this.createMigrator()];
    this.byName = new Map(this.users.map((user) => [user.name, user]));
  }

  /** Plain environment of a task that connects as a user. */
  variablesOf(user: string): Record<string, string> {
    return { ...this.address(), APP_DB_USER: user };
  }

  /** Plain environment of a task that knows where the database is. */
  address(): Record<string, string> {
    const authority = this.localAuthority();
    return {
      APP_DB_HOST: this.server.address,
      APP_DB_PORT: this.server.port,
      APP_DB_NAME: this.props.databaseName,
      ...(authority !== undefined && { APP_DB_CA: authority }),
    };
  }

  userSecretOf({ name }: Pick<Service, "name">): GeneratedSecret {
    const user = this.byName.get(name);
    if (!user) throw new Error(`the database has no user for service "${name}"`);
    return user.secret;
  }

  private createServer(): MysqlDatabase {
    const { unit, environment, network, alarms } = this.props;
    const { database, removal, logRetentionDays } = environment;
    if (!database) throw new Error(`"${unit}" has a database, but environment "${environment.name}" has none`);
    const retain = removal === "retain";
    return new MysqlDatabase(this, "Server", {
      ...database,
      name: systemNames(unit, environment.name).database,
      vpcId: network.vpc.id,
      subnetIds: network.privateSubnets.map(({ id }) => id),
      clients: [],
      deletionProtection: retain,
      retainOnDelete: retain,
      logRetentionDays,
      alarmTopicArn: alarms.arn,
    });
  }

  private createServiceUsers(): DatabaseUser[] {
    const { environment, services } = this.props;
    return services.flatMap((service) => {
      if (!service.database) return [];
      const { databaseSecret } = serviceNames(service, environment.name);
      return [
        {
          name: service.name,
          access: service.database.access,
          secret: this.createSecret(service.name, databaseSecret),
        },
      ];
    });
  }

  private createMigrator(): DatabaseUser {
    const { unit, environment } = this.props;
    const { migratorSecret } = systemNames(unit, environment.name);
    return { name: MIGRATOR, access: "migrate", secret: this.createSecret(MIGRATOR, migratorSecret) };
  }

  private createSecret(user: string, name: string): GeneratedSecret {
    const { unit, environment } = this.props;
    return new GeneratedSecret(this, `User-${user}`, {
      name,
      description: `user ${user} of the database of ${unit}`,
      username: user,
      recoveryWindowDays: recoveryWindowDays(environment),
    });
  }

  /** The certificate of an emulated database is signed by nobody whom an application knows. */
  private localAuthority(): string | undefined {
    const file = process.env.DATABASE_CA_FILE;
    return this.props.environment.emulated && file ? readFileSync(file, "utf8") : undefined;
  }
}
