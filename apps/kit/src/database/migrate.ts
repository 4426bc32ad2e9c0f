import { type Command, CommandFailure, type CommandLog, command } from "../command";
import { commandEnvironment } from "../environment";
import { databaseAccess, databaseUserVariables } from "../mysql-environment";
import { TaskConnection } from "./connection";
import { MigrationHistory } from "./history";
import type { Migration } from "./migration";
import { planMigrations } from "./plan";

/** Of a task that changes the database: where it is, and as whom. */
export const migratorEnvironment = commandEnvironment.extend(databaseUserVariables);

/** As long as another task's migration of a large table may take. */
const LOCK_SECONDS = 300;

/** Runs the work while no other task changes this database. @throws CommandFailure */
export async function withLock(
  connection: Pick<TaskConnection, "read">,
  database: string,
  work: () => Promise<void>,
): Promise<void> {
  const name = `${database}.migrations`;
  const [lock] = await connection.read<{ got: number | null }>("SELECT GET_LOCK(?, ?) AS got", [name, LOCK_SECONDS]);
  if (lock?.got !== 1) {
    throw new CommandFailure(
      `another task has been changing the database ${database} for ${LOCK_SECONDS} s: wait until it has ended, and run this again`,
    );
  }
  // Given back with the connection, however it ends.
  await work();
}

async function apply(connection: TaskConnection, history: MigrationHistory, migration: Migration): Promise<void> {
  await history.begin(migration);
  for (const statement of migration.statements) {
    await connection.write(statement);
    await history.step(migration);
  }
  await history.finish(migration);
}

async function applyAll(
  connection: TaskConnection,
  database: string,
  migrations: readonly Migration[],
  logger: CommandLog,
): Promise<void> {
  const history = new MigrationHistory(connection, database);
  await history.create();
  const { pending, later } = planMigrations(migrations, await history.read());
  for (const { id, name } of later) logger.info({ migration: id, name }, "migration of a later release: left as it is");
  for (const migration of pending) {
    const { id, name } = migration;
    try {
      await apply(connection, history, migration);
    } catch (error) {
      logger.error({ err: error, migration: id }, "statement failed");
      throw new CommandFailure(`migration ${id} (${name}) failed: the next run says what to do`);
    }
    logger.info({ migration: id, name }, "migration done");
  }
  logger.info({ database, done: pending.length }, "schema up to date");
}

/** Brings the schema up to date, as the user migrator: each migration once, one task at a time. */
export function migrateCommand(migrations: readonly Migration[]): Command {
  return command(migratorEnvironment, (values, logger) => {
    const access = databaseAccess(values);
    return TaskConnection.use(access, (connection) =>
      withLock(connection, access.name, () => applyAll(connection, access.name, migrations, logger)),
    );
  });
}
