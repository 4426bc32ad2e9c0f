import { type Connection, createConnection } from "mysql2/promise";
import { CommandFailure } from "../command";
import { type ConnectionAccess, connectionOptions, SESSION_STATEMENT } from "../mysql-connection";
import { statementFault } from "../mysql-fault";

const CONNECT_TIMEOUT_MILLISECONDS = 10_000;

/** The faults of a connection or a statement in words: never with the statement, which may have a password in it. */
function failure(what: string, error: unknown): CommandFailure {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return new CommandFailure(`${what}: ${code ?? message}`);
}

/** One connection of a one-off task. */
export class TaskConnection {
  private constructor(private readonly connection: Connection) {}

  /** Connects, does the work, and disconnects. @throws CommandFailure */
  static async use(access: ConnectionAccess, work: (connection: TaskConnection) => Promise<void>): Promise<void> {
    const { host, port, user } = access;
    const connection = await createConnection(connectionOptions(access, CONNECT_TIMEOUT_MILLISECONDS)).catch(
      (error) => {
        throw failure(`the database at ${host}:${port} does not take a connection of ${user}`, error);
      },
    );
    // A fault between two statements: the next one tells.
    connection.on("error", () => undefined);
    try {
      await connection.query(SESSION_STATEMENT);
      await work(new TaskConnection(connection));
    } finally {
      connection.destroy();
    }
  }

  /** Runs a prepared statement. @throws StatementRefused, DatabaseUnavailable */
  async read<Row extends object>(
    statement: string,
    values: readonly (string | number)[] = [],
  ): Promise<readonly Row[]> {
    try {
      const [rows] = await this.connection.execute(statement, [...values]);
      return rows as Row[];
    } catch (error) {
      throw statementFault(error);
    }
  }

  /** As {@link read}, without rows. */
  async write(statement: string, values: readonly (string | number)[] = []): Promise<void> {
    await this.read(statement, values);
  }

  /**
   * Runs a statement that can't be prepared with values in it (users and grants); they are escaped.
   *
   * @param what it does, for a message
   * @throws CommandFailure
   */
  async escaped(what: string, statement: string, values: readonly string[] = []): Promise<void> {
    try {
      await this.connection.query(statement, [...values]);
    } catch (error) {
      throw failure(`the database refused to ${what}`, error);
    }
  }
}
