import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildService } from "@express-on-ecs/kit/build";
import { type MysqlServer, startMysqlServer } from "@express-on-ecs/kit/testing/mysql-server";
import {
  type Exit,
  type LogLine,
  type RunningService,
  runBundle,
  runService,
  taskVariables,
} from "@express-on-ecs/kit/testing/run-service";

/** How a one-off task ended, and what it logged. */
export interface CommandRun extends Exit {
  readonly lines: readonly LogLine[];
}

/** The two services and a database for them, as they are deployed: bundles, users with their rights, the schema. */
export interface SuppliersDatabase {
  readonly server: MysqlServer;
  /** Runs `database.cjs`. @param changed variables other than the stack would set */
  command(name: "prepare" | "migrate" | "seed", changed?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** What a service's task gets to connect as a user. */
  variablesOf(user: "customer" | "employee" | "migrator"): Readonly<Record<string, string>>;
  /** Runs a service. */
  start(service: "customer" | "employee", changed?: Readonly<Record<string, string>>): Promise<RunningService>;
  /** Ends the server; processes are ended by `killRunning`. */
  close(): Promise<void>;
}

const APPS = dirname(dirname(import.meta.dirname));
const NAME = "COFFEE";
const USERS = [
  { name: "customer", access: "read", passwordVariable: "DB_PASSWORD_CUSTOMER" },
  { name: "employee", access: "write", passwordVariable: "DB_PASSWORD_EMPLOYEE" },
  { name: "migrator", access: "migrate", passwordVariable: "DB_PASSWORD_MIGRATOR" },
] as const;

const secret = () => randomBytes(24).toString("base64url");

/** Starts a database server and builds both services; the database itself is for `command("prepare")` to make. */
export async function startSuppliersDatabase(): Promise<SuppliersDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "suppliers-"));
  const build = (service: string) =>
    buildService({ directory: join(APPS, service), version: "1.2.3", outdir: join(folder, service) });
  const [server] = await Promise.all([startMysqlServer(), build("customer"), build("employee")]);

  const passwords = Object.fromEntries(USERS.map(({ passwordVariable }) => [passwordVariable, secret()]));
  const address = {
    APP_DB_HOST: server.host,
    APP_DB_PORT: String(server.port),
    APP_DB_NAME: NAME,
    APP_DB_CA: server.ca,
  };
  const task = { SERVICE_NAME: "employee", ENVIRONMENT: "local", NODE_ENV: "production" };
  const csrfSecret = secret();

  const variablesOf: SuppliersDatabase["variablesOf"] = (user) => ({
    ...address,
    APP_DB_USER: user,
    APP_DB_PASSWORD: passwords[`DB_PASSWORD_${user.toUpperCase()}`] ?? "",
  });

  const variablesFor = {
    prepare: {
      ...address,
      ...passwords,
      DATABASE_USERS: JSON.stringify(USERS),
      MASTER_USER: server.master.user,
      MASTER_PASSWORD: server.master.password,
    },
    migrate: variablesOf("migrator"),
    seed: variablesOf("migrator"),
  };

  return {
    server,
    variablesOf,
    command: async (name, changed = {}) => {
      const variables = { ...task, ...variablesFor[name], ...changed };
      const { exited, lines } = runBundle(join(folder, "employee", "database.cjs"), variables, [name]);
      return { ...(await exited), lines };
    },
    start: (service, changed = {}) =>
      runService(join(folder, service, "main.cjs"), {
        ...taskVariables,
        ...variablesOf(service),
        SERVICE_NAME: service,
        LAUNCH_TYPE: "FARGATE",
        APP_DB_CONNECTION_LIMIT: "5",
        ...(service === "employee" && { CSRF_SECRET: csrfSecret }),
        ...changed,
      }),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
