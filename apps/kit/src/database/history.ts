import { createHash } from "node:crypto";
import type { TaskConnection } from "./connection";
import type { Migration } from "./migration";

/** The database beside the one of the services that says which migrations have run. */
export function historyDatabase(name: string): string {
  return `${name}_migrations`;
}

/** A migration that was begun. */
export interface AppliedMigration {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
  /** Statements that have run. */
  readonly statements: number;
  /** 1 when all of them have. */
  readonly finished: number;
}

/** What tells a migration from a changed one. */
export function checksum({ name, statements }: Migration): string {
  return createHash("sha256")
    .update(JSON.stringify([name, statements]))
    .digest("hex");
}

/** Which migrations have run. */
export class MigrationHistory {
  readonly #table: string;

  constructor(
    private readonly connection: TaskConnection,
    database: string,
  ) {
    this.#table = `\`${historyDatabase(database)}\`.applied`;
  }

  /** The table, where there is none yet. */
  create(): Promise<void> {
    return this.connection.write(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (
        id INT UNSIGNED NOT NULL PRIMARY KEY,
        name VARCHAR(255) NOT NULL,
        checksum CHAR(64) NOT NULL,
        statements INT UNSIGNED NOT NULL DEFAULT 0,
        started DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
        finished DATETIME NULL
      ) ENGINE = InnoDB`,
    );
  }

  read(): Promise<readonly AppliedMigration[]> {
    return this.connection.read<AppliedMigration>(
      `SELECT id, name, checksum, statements, finished IS NOT NULL AS finished FROM ${this.#table} ORDER BY id`,
    );
  }

  begin(migration: Migration): Promise<void> {
    const { id, name } = migration;
    const insert = `INSERT INTO ${this.#table} (id, name, checksum) VALUES (?, ?, ?)`;
    return this.connection.write(insert, [id, name, checksum(migration)]);
  }

  /** One more statement has run. */
  step({ id }: Migration): Promise<void> {
    return this.connection.write(`UPDATE ${this.#table} SET statements = statements + 1 WHERE id = ?`, [id]);
  }

  finish({ id }: Migration): Promise<void> {
    return this.connection.write(`UPDATE ${this.#table} SET finished = CURRENT_TIMESTAMP WHERE id = ?`, [id]);
  }
}
