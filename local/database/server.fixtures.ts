import { join } from "node:path";
import { type ConnectionOptions, createConnection } from "mysql2/promise";
import type { Lifetime } from "../../tools/processes/lifetime";
import { findMysql, type MysqlExecutable, mysqlCandidates } from "../../tools/setup/mysql";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { Foundation, type FoundationOptions } from "./foundation";
import { MysqlServer, type MysqlServerOptions } from "./mysql-server";

type Options = Omit<ConnectionOptions, "ssl"> & { readonly ssl?: ConnectionOptions["ssl"] | undefined };

/** The server that the tests run. */
export async function mysqlExecutable(lifetime: Lifetime): Promise<MysqlExecutable> {
  const { found, unfit } = await findMysql(lifetime, mysqlCandidates());
  if (!found) throw new Error(`no MySQL server on this machine; not used: ${unfit.join(", ") || "none"}`);
  return found;
}

type ServerOptions = Omit<MysqlServerOptions, "foundation"> & Omit<FoundationOptions, "folder">;

/** A server of its own, with its foundation: in `FOLDER/server` and `FOLDER/common`, with its log in `FOLDER/log`. */
export async function startServerIn(
  lifetime: Lifetime,
  folder: string,
  options: Pick<FoundationOptions, "executable"> & Partial<ServerOptions>,
): Promise<MysqlServer> {
  const common = { log: join(folder, "log"), ...options };
  const foundation = await Foundation.make(lifetime, { ...common, folder: join(folder, "common") });
  return MysqlServer.start(lifetime, { foundation, folder: join(folder, "server"), ...common });
}

/** A server that ends with the test. */
export async function startServer(lifetime: Lifetime, options: Partial<ServerOptions> = {}): Promise<MysqlServer> {
  const executable = await mysqlExecutable(lifetime);
  return startServerIn(lifetime, temporaryFolder(), { executable, ...options });
}

/** What a statement gives over the network; the certificate has to be the server's. */
export async function query(server: MysqlServer, statement: string, options: Options): Promise<unknown> {
  const tls = { ssl: { ca: server.ca, verifyIdentity: true } };
  const given = { host: server.host, port: server.port, ...tls, ...options } as ConnectionOptions;
  const connection = await createConnection(given);
  try {
    const [rows] = await connection.query(statement);
    return rows;
  } finally {
    await connection.end();
  }
}
