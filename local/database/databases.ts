import { join } from "node:path";
import { deploymentUnit } from "../../config/deployment-unit";
import { groupBy } from "../../config/group-by";
import type { Project } from "../../config/load";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { MysqlExecutable } from "../../tools/setup/mysql";
import type { Terminal } from "../../tools/terminal/terminal";
import type { ClientSettings } from "../cloud/variables";
import type { RunFolder } from "../run-folder";
import { Foundation } from "./foundation";
import { MasterUsers } from "./master-users";
import { MysqlServer } from "./mysql-server";
import { followInstances } from "./power";

export interface DatabasesOptions {
  readonly executable: MysqlExecutable;
  readonly run: RunFolder;
  /** How many: see `databasesOf`. */
  readonly count: number;
  /** Address at which containers reach this machine. @default - tasks are processes of this machine */
  readonly bridge?: string | undefined;
  readonly maxConnections: number | undefined;
}

/** The databases of a run: a server for each instance of the emulated RDS, and what RDS asks of it. */
export class Databases {
  #users: MasterUsers | undefined;

  private constructor(
    private readonly servers: readonly MysqlServer[],
    /** File with the certificate of the authority that vouches for all of them. */
    readonly caFile: string,
  ) {}

  /** Starts the servers. @throws Failure with a server's words */
  static async start(lifetime: Lifetime, options: DatabasesOptions): Promise<Databases> {
    const { executable, run, count, bridge, maxConnections } = options;
    const folder = join(run.path, "database");
    const foundation = await Foundation.make(lifetime, {
      executable,
      folder: join(folder, "common"),
      log: run.log("database"),
      ...(bridge !== undefined && { extraAddresses: [bridge] }),
    });
    const numbers = Array.from({ length: count }, (_, index) => String(index + 1));
    const servers = numbers.map((number) =>
      MysqlServer.start(lifetime, {
        foundation,
        folder: join(folder, number),
        log: run.log(`database-${number}`),
        maxConnections,
      }),
    );
    return new Databases(await Promise.all(servers), foundation.caFile);
  }

  /** `HOST:PORT` of each, as tasks reach it. */
  get addresses(): readonly string[] {
    return this.servers.map(({ address }) => address);
  }

  /** From now on each server has the master user of its instance, and is stopped when the instance is. */
  connect(lifetime: Lifetime, settings: ClientSettings, terminal: Terminal): void {
    const options = {
      servers: this.servers,
      settings,
      onFault: (message: string) => terminal.warn(`database: ${message}`),
    };
    this.#users = MasterUsers.watch(lifetime, options);
    followInstances(lifetime, options);
  }

  /** Returns when the master users of all instances that there are now are there; later ones get theirs within seconds. */
  async prepareMasterUsers(): Promise<void> {
    await this.#users?.synchronise();
  }
}

/**
 * How many databases these systems have: one for each of their units, where a service has a user of it, and one more where pipelines deploy such
 * a service to production too.
 */
export function databasesOf({ environment, services }: Project, systems: readonly string[]): number {
  const byUnit = groupBy(
    services.filter(({ system, database }) => systems.includes(system) && database !== undefined),
    deploymentUnit,
  );
  const counts = [...byUnit.values()].map((users) => {
    const production = environment.pipelines !== undefined && users.some(({ pipeline }) => pipeline);
    return 1 + (production ? 1 : 0);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
