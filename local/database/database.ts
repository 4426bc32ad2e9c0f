import { join } from "node:path";
import type { Service } from "../../config/service";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { MysqlExecutable } from "../../tools/setup/mysql";
import type { Terminal } from "../../tools/terminal/terminal";
import { bridgeAddress } from "../agent/docker";
import type { ClientSettings } from "../cloud/variables";
import type { RuntimeName } from "../options";
import type { RunFolder } from "../run-folder";
import { MasterUsers } from "./master-users";
import { MysqlServer } from "./mysql-server";
import { followInstances } from "./power";

export interface DatabaseOptions {
  readonly executable: MysqlExecutable;
  readonly run: RunFolder;
  readonly runtime: RuntimeName;
  readonly maxConnections: number | undefined;
}

/** The database of a run: its server, and what the emulated RDS asks of it. */
export class Database {
  #users: MasterUsers | undefined;

  private constructor(
    private readonly server: MysqlServer,
    /** `HOST:PORT` that tasks reach it at. */
    readonly address: string,
  ) {}

  /** Starts the server. Tasks in containers have a network of their own, and reach the machine by its address there. */
  static async start(lifetime: Lifetime, options: DatabaseOptions): Promise<Database> {
    const { executable, run, runtime, maxConnections } = options;
    const bridge = runtime === "docker" ? await bridgeAddress() : undefined;
    const server = await MysqlServer.start(lifetime, {
      executable,
      folder: join(run.path, "database"),
      log: run.log("database"),
      ...(bridge !== undefined && { extraAddresses: [bridge] }),
      ...(maxConnections !== undefined && { maxConnections }),
    });
    return new Database(server, `${bridge ?? server.host}:${server.port}`);
  }

  /** File with the certificate of the authority that vouches for the server. */
  get caFile(): string {
    return this.server.caFile;
  }

  /** From now on the server has the master users of the emulated RDS's instances, and is stopped when they are. */
  connect(lifetime: Lifetime, settings: ClientSettings, terminal: Terminal): void {
    const options = {
      server: this.server,
      settings,
      onFault: (message: string) => terminal.warn(`database: ${message}`),
    };
    this.#users = MasterUsers.watch(lifetime, options);
    followInstances(lifetime, options);
  }

  /** Returns when the master users of all instances are there. */
  async prepareMasterUsers(): Promise<void> {
    await this.#users?.synchronise();
  }
}

/** Whether one of these systems has a database. */
export function needsDatabase(services: readonly Service[], systems: readonly string[]): boolean {
  return services.some(({ system, database }) => systems.includes(system) && database !== undefined);
}
