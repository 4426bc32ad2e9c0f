import type { Pool, PoolConnection, ResultSetHeader } from "mysql2";
import type { Logger } from "pino";
import { CircuitBreaker } from "./circuit-breaker";
import { lazy } from "./lazy";
import type { ShutdownHook } from "./lifecycle";
import { connectionOptions, ISOLATION_STATEMENT, SESSION_STATEMENT } from "./mysql-connection";
import type { DatabaseAccess } from "./mysql-environment";
import { connectFault, DatabaseUnavailable, isAnswer, isDeadlock, isQueueFull, statementFault } from "./mysql-fault";
import type { WarmUp } from "./warm-up";

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

/** Statements of which all have an effect, or none. */
export interface Transactions {
  /**
   * Runs the work in a transaction: committed when it ends, rolled back when it fails.
   *
   * @param work is run again when the database chose it to end a deadlock. It may wait for nothing but its statements: the
   * connection is its own
   * @returns what the work does
   * @throws what the work does; DatabaseUnavailable (503) when it is not known whether it was committed, too
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>;
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

/** How often a deadlock's victim tries. */
const DEADLOCK_TRIES = 3;

const NONE_FREE = "no connection was free";

/**
 * Makes the pool of a task, when it is called for: bounded in connections and in requests that wait for one. The driver is
 * loaded only then, for nothing of it is needed to listen, and it takes as long as all else of a small service.
 */
export function createDriverPool(access: DatabaseAccess, connectionLimit: number): () => Promise<DriverPool> {
  return async () => {
    const { createPool } = await import("mysql2");
    return createPool({
      ...connectionOptions(access, CONNECT_TIMEOUT_MILLISECONDS),
      connectionLimit,
      queueLimit: connectionLimit * WAITING_PER_CONNECTION,
      waitForConnections: true,
    });
  };
}

/** Settles as the promise does, or rejects after the time; what comes later goes to `late`. */
function within<T>(milliseconds: number, promise: Promise<T>, reason: string, late: (value: T) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const giveUp = () => {
      over = true;
      reject(new DatabaseUnavailable(reason));
    };
    // A task that got no processor for as long finds the timer first and then the answer that has come meanwhile: what the
    // event loop has to read is read before anything is given up. (What is settled by then stays so.)
    const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
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
export class Database implements Statements, Transactions {
  readonly #pool: () => Promise<DriverPool>;
  readonly #logger: Logger;
  readonly #breaker = new CircuitBreaker(OUTAGE_PAUSE_MILLISECONDS);

  /** @param createPool called once, before the first statement or by {@link warmUp} */
  constructor(createPool: () => Promise<DriverPool>, logger: Logger) {
    this.#pool = lazy(async () => prepared(await createPool()));
    this.#logger = logger;
  }

  /** Makes the pool, without a connection: what the first request would wait for otherwise. */
  get warmUp(): WarmUp {
    return { name: "database", run: this.#pool };
  }

  /** Ends the connections after the last request. */
  get shutdownHook(): ShutdownHook {
    const run = async () => {
      const pool = await this.#pool();
      return new Promise<void>((resolve, reject) => pool.end((error) => (error ? reject(error) : resolve())));
    };
    return { name: "database", run };
  }

  async read<Row extends object>(statement: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return this.#connected((connection) => this.#on(connection).read<Row>(statement, values));
  }

  async write(statement: string, values: readonly SqlValue[] = []): Promise<Written> {
    return this.#connected((connection) => this.#on(connection).write(statement, values));
  }

  async transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#connected((connection) => this.#inTransaction(connection, work));
      } catch (error) {
        if (!isDeadlock(error) || attempt === DEADLOCK_TRIES) throw error;
      }
    }
  }

  async #inTransaction<Result>(
    connection: PoolConnection,
    work: (statements: Statements) => Promise<Result>,
  ): Promise<Result> {
    await this.#answer(query(connection, "START TRANSACTION"));
    try {
      const result = await work(this.#on(connection));
      await this.#answer(query(connection, "COMMIT"));
      return result;
    } catch (error) {
      // A connection that is not to be used again takes its transaction with it.
      if (!(error instanceof DatabaseUnavailable)) await this.#answer(query(connection, "ROLLBACK"));
      throw error;
    }
  }

  #on(connection: PoolConnection): Statements {
    return {
      read: async <Row extends object>(statement: string, values: readonly SqlValue[] = []) =>
        (await this.#answer(execute(connection, statement, values))) as Row[],
      write: async (statement, values = []) => {
        const { affectedRows, insertId } = (await this.#answer(
          execute(connection, statement, values),
        )) as ResultSetHeader;
        return { rows: affectedRows, insertId };
      },
    };
  }

  /** A connection for the work. One whose statement has no answer, or that is lost, is none to be used again. */
  async #connected<Result>(work: (connection: PoolConnection) => Promise<Result>): Promise<Result> {
    const connection = await this.#acquire();
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) connection.destroy();
      else connection.release();
      throw error;
    }
  }

  /** What the database answers to a statement, in time. */
  async #answer(asked: Promise<unknown>): Promise<unknown> {
    try {
      return await within(STATEMENT_TIMEOUT_MILLISECONDS, asked, "statement timeout", () => undefined);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw statementFault(error);
      this.#noAnswer(error);
      throw error;
    }
  }

  async #acquire(): Promise<PoolConnection> {
    const pool = await this.#pool();
    if (!this.#breaker.mayTry()) throw new DatabaseUnavailable("no answer a moment ago");
    try {
      const waiting = getConnection(pool);
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

/** A pool whose connections are set up before the statement that they were made for. One that could not be is not used. */
function prepared(pool: DriverPool): DriverPool {
  pool.on("connection", (connection) => {
    // What a statement learns from it, it is told; the pool itself hears the first fault of a connection only, and one
    // that nobody hears would end the process.
    connection.on("error", () => undefined);
    for (const statement of [SESSION_STATEMENT, ISOLATION_STATEMENT]) {
      connection.query(statement, (error) => error && connection.destroy());
    }
  });
  return pool;
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

/** What takes no values and can't be prepared everywhere: the statements of a transaction. */
function query(connection: PoolConnection, sql: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, result) => (error ? reject(error) : resolve(result)));
  });
}
