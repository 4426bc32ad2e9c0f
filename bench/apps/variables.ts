import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type ServiceDatabase, startServiceDatabase } from "@express-on-ecs/kit/testing/service-database";
import { callVariables } from "../../config/call-variables";
import { groupBy } from "../../config/group-by";
import type { Service } from "../../config/service";
import { HOST, taskVariables } from "../app-process";

const APPS = join(import.meta.dirname, "../../apps");

/** Takes no connection: what is called is no part of what is measured. */
const NOBODY = "1";

type Variables = Readonly<Record<string, string>>;

/** Where the services' data is: a server for each system that has any, with the schema and the samples of its services. */
export class Databases {
  private constructor(private readonly ofSystem: ReadonlyMap<string, ServiceDatabase<string>>) {}

  static async start(services: readonly Service[]): Promise<Databases> {
    const withData = services.filter(({ database }) => database !== undefined);
    const started = new Map<string, ServiceDatabase<string>>();
    try {
      for (const [system, members] of groupBy(withData, (service) => service.system)) {
        const database = await startServiceDatabase(optionsOf(system, members));
        started.set(system, database);
        await database.commands("prepare", "migrate", "seed");
      }
    } catch (error) {
      await new Databases(started).close();
      throw error;
    }
    return new Databases(started);
  }

  /** What a service's task is told. */
  variablesOf(service: Service): Variables {
    const { name, system, database } = service;
    const access = database && {
      ...this.ofSystem.get(system)?.variablesOf(name),
      APP_DB_CONNECTION_LIMIT: String(database.connectionLimit),
    };
    return {
      ...taskVariables(service),
      ...access,
      ...(service.mail && mailVariables),
      ...Object.assign({}, ...service.calls.map(calledVariables)),
      ...Object.fromEntries(service.generatedSecrets.map((secret) => [secret, randomBytes(24).toString("base64url")])),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.ofSystem.values()].map((database) => database.close()));
  }
}

function optionsOf(system: string, members: readonly Service[]) {
  const owner = members.find(({ database }) => database?.migrations);
  if (!owner) throw new Error(`no service of ${system} has the migrations of its database`);
  const migrations = join(APPS, owner.name);
  const users = members.map(({ name, database }) => [name, database?.access ?? "read"] as const);
  return {
    name: system.replaceAll("-", "_"),
    users: Object.fromEntries<"read" | "write" | "migrate">([...users, ["migrator", "migrate"]]),
    services: [migrations],
    migrations,
  };
}

/** No mail is sent. */
const mailVariables: Variables = {
  AWS_REGION: "us-east-1",
  AWS_MAIL_SERVER_FROM_ADDRESS: "no-reply@example.test",
  MAIL_CONFIGURATION_SET: "mail",
};

function calledVariables(callee: string): Variables {
  const { host, port } = callVariables(callee);
  return { [host]: HOST, [port]: NOBODY };
}
