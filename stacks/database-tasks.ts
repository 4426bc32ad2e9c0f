import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import type { ServiceNames } from "../config/names";
import type { Service } from "../config/service";
import type { Repository } from "../modules/ecr/repository";
import { TaskDefinition } from "../modules/ecs/task-definition";
import { ExecutionRole } from "../modules/iam/execution-role";
import type { AwsLocation } from "../modules/iam/policy";
import { MIGRATOR, type SystemDatabase } from "./system-database";

export interface DatabaseTasksProps {
  readonly environment: Environment;
  /** The service whose image holds the migrations. */
  readonly service: Service;
  readonly names: ServiceNames;
  readonly location: AwsLocation;
  readonly repository: Repository;
  /** The service's first image. */
  readonly image: string;
  /** What has to be there before a revision can be registered. */
  readonly needs: ITerraformDependable[];
  readonly logGroup: CloudwatchLogGroup;
  readonly taskRole: IamRole;
  readonly database: SystemDatabase;
}

/** What the two tasks differ in. */
interface OneOffTask {
  readonly family: string;
  readonly parameter: string;
  /** Argument of database.cjs. */
  readonly command: "prepare" | "migrate";
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The one-off tasks of a database, run by releases and never by the service's own tasks: one makes the schema and its
 * users as the server's master user, the other migrates as the migrator. The image is that of the service.
 */
export class DatabaseTasks extends Construct {
  readonly migrate: TaskDefinition;
  readonly executionRole: ExecutionRole;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DatabaseTasksProps,
  ) {
    super(scope, id);
    this.executionRole = this.createExecutionRole();
    this.createTask("Prepare", this.prepareTask());
    this.migrate = this.createTask("Migrate", this.migrateTask());
  }

  private createExecutionRole(): ExecutionRole {
    const { names, location, repository, logGroup, database } = this.props;
    return new ExecutionRole(this, "ExecutionRole", {
      name: names.databaseExecutionRole,
      location,
      repositoryArn: repository.arn,
      logGroupArn: logGroup.arn,
      secretsManagerArns: [database.server.masterSecretArn, ...database.users.map(({ secret }) => secret.arn)],
    });
  }

  private prepareTask(): OneOffTask {
    const { names, database } = this.props;
    const users = database.users.map(({ name, access, secret }) => ({
      name,
      access,
      passwordVariable: `DB_PASSWORD_${name.toUpperCase().replaceAll("-", "_")}`,
      secret,
    }));
    const master = (key: string) => `${database.server.masterSecretArn}:${key}::`;
    return {
      family: names.prepareDatabaseFamily,
      parameter: names.prepareDatabaseTaskDefinitionParameter,
      command: "prepare",
      environment: {
        ...database.address(),
        DATABASE_USERS: JSON.stringify(
          users.map(({ name, access, passwordVariable }) => ({ name, access, passwordVariable })),
        ),
      },
      secrets: {
        MASTER_USER: master("username"),
        MASTER_PASSWORD: master("password"),
        ...Object.fromEntries(
          users.map(({ passwordVariable, secret }) => [passwordVariable, secret.reference("password")]),
        ),
      },
    };
  }

  private migrateTask(): OneOffTask {
    const { names, database } = this.props;
    return {
      family: names.migrateFamily,
      parameter: names.migrateTaskDefinitionParameter,
      command: "migrate",
      environment: database.variablesOf(MIGRATOR),
      secrets: { APP_DB_PASSWORD: database.userSecretOf({ name: MIGRATOR }).reference("password") },
    };
  }

  private createTask(id: string, task: OneOffTask): TaskDefinition {
    const { environment, service, names, image, needs, logGroup, taskRole, database } = this.props;
    return new TaskDefinition(this, id, {
      family: task.family,
      containerName: names.container,
      launchType: service.launchType,
      cpu: service.cpu,
      memoryMiB: service.memory,
      image,
      command: ["node", "--enable-source-maps", "database.cjs", task.command],
      environment: {
        ...task.environment,
        NODE_ENV: "production",
        ENVIRONMENT: environment.name,
        SERVICE_NAME: service.name,
      },
      secrets: task.secrets,
      stopTimeoutSeconds: service.stopTimeoutSeconds,
      logGroup,
      region: environment.region,
      executionRole: this.executionRole.role,
      taskRole,
      revisionParameterName: task.parameter,
      dependsOn: [...needs, ...database.users.map(({ secret }) => secret.version)],
    });
  }
}
