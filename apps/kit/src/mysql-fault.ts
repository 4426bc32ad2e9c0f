import { Problem } from "./problem";

/** What mysql2 raises: a fault of the network, of TLS, or of the server. */
interface DriverError extends Error {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly sqlState?: unknown;
  readonly sqlMessage?: unknown;
  readonly fatal?: unknown;
}

const RETRY_AFTER_SECONDS = 2;

/** The database can't be asked now. The client gets 503 and when to come back. */
export class DatabaseUnavailable extends Problem {
  /** @param reason for the log: a code such as ECONNREFUSED, or words */
  constructor(readonly reason: string) {
    super(503, "The database does not answer at the moment. Please try again in a few seconds.", {
      "Retry-After": String(RETRY_AFTER_SECONDS),
    });
  }
}

/** What of a value or of a row a statement fails for, where an app can tell its user. */
export type RefusalKind = "duplicate" | "too long" | "constraint" | "value";

/**
 * The database refused a statement.
 *
 * Has nothing of what was to be stored: the server's own message names values (`Duplicate entry 'O'Brien-...'`), which
 * belong to people and not into a log.
 */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";

  constructor(
    readonly kind: RefusalKind | undefined,
    readonly code: string,
    message: string,
    /** The unique key that a duplicate has met: its name, such as `PRIMARY`. */
    readonly key?: string,
  ) {
    super(message);
  }
}

/** By number: mysql2's names are MySQL's, and MariaDB's 4025 has another one there. Source: MySQL 8.4, "Error Reference". */
const REFUSALS: Readonly<Record<number, RefusalKind>> = {
  1062: "duplicate", // ER_DUP_ENTRY
  1406: "too long", // ER_DATA_TOO_LONG
  3819: "constraint", // ER_CHECK_CONSTRAINT_VIOLATED
  4025: "constraint", // ER_CONSTRAINT_FAILED of MariaDB
  1048: "value", // ER_BAD_NULL_ERROR
  1264: "value", // ER_WARN_DATA_OUT_OF_RANGE
  1366: "value", // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
};

/** What a server answers that is up but can't serve this now; the same statement may succeed in a moment. */
const PASSING: ReadonlySet<number> = new Set([
  1040, // ER_CON_COUNT_ERROR
  1053, // ER_SERVER_SHUTDOWN
  1077, // ER_NORMAL_SHUTDOWN
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1205, // ER_LOCK_WAIT_TIMEOUT
  1213, // ER_LOCK_DEADLOCK
  1226, // ER_USER_LIMIT_REACHED
  1290, // ER_OPTION_PREVENTS_STATEMENT: a former writer, after a failover
  1317, // ER_QUERY_INTERRUPTED
  1836, // ER_READ_ONLY_MODE
  1927, // ER_CONNECTION_KILLED of MariaDB
]);

/** The server refuses the user or the password: the secret was changed after the task had started. */
const ACCESS_DENIED: ReadonlySet<number> = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR
  1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
]);

/** Messages of these classes have values of rows in them: data exception, integrity constraint violation. */
const SQL_STATES_WITH_VALUES = /^2[23]/;

/** `Duplicate entry '...' for key 'PRIMARY'`; MySQL has the table before it (`users.PRIMARY`), MariaDB has not. */
const DUPLICATE_KEY = / for key '(?:[^'.]*\.)?([^'.]+)'$/;

function partsOf(error: unknown) {
  const { code, errno, sqlState, sqlMessage, fatal, message } = error instanceof Error ? (error as DriverError) : {};
  return {
    code: typeof code === "string" ? code : undefined,
    number: typeof errno === "number" ? errno : 0,
    sqlState: typeof sqlState === "string" ? sqlState : undefined,
    sqlMessage: typeof sqlMessage === "string" ? sqlMessage : undefined,
    fatal: fatal === true,
    message: message ?? String(error),
  };
}

/** A fault while connecting. Whatever it is, the database can't be asked. */
export function connectFault(error: unknown): DatabaseUnavailable {
  const { code, number, message } = partsOf(error);
  // mysql2 has the one code for all faults of TLS; what it is, is in the words of OpenSSL.
  if (code === "HANDSHAKE_SSL_ERROR") return new DatabaseUnavailable(`${code}: ${message}`);
  if (!ACCESS_DENIED.has(number)) return new DatabaseUnavailable(code ?? message);
  return new DatabaseUnavailable(
    `${code}: the database refuses the user or the password; a secret that was changed is read by new tasks only`,
  );
}

/** Whether a connect failed because the server said no, and not for want of an answer. */
export function isAnswer(error: unknown): boolean {
  return partsOf(error).sqlState !== undefined;
}

/** mysql2 has no code for it. */
export function isQueueFull(error: unknown): boolean {
  return error instanceof Error && error.message === "Queue limit reached.";
}

/** The database ended a transaction, or a statement, that others waited for and that waited for them. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseUnavailable && error.reason === "ER_LOCK_DEADLOCK";
}

/** A fault of a statement on an open connection. */
export function statementFault(error: unknown): DatabaseUnavailable | StatementRefused {
  const { code, number, sqlState, sqlMessage, fatal, message } = partsOf(error);
  // A fault of the network has an errno too, but a negative one; and no SQLSTATE.
  if (fatal || sqlState === undefined || PASSING.has(number)) return new DatabaseUnavailable(code ?? message);
  const kind = REFUSALS[number];
  const silent = kind !== undefined || SQL_STATES_WITH_VALUES.test(sqlState);
  const text = silent ? `${code} (${number})` : (sqlMessage ?? message);
  const key = kind === "duplicate" ? DUPLICATE_KEY.exec(sqlMessage ?? "")?.[1] : undefined;
  return new StatementRefused(kind, code ?? String(number), text, key);
}
