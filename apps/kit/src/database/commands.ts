import type { Command } from "../command";
import { migrateCommand } from "./migrate";
import type { Migration } from "./migration";
import { prepareCommand } from "./prepare";
import { type Samples, seedCommand } from "./seed";

/** What a service whose image holds the migrations has of its own. */
export interface DatabaseDefinition {
  /** The schema, from the beginning; of all services that share the database. */
  readonly migrations: readonly Migration[];
  readonly samples: Samples;
}

/**
 * The one-off tasks of a system's database, for `runCommand`: `prepare` makes the database and its users, `migrate` brings the
 * schema up to date, `seed` adds samples. They are what `src/commands/database.ts` of the service with `database.migrations`
 * in its service.json consists of.
 */
export function databaseCommands({ migrations, samples }: DatabaseDefinition): Readonly<Record<string, Command>> {
  return { prepare: prepareCommand, migrate: migrateCommand(migrations), seed: seedCommand(samples) };
}
