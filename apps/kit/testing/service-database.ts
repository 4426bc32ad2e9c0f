import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { buildService } from "../build.mjs";
import type { DatabaseUser } from "../src/database/users";
import { type MysqlServer, startMysqlServer } from "./mysql-server";
import { type Exit, type LogLine, type RunningService, runBundle, runService, taskVariables } from "./run-service";

/** How a one-off task ended, and what it logged. */
export interface CommandRun extends Exit {
  readonly lines: readonly LogLine[];
}

/** A system's services and their database. */
export interface ServiceDatabaseOptions<User extends string> {
  /** The name of the database. */
  readonly name: string;
  readonly users: Readonly<Record<User, DatabaseUser["access"]>>;
  /** The folders of the services; a service has the name of its folder, and so has its user. */
  readonly services: readonly string[];
  /** The folder of the service whose image holds the migrations. */
  readonly migrations: string;
}

/** Services and a database for them, as they are deployed: bundles, users with their rights, the schema. */
export interface ServiceDatabase<User extends string> {
  readonly server: MysqlServer;
  /** Runs `database.cjs`. @param changed variables other than the stack would set */
  command(name: "prepare" | "migrate" | "seed", changed?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** Runs `database.cjs` with each of these in turn. @throws when one of them does not end with status 0 */
  commands(...names: readonly ("prepare" | "migrate" | "seed")[]): Promise<void>;
  /** What a service's task gets to connect as a user. */
  variablesOf(user: User): Readonly<Record<string, string>>;
  /** Runs a service. @param changed variables besides those that every task gets, and those of the database */
  start(service: User, changed?: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Ends the server; processes are ended by `killRunning`. */
  close(): Promise<void>;
}

const secret = () => randomBytes(24).toString("base64url");
const passwordVariable = (user: string) => `DB_PASSWORD_${user.toUpperCase().replaceAll("-", "_")}`;

/** Starts a database server and builds the services; the database itself is for `command("prepare")` to make. */
export async function startServiceDatabase<User extends string>(
  options: ServiceDatabaseOptions<User>,
): Promise<ServiceDatabase<User>> {
  const folder = await mkdtemp(join(tmpdir(), "services-"));
  const build = (directory: string) =>
    buildService({ directory, version: "1.2.3", outdir: join(folder, basename(directory)) });
  const [server] = await Promise.all([startMysqlServer(), ...options.services.map(build)]);

  const users = Object.entries<DatabaseUser["access"]>(options.users).map(([name, access]) => ({
    name,
    access,
    passwordVariable: passwordVariable(name),
  }));
  const passwords = Object.fromEntries(users.map((user) => [user.passwordVariable, secret()]));
  const address = {
    APP_DB_HOST: server.host,
    APP_DB_PORT: String(server.port),
    APP_DB_NAME: options.name,
    APP_DB_CA: server.ca,
  };
  const migrations = basename(options.migrations);
  const task = { SERVICE_NAME: migrations, ENVIRONMENT: "local", NODE_ENV: "production" };

  const variablesOf = (user: string) => ({
    ...address,
    APP_DB_USER: user,
    APP_DB_PASSWORD: passwords[passwordVariable(user)] ?? "",
  });
  const migrator = users.find(({ access }) => access === "migrate")?.name ?? "";
  const variablesFor = {
    prepare: {
      ...address,
      ...passwords,
      DATABASE_USERS: JSON.stringify(users),
      MASTER_USER: server.master.user,
      MASTER_PASSWORD: server.master.password,
    },
    migrate: variablesOf(migrator),
    seed: variablesOf(migrator),
  };

  const command: ServiceDatabase<User>["command"] = async (name, changed = {}) => {
    const variables = { ...task, ...variablesFor[name], ...changed };
    const { exited, lines } = runBundle(join(folder, migrations, "database.cjs"), variables, [name]);
    return { ...(await exited), lines };
  };

  return {
    server,
    variablesOf,
    command,
    commands: async (...names) => {
      for (const name of names) {
        const { status, stderr, lines } = await command(name);
        if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}${JSON.stringify(lines)}`);
      }
    },
    start: (service, changed = {}) =>
      runService(join(folder, service, "main.cjs"), {
        ...taskVariables,
        ...variablesOf(service),
        SERVICE_NAME: service,
        LAUNCH_TYPE: "FARGATE",
        APP_DB_CONNECTION_LIMIT: "5",
        ...changed,
      }),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
