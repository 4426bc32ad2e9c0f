import { killRunning, type RunningService } from "@express-on-ecs/kit/testing/run-service";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import { Visitor } from "@express-on-ecs/suppliers-kit/testing/visitor";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";

/** A supplier that can be stored. */
export const beans = {
  name: "Golden Bean",
  address: "1 Main Street",
  city: "Cork",
  state: "Munster",
  email: "orders@example.com",
  phone: "+353 21 555 0123",
};

/** What people, and those who mean harm, may type in any field. */
export const oddTexts = [
  "O'Brien <b>",
  `'; DROP TABLE suppliers; -- `,
  `" OR ""="`,
  "\\' OR 1=1 #",
  "{{7*7}}<%= 7*7 %>#{7*7}",
  "<script>alert(1)</script>&amp;&#x27;",
  "☕️ Café 🙂 李 עברית",
  "% _ | \\ ? :name",
  "null",
  "a".repeat(255),
  "🙂".repeat(255),
];

/** The service as it is deployed, with its database, and a look behind its pages. */
export class Office {
  private constructor(
    readonly database: SuppliersDatabase,
    readonly service: RunningService,
    /** The master user. */
    public master: Connection,
  ) {}

  static async open(): Promise<Office> {
    const database = await startSuppliersDatabase();
    await database.commands("prepare", "migrate");
    const [service, master] = await Promise.all([database.start("employee"), database.server.connect()]);
    return new Office(database, service, master);
  }

  /** Somebody at the pages. */
  visitor(): Visitor {
    return new Visitor(this.service.url);
  }

  /** All suppliers as they are stored. */
  async stored(): Promise<RowDataPacket[]> {
    const columns = "id, name, address, city, state, email, phone, version";
    const [rows] = await this.master.query<RowDataPacket[]>(`SELECT ${columns} FROM COFFEE.suppliers ORDER BY id`);
    return rows;
  }

  /** Adds a supplier past the pages. @returns its id */
  async put(supplier: Readonly<Record<string, string>> = beans): Promise<number> {
    await this.master.query("INSERT INTO COFFEE.suppliers SET ?", [supplier]);
    return (await this.stored()).at(-1)?.id;
  }

  /** Removes all suppliers past the pages. */
  async clear(): Promise<void> {
    await this.master.query("DELETE FROM COFFEE.suppliers");
  }

  async close(): Promise<void> {
    killRunning();
    this.master.destroy();
    await this.database.close();
  }
}
