import type { MysqlExecutable } from "../../tools/setup/mysql";

/** MySQL 8.4's own default, which MariaDB's differs from ("Server SQL Modes" of the MySQL 8.4 reference manual). */
const SQL_MODE =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

export interface ServerFiles {
  readonly data: string;
  /** Folder for temporary tables. */
  readonly temporary: string;
  readonly socket: string;
  readonly certificate: string;
  readonly key: string;
}

export interface ServerSettings extends ServerFiles {
  readonly port: number;
  /** Addresses to listen on. */
  readonly addresses: readonly string[];
  readonly maxConnections: number;
}

/**
 * What a server is told when it makes its files and when it runs: small files, little memory, nobody's configuration.
 *
 * @param temporary a folder of the server's own: when a MariaDB starts, it removes the temporary tables of every other one
 *   that uses its folder ("Could not remove temporary table: '/tmp/#sql-temptable-adc-1-6', error: 2", "Unknown table
 *   'mysql.tmp_proxies_priv'")
 */
export function commonArguments({ product }: MysqlExecutable, temporary: string): readonly string[] {
  // MySQL has it from 8.0.30 on.
  const redoLog = product === "MariaDB" ? "--innodb-log-file-size=16M" : "--loose-innodb-redo-log-capacity=32M";
  return [
    "--no-defaults",
    ...asRoot(),
    redoLog,
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    `--tmpdir=${temporary}`,
  ];
}

/** The arguments of a server as RDS has it where it matters to a program: TLS only, strict, utf8mb4, no local files. */
export function serverArguments(executable: MysqlExecutable, settings: ServerSettings): readonly string[] {
  return [
    ...commonArguments(executable, settings.temporary),
    `--datadir=${settings.data}`,
    `--socket=${settings.socket}`,
    `--pid-file=${settings.data}/server.pid`,
    `--port=${settings.port}`,
    `--bind-address=${settings.addresses.join(",")}`,
    `--max-connections=${settings.maxConnections}`,
    `--ssl-cert=${settings.certificate}`,
    `--ssl-key=${settings.key}`,
    "--require-secure-transport=ON",
    "--tls-version=TLSv1.2,TLSv1.3",
    "--skip-name-resolve",
    "--local-infile=OFF",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    `--sql-mode=${SQL_MODE}`,
    // What a crash of the whole machine could cost is a second of a run that such a crash ends.
    "--innodb-flush-log-at-trx-commit=2",
    // The protocol X of MySQL, on a port of its own.
    "--loose-mysqlx=OFF",
  ];
}

/** The server refuses to run as root unless it is told to. */
function asRoot(): readonly string[] {
  return process.getuid?.() === 0 ? ["--user=root"] : [];
}
