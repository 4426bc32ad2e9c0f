import { join } from "node:path";
import type { RowDataPacket } from "mysql2";
import { type Connection, createConnection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { killRunning } from "../../testing/run-service";
import { type CommandRun, type ServiceDatabase, startServiceDatabase } from "../../testing/service-database";

type User = "reader" | "shop" | "migrator";

/** A service with two migrations. */
const SHOP = join(import.meta.dirname, "../../testing/shop");

let database: ServiceDatabase<User>;
let master: Connection;
const runs: CommandRun[] = [];

async function run(...args: Parameters<ServiceDatabase<User>["command"]>): Promise<CommandRun> {
  const ended = await database.command(...args);
  runs.push(ended);
  return ended;
}

const messagesOf = ({ lines }: CommandRun) => lines.map(({ msg }) => msg);

beforeAll(async () => {
  database = await startServiceDatabase<User>({
    name: "SHOP",
    users: { reader: "read", shop: "write", migrator: "migrate" },
    services: [SHOP],
    migrations: SHOP,
  });
  master = await database.server.connect();
});
afterAll(async () => {
  killRunning();
  master.destroy();
  await database.close();
});

/** Back to a server that nothing was prepared on. */
afterEach(async () => {
  for (const name of ["SHOP", "SHOP_migrations"]) await master.query(`DROP DATABASE IF EXISTS ${name}`);
  await master.query("DROP USER IF EXISTS reader, shop, migrator");
});

async function as(user: "reader" | "shop" | "migrator", statement: string): Promise<unknown> {
  const { APP_DB_PASSWORD: password = "" } = database.variablesOf(user);
  const { port, ca } = database.server;
  const access = { host: "localhost", port, user, password, ssl: { ca, verifyIdentity: true } };
  const connection = await createConnection(access);
  try {
    const [rows] = await connection.query(statement);
    return rows;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    connection.destroy();
  }
}

async function prepared(): Promise<void> {
  for (const name of ["prepare", "migrate"] as const) expect((await run(name)).status).toBe(0);
}

const INSERT = "INSERT INTO SHOP.items (name) VALUES";
const ROW = "('Cup')";
const DENIED =
  /^ER_(TABLE|DB|SPECIFIC_)?ACCESS_DENIED(_ERROR)?$|^ER_TABLEACCESS_DENIED_ERROR$|^ER_DBACCESS_DENIED_ERROR$/;

describe("prepare", () => {
  it("makes the database and its users, and may be run again", async () => {
    expect(messagesOf(await run("prepare"))).toEqual(["user ready", "user ready", "user ready", "database ready"]);
    const again = await run("prepare");
    expect([again.status, again.stderr]).toEqual([0, ""]);
    expect(await as("reader", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("sets the passwords anew, whatever is in them", async () => {
    await run("prepare", { DB_PASSWORD_READER: `a'b\\"c; DROP USER shop; --` });
    await expect(as("reader", "SELECT 1")).rejects.toMatchObject({ code: "ER_ACCESS_DENIED_ERROR" });
    await run("prepare");
    expect(await as("reader", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await as("shop", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("gives each user what it needs, and no more", async () => {
    await prepared();
    expect(await as("reader", "SELECT * FROM SHOP.items")).toEqual([]);
    expect(await as("shop", `${INSERT} ${ROW}`)).toMatchObject({ affectedRows: 1 });
    expect(await as("shop", "UPDATE SHOP.items SET name = 'Saucer'")).toMatchObject({ affectedRows: 1 });
    expect(await as("shop", "DELETE FROM SHOP.items")).toMatchObject({ affectedRows: 1 });
    const denied = {
      reader: [`${INSERT} ${ROW}`, "UPDATE SHOP.items SET name = ''", "DELETE FROM SHOP.items"],
      shop: ["DROP TABLE SHOP.items", "ALTER TABLE SHOP.items DROP name", "TRUNCATE SHOP.items"],
      migrator: ["CREATE DATABASE other", "CREATE USER evil", "GRANT SELECT ON SHOP.* TO reader"],
    } as const;
    for (const user of ["reader", "shop", "migrator"] as const) {
      for (const statement of [...denied[user], "SELECT * FROM mysql.user"]) {
        expect([user, statement, await as(user, statement)]).toEqual([user, statement, expect.stringMatching(DENIED)]);
      }
    }
    for (const user of ["reader", "shop"] as const) {
      expect(await as(user, "SELECT * FROM SHOP_migrations.applied")).toMatch(DENIED);
    }
  });

  it("takes from a user what it no longer needs", async () => {
    const users = (access: string) =>
      JSON.stringify([{ name: "reader", access, passwordVariable: "DB_PASSWORD_READER" }]);
    await prepared();
    await run("prepare", { DATABASE_USERS: users("write") });
    expect(await as("reader", `${INSERT} ${ROW}`)).toMatchObject({ affectedRows: 1 });
    await run("prepare", { DATABASE_USERS: users("read") });
    expect(await as("reader", "DELETE FROM SHOP.items")).toMatch(DENIED);
    expect(await as("reader", "SELECT name FROM SHOP.items")).toHaveLength(1);
  });

  it("ends with status 2 and all faults for a wrong environment", async () => {
    const wrong = await run("prepare", { DATABASE_USERS: "[]", MASTER_PASSWORD: "", APP_DB_HOST: "" });
    expect([wrong.status, wrong.lines]).toEqual([2, []]);
    expect(wrong.stderr).toMatch(
      /3 variables are wrong\n {2}APP_DB_HOST .*\n {2}DATABASE_USERS .*\n {2}MASTER_PASSWORD .*hidden/,
    );
    const missing = await run("prepare", { DB_PASSWORD_SHOP: "" });
    expect([missing.status, missing.lines]).toEqual([2, []]);
    expect(missing.stderr).toContain("DB_PASSWORD_SHOP, the password of shop (DATABASE_USERS), is not set");
  });

  it("ends with status 1 and the reason where the database takes nobody", async () => {
    const refused = await run("prepare", { MASTER_PASSWORD: "wrong-password" });
    expect([refused.status, refused.stderr]).toEqual([1, ""]);
    expect(messagesOf(refused)).toEqual([
      expect.stringMatching(
        /^the database at 127\.0\.0\.1:\d+ does not take a connection of admin: ER_ACCESS_DENIED_ERROR$/,
      ),
    ]);
    const gone = await run("prepare", { APP_DB_PORT: "1" });
    expect([gone.status, messagesOf(gone)[0]]).toEqual([1, expect.stringContaining(": ECONNREFUSED")]);
  });
});

describe("migrate", () => {
  it("brings the schema up to date once", async () => {
    await run("prepare");
    expect(messagesOf(await run("migrate"))).toEqual(["migration done", "migration done", "schema up to date"]);
    expect(messagesOf(await run("migrate"))).toEqual(["schema up to date"]);
  });

  it("is done by one of several tasks that start at the same time", async () => {
    await run("prepare");
    const ended = await Promise.all([run("migrate"), run("migrate"), run("migrate")]);
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(ended.flatMap(messagesOf).sort()).toEqual([
      "migration done",
      "migration done",
      "schema up to date",
      "schema up to date",
      "schema up to date",
    ]);
  });

  it("waits while another task changes the database", async () => {
    await run("prepare");
    const held = "SHOP.migrations";
    // The server may still have to hear that the last task has gone, which had it.
    const [locks] = await master.query<RowDataPacket[]>("SELECT GET_LOCK(?, 60) AS got", [held]);
    expect(locks).toEqual([{ got: 1 }]);
    const waiting = run("migrate");
    const states = async () => {
      const [rows] = await master.query<RowDataPacket[]>(
        "SELECT STATE FROM information_schema.PROCESSLIST WHERE USER = 'migrator'",
      );
      return rows.map(({ STATE }) => STATE);
    };
    await expect.poll(states, { timeout: 60_000 }).toEqual(["User lock"]);
    const [tables] = await master.query("SHOW TABLES FROM SHOP");
    expect(tables).toEqual([]);
    await master.query("SELECT RELEASE_LOCK(?)", [held]);
    expect(messagesOf(await waiting)).toEqual(["migration done", "migration done", "schema up to date"]);
  });

  it("refuses a migration that was changed after it had run", async () => {
    await prepared();
    await master.query("UPDATE SHOP_migrations.applied SET checksum = REPEAT('0', 64)");
    const refused = await run("migrate");
    expect(refused.status).toBe(1);
    expect(messagesOf(refused)).toEqual([expect.stringContaining("its checksum has changed")]);
  });

  it("reports one that failed half way, and goes on when that was mended", async () => {
    await run("prepare");
    await master.query("CREATE TABLE SHOP.items (id INT)");
    const failed = await run("migrate");
    expect(failed.status).toBe(1);
    expect(messagesOf(failed)).toEqual([
      "statement failed",
      "migration 1 (create items) failed: the next run says what to do",
    ]);
    expect(failed.lines[0]).toMatchObject({ err: { message: "Table 'items' already exists" } });
    const again = await run("migrate");
    expect([again.status, messagesOf(again)]).toEqual([1, [expect.stringContaining("was begun and not finished")]]);
    await master.query("DROP TABLE SHOP.items");
    await master.query("DELETE FROM SHOP_migrations.applied WHERE id = 1");
    expect((await run("migrate")).status).toBe(0);
  });

  it("leaves the migrations of a later release alone", async () => {
    await prepared();
    await master.query(
      "INSERT INTO SHOP_migrations.applied (id, name, checksum, finished) VALUES (99, 'later', REPEAT('0', 64), NOW())",
    );
    const earlier = await run("migrate");
    expect([earlier.status, messagesOf(earlier)]).toEqual([
      0,
      ["migration of a later release: left as it is", "schema up to date"],
    ]);
  });

  it("is nothing that the user of a service could do", async () => {
    await prepared();
    const refused = await run("migrate", database.variablesOf("shop"));
    expect(refused.status).toBe(1);
    expect(messagesOf(refused)).toEqual(["the command failed"]);
    expect(refused.lines[0]).toMatchObject({
      err: { message: expect.stringMatching(/command denied to user 'shop'/) },
    });
  });
});

describe("seed", () => {
  it("adds the samples where there is no supplier, and only there", async () => {
    await prepared();
    const count = async () => {
      const [rows] = await master.query<RowDataPacket[]>("SELECT COUNT(*) AS count FROM SHOP.items");
      return rows[0]?.count;
    };
    expect(messagesOf(await run("seed"))).toEqual(["samples added"]);
    expect(await count()).toBe(2);
    expect(messagesOf(await run("seed"))).toEqual(["there are items: no samples added"]);
    expect(await count()).toBe(2);
  });
});

it("none of it writes a password into the log", () => {
  const text = JSON.stringify(runs);
  const users = (["reader", "shop", "migrator"] as const).map(
    (user) => database.variablesOf(user).APP_DB_PASSWORD ?? "",
  );
  expect(runs.length).toBeGreaterThan(20);
  for (const password of [...users, database.server.master.password, "wrong-password"])
    expect(text).not.toContain(password);
});
