import { createPool, type Pool, type PoolConnection, type ResultSetHeader } from "mysql2";
import type { Logger } from "pino";
import { CircuitBreaker } from "./circuit-breaker";
import type { ShutdownHook } from "./lifecycle";
import { connectionOptions, SESSION_STATEMENT } from "./mysql-connection";
import type { DatabaseAccess } from "./mysql-environment";
import { connectFault, DatabaseUnavailable, isAnswer, isQueueFull, statementFault } from "./mysql-fault";

/** What a prepared statement takes for its placeholders. */
export type SqlValue = string | number;

/** What a statement that writes did. */
export interface Written {
  /** Rows that the statement found, whether or not they were different before. */
  readonly rows: number;
  /** The number that the database gave to a new row; 0 without one. */
  readonly insertId: number;
}

/**
 * Statements of an app. Every one is prepared: the text is the app's own, values only ever take the place of a `?`.
 *
 * @throws DatabaseUnavailable (503), StatementRefused
 */
export interface Statements {
  read<Row extends object>(statement: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  write(statement: string, values?: readonly SqlValue[]): Promise<Written>;
}

/** What is used of mysql2's pool. */
export type DriverPool = Pick<Pool, "getConnection" | "on" | "end">;

/** A server that is there answers in milliseconds; a task whose processors are busy may take longer to hear it. */
const CONNECT_TIMEOUT_MILLISECONDS = 2000;
/** How long a request waits for a connection that is free; longer than a connect takes. */
const ACQUIRE_TIMEOUT_MILLISECONDS = 5000;
/** Longer than a statement waits for a lock. */
const STATEMENT_TIMEOUT_MILLISECONDS = 5000;
/** How long an outage is remembered before the next request may look whether it is over. */
const OUTAGE_PAUSE_MILLISECONDS = 1000;
/** Requests that wait, for each connection: what a statement of a few milliseconds can serve well within a second. */
const WAITING_PER_CONNECTION = 20;

const NONE_FREE = "no connection was free";

/** Makes the pool of a task: bounded in connections and in requests that wait for one. */
export function createDriverPool(access: DatabaseAccess, connectionLimit: number): DriverPool {
  return createPool({
    ...connectionOptions(access, CONNECT_TIMEOUT_MILLISECONDS),
    connectionLimit,
    queueLimit: connectionLimit * WAITING_PER_CONNECTION,
    waitForConnections: true,
  });
}

/** Settles as the promise does, or rejects after the time; what comes later goes to `late`. */
function within<T>(milliseconds: number, promise: Promise<T>, reason: string, late: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new DatabaseUnavailable(reason));
    }, milliseconds);
    promise.then(
      (value) => {
        clearTimeout(timer);
        over ? late(value) : resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/**
 * The database of a service: a pool that comes back by itself after an outage.
 *
 * While the database does not answer, requests are refused at once (503): the outage is remembered for a second, then one
 * request may look whether it is over. A full queue refuses at once, too.
 */
export class Database implements Statements {
  readonly #pool: DriverPool;
  readonly #logger: Logger;
  readonly #breaker = new CircuitBreaker(OUTAGE_PAUSE_MILLISECONDS);

  constructor(pool: DriverPool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
    // Sent before the statement that the connection was made for. One that could not be set up is not used.
    pool.on("connection", (connection) => {
      // What a statement learns from it, it is told; the pool itself hears the first fault of a connection only, and one
      // that nobody hears would end the process.
      connection.on("error", () => undefined);
      connection.query(SESSION_STATEMENT, (error) => error && connection.destroy());
    });
  }

  /** Ends the connections after the last request. */
  get shutdownHook(): ShutdownHook {
    const run = () =>
      new Promise<void>((resolve, reject) => this.#pool.end((error) => (error ? reject(error) : resolve())));
    return { name: "database", run };
  }

  async read<Row extends object>(statement: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return (await this.#execute(statement, values)) as Row[];
  }

  async write(statement: string, values: readonly SqlValue[] = []): Promise<Written> {
    const { affectedRows, insertId } = (await this.#execute(statement, values)) as ResultSetHeader;
    return { rows: affectedRows, insertId };
  }

  async #execute(statement: string, values: readonly SqlValue[]): Promise<unknown> {
    const connection = await this.#acquire();
    try {
      const result = await within(
        STATEMENT_TIMEOUT_MILLISECONDS,
        execute(connection, statement, values),
        "statement timeout",
        () => undefined,
      );
      connection.release();
      return result;
    } catch (error) {
      throw this.#failed(error, connection);
    }
  }

  /** A connection whose statement has no answer, or that is lost, is none to be used again. */
  #failed(error: unknown, connection: PoolConnection): Error {
    const fault = error instanceof DatabaseUnavailable ? error : statementFault(error);
    if (!(fault instanceof DatabaseUnavailable)) {
      connection.release();
      return fault;
    }
    connection.destroy();
    if (error === fault) this.#noAnswer(fault);
    return fault;
  }

  async #acquire(): Promise<PoolConnection> {
    if (!this.#breaker.mayTry()) throw new DatabaseUnavailable("no answer a moment ago");
    try {
      const waiting = getConnection(this.#pool);
      const connection = await within(ACQUIRE_TIMEOUT_MILLISECONDS, waiting, NONE_FREE, (late) => late.release());
      this.#answered();
      return connection;
    } catch (error) {
      // All connections busy is no outage: to remember it would turn every peak into one.
      if (error instanceof DatabaseUnavailable || isQueueFull(error)) {
        this.#breaker.undecided();
        throw new DatabaseUnavailable(NONE_FREE);
      }
      const fault = connectFault(error);
      if (isAnswer(error)) this.#answered();
      else this.#noAnswer(fault);
      throw fault;
    }
  }

  #answered(): void {
    if (this.#breaker.succeeded()) this.#logger.info("the database answers again");
  }

  #noAnswer(fault: DatabaseUnavailable): void {
    if (this.#breaker.failed()) this.#logger.error({ reason: fault.reason }, "the database does not answer");
  }
}

function getConnection(pool: DriverPool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });
}

function execute(connection: PoolConnection, sql: string, values: readonly SqlValue[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.execute(sql, [...values], (error, result) => (error ? reject(error) : resolve(result)));
  });
}
