import type { Connection } from "mysql2/promise";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type MysqlServer, startMysqlServer } from "../testing/mysql-server";
import { createDriverPool, Database, type Statements } from "./mysql";

let server: MysqlServer;
let master: Connection;
let database: Database;

beforeAll(async () => {
  server = await startMysqlServer();
  master = await server.connect();
  await master.query("CREATE DATABASE shop CHARACTER SET utf8mb4");
  await master.query(
    "CREATE TABLE shop.items (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL, UNIQUE KEY items_name (name))",
  );
  const { host, port, ca } = server;
  const access = { host, port, ca, name: "shop", ...server.master };
  database = new Database(createDriverPool(access, 3), pino({ level: "silent" }));
});
afterAll(async () => {
  await database.shutdownHook.run();
  master.destroy();
  await server.close();
});
afterEach(() => master.query("DELETE FROM shop.items"));

const add = (statements: Statements, id: number, name: string) =>
  statements.write("INSERT INTO items VALUES (?, ?)", [id, name]);
const ids = async () => (await database.read<{ id: number }>("SELECT id FROM items ORDER BY id")).map(({ id }) => id);

/** Resolves for each of two when both have come here. */
function meeting() {
  let both: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  let waiting = 0;
  return () => {
    waiting++;
    if (waiting === 2) both();
    return met;
  };
}

describe("a transaction", () => {
  it("stores all that it does, and gives what its work gives", async () => {
    const given = await database.transaction(async (statements) => {
      await add(statements, 1, "a");
      await add(statements, 2, "b");
      return "done";
    });
    expect([given, await ids()]).toEqual(["done", [1, 2]]);
  });

  it("stores nothing when its work fails, and the connections are used again", async () => {
    for (let round = 0; round < 10; round++) {
      const failing = database.transaction(async (statements) => {
        await add(statements, 1, "a");
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
    }
    const refused = database.transaction(async (statements) => {
      await add(statements, 1, "a");
      await add(statements, 1, "b");
    });
    await expect(refused).rejects.toMatchObject({ kind: "duplicate", key: "PRIMARY" });
    expect(await ids()).toEqual([]);
  });

  it("says which key a duplicate has met", async () => {
    await add(database, 1, "a");
    await expect(add(database, 2, "a")).rejects.toMatchObject({ kind: "duplicate", key: "items_name" });
  });

  it("shows others nothing until it has ended, and locks no row that is not there", async () => {
    await database.transaction(async (statements) => {
      await statements.read("SELECT id FROM items WHERE id > 5 FOR UPDATE");
      await add(statements, 1, "a");
      await add(database, 7, "b");
      expect(await ids()).toEqual([7]);
    });
    expect(await ids()).toEqual([1, 7]);
  });

  it("is done again when the database ended it for a deadlock", async () => {
    await add(database, 1, "a");
    await add(database, 2, "b");
    const meet = meeting();
    const runs: number[] = [];
    const both = (first: number, second: number) =>
      database.transaction(async (statements) => {
        runs.push(first);
        await statements.write("UPDATE items SET name = CONCAT(name, 'x') WHERE id = ?", [first]);
        await meet();
        await statements.write("UPDATE items SET name = CONCAT(name, 'x') WHERE id = ?", [second]);
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    expect(await database.read("SELECT name FROM items ORDER BY id")).toEqual([{ name: "axx" }, { name: "bxx" }]);
    expect(runs).toHaveLength(3);
  });
});
