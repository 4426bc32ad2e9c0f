import { CommandFailure } from "../command";
import { type AppliedMigration, checksum } from "./history";
import type { Migration } from "./migration";

/** What is left to do. */
export interface MigrationPlan {
  readonly pending: readonly Migration[];
  /** Migrations of a later release that have run: this release is an earlier one, rolled back to. */
  readonly later: readonly AppliedMigration[];
}

function requireWhole({ id, name, statements, finished }: AppliedMigration): void {
  if (finished === 1) return;
  throw new CommandFailure(
    `migration ${id} (${name}) was begun and not finished: ${statements} of its statements have run, and perhaps the next one. ` +
      "Nothing was changed now. To mend: compare the schema with the migration; then undo by hand what has run and delete " +
      `its row ${id} of the table "applied", or complete it by hand and set the row's "finished"; then run this again`,
  );
}

function requireSame(applied: AppliedMigration, migration: Migration): void {
  if (applied.checksum === checksum(migration)) return;
  throw new CommandFailure(
    `migration ${applied.id} (${migration.name}) has run already, as "${applied.name}", and is another one now: its checksum has ` +
      "changed. Nothing was changed now. To mend: put it back as it was, and make the change in a new migration behind it",
  );
}

/** Compares what has run with what there is. @throws CommandFailure when they contradict each other */
export function planMigrations(migrations: readonly Migration[], applied: readonly AppliedMigration[]): MigrationPlan {
  applied.forEach(requireWhole);
  for (const one of applied) {
    const migration = migrations.find(({ id }) => id === one.id);
    if (migration) requireSame(one, migration);
  }
  const latest = Math.max(0, ...applied.map(({ id }) => id));
  const pending = migrations.filter(({ id }) => !applied.some((one) => one.id === id));
  const late = pending.find(({ id }) => id < latest);
  if (late) {
    throw new CommandFailure(
      `migration ${late.id} (${late.name}) has not run, but a later one has (${latest}). Nothing was changed now. ` +
        "To mend: give it a number behind the last one",
    );
  }
  return { pending, later: applied.filter(({ id }) => !migrations.some((one) => one.id === id)) };
}
