import { killRunning } from "@express-on-ecs/kit/testing/run-service";
import {
  type SuppliersDatabase,
  startSuppliersDatabase,
} from "@express-on-ecs/suppliers-kit/testing/suppliers-database";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { samples } from "./samples";

let database: SuppliersDatabase;
let master: Connection;

beforeAll(async () => {
  database = await startSuppliersDatabase();
  await database.commands("prepare", "migrate");
  master = await database.server.connect();
});
afterAll(async () => {
  killRunning();
  master.destroy();
  await database.close();
});
afterEach(() => master.query("DELETE FROM COFFEE.suppliers"));

const INSERT = `INSERT INTO COFFEE.suppliers (name, address, city, state, email, phone) VALUES`;
const ROW = "('Golden Bean', '1 Main Street', 'Cork', 'Munster', 'a@example.com', '0215550123')";

describe("the table", () => {
  it("refuses what the pages refuse, whoever writes", async () => {
    await master.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
    const codeOf = (row: string) => master.query(`${INSERT} ${row}`).catch(({ errno }) => errno);
    expect({
      blanks: await codeOf("('  ', 'a', 'c', 's', 'a@example.com', '0215550123')"),
      lineBreak: await codeOf("('a\\nb', 'a', 'c', 's', 'a@example.com', '0215550123')"),
      noAddress: await codeOf("('a', 'a', 'c', 's', 'nobody', '0215550123')"),
      letters: await codeOf("('a', 'a', 'c', 's', 'a@example.com', '555-COFFEE')"),
      tooLong: await codeOf("(REPEAT('a', 256), 'a', 'c', 's', 'a@example.com', '0215550123')"),
      nothing: await codeOf("(NULL, 'a', 'c', 's', 'a@example.com', '0215550123')"),
    }).toEqual({ blanks: 4025, lineBreak: 4025, noAddress: 4025, letters: 4025, tooLong: 1406, nothing: 1048 });
  });

  it("refuses the same supplier twice, and takes one in another city", async () => {
    await master.query(`${INSERT} ${ROW}`);
    await expect(master.query(`${INSERT} ${ROW.replace("Golden", "GOLDEN")}`)).rejects.toMatchObject({
      code: "ER_DUP_ENTRY",
    });
    await master.query(`${INSERT} ${ROW.replace("Cork", "Galway")}`);
    await master.query(`${INSERT} ${ROW.replace("Bean', '1", "Bean 1', '")}`);
  });
});

describe("seed", () => {
  it("adds the samples where there is no supplier, and only there", async () => {
    const messages = async () => (await database.command("seed")).lines.map(({ msg }) => msg);
    const count = async () => {
      const [rows] = await master.query<RowDataPacket[]>("SELECT COUNT(*) AS count FROM COFFEE.suppliers");
      return rows[0]?.count;
    };
    expect(await messages()).toEqual(["samples added"]);
    expect(await count()).toBe(samples.rows.length);
    expect(await messages()).toEqual(["there are suppliers: no samples added"]);
    expect(await count()).toBe(samples.rows.length);
  });
});
