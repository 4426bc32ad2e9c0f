import { type Command, type CommandLog, command } from "../command";
import { databaseAccess } from "../mysql-environment";
import { TaskConnection } from "./connection";
import { migratorEnvironment, withLock } from "./migrate";

/** Rows to try a service with. */
export interface Samples {
  /** The table they are for; its name is what the log calls them. */
  readonly table: string;
  readonly columns: readonly string[];
  /** As many values as there are columns. */
  readonly rows: readonly (readonly (string | number)[])[];
}

async function addSamples(connection: TaskConnection, samples: Samples, logger: CommandLog): Promise<void> {
  const { table, columns, rows } = samples;
  const present = await connection.read(`SELECT 1 FROM ${table} LIMIT 1`);
  if (present.length > 0) {
    logger.info(`there are ${table}: no samples added`);
    return;
  }
  const insert = `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  for (const row of rows) await connection.write(insert, row);
  logger.info({ table, added: rows.length }, "samples added");
}

/** Adds the sample rows where the table has none yet, as the user migrator. */
export function seedCommand(samples: Samples): Command {
  return command(migratorEnvironment, (values, logger) => {
    const access = databaseAccess(values);
    return TaskConnection.use(access, (connection) =>
      withLock(connection, access.name, () => addSamples(connection, samples, logger)),
    );
  });
}
