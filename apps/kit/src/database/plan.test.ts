import { describe, expect, it } from "vitest";
import { type AppliedMigration, checksum } from "./history";
import type { Migration } from "./migration";
import { planMigrations } from "./plan";

const one: Migration = { id: 1, name: "one", statements: ["CREATE TABLE a (b INT)"] };
const two: Migration = { id: 2, name: "two", statements: ["ALTER TABLE a ADD c INT", "ALTER TABLE a ADD d INT"] };
const done = (migration: Migration): AppliedMigration => ({
  id: migration.id,
  name: migration.name,
  checksum: checksum(migration),
  statements: migration.statements.length,
  finished: 1,
});

describe("planMigrations", () => {
  it("has all to do for an empty database, and nothing for one that has it all", () => {
    expect(planMigrations([one, two], [])).toEqual({ pending: [one, two], later: [] });
    expect(planMigrations([one, two], [done(one)])).toEqual({ pending: [two], later: [] });
    expect(planMigrations([one, two], [done(one), done(two)])).toEqual({ pending: [], later: [] });
  });

  it("leaves those of a later release alone: it was rolled back", () => {
    expect(planMigrations([one], [done(one), done(two)])).toEqual({ pending: [], later: [done(two)] });
  });

  it("refuses a migration that was changed after it had run", () => {
    const changed = { ...one, statements: ["CREATE TABLE a (b BIGINT)"] };
    expect(() => planMigrations([changed, two], [done(one)])).toThrow(
      'migration 1 (one) has run already, as "one", and is another one now: its checksum has changed. Nothing was changed now. ' +
        "To mend: put it back as it was, and make the change in a new migration behind it",
    );
    expect(() => planMigrations([{ ...one, name: "uno" }], [done(one)])).toThrow(
      'migration 1 (uno) has run already, as "one"',
    );
  });

  it("refuses to go on behind one that was not finished, and says what to do", () => {
    expect(() => planMigrations([one, two], [done(one), { ...done(two), statements: 1, finished: 0 }])).toThrow(
      "migration 2 (two) was begun and not finished: 1 of its statements have run, and perhaps the next one. Nothing was changed now. " +
        "To mend: compare the schema with the migration; then undo by hand",
    );
  });

  it("refuses one that was put in before one that has run", () => {
    expect(() => planMigrations([one, two], [done(two)])).toThrow(
      "migration 1 (one) has not run, but a later one has (2). Nothing was changed now. To mend: give it a number behind the last one",
    );
  });
});
