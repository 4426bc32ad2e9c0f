import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type MysqlServer, startMysqlServer } from "../testing/mysql-server";
import { createDriverPool, Database } from "./mysql";
import type { DatabaseAccess } from "./mysql-environment";

const USER = { user: "reader", password: "a'b\\c\"d e" };
const CONNECTIONS = 3;
/** What is known for want of an answer only, and so after a wait. */
const WAITED_FOR = /time.?d?.?out|no connection was free/i;

const SELF_SIGNED = expect.stringMatching(/^HANDSHAKE_SSL_ERROR: self.signed certificate/);

let server: MysqlServer;
let silent: Server;
const lines: string[] = [];
const databases: Database[] = [];
const sockets: Socket[] = [];
const listeners: Server[] = [];

beforeAll(async () => {
  server = await startMysqlServer();
  const master = await server.connect();
  await master.query("CREATE DATABASE shop CHARACTER SET utf8mb4");
  await master.query("CREATE TABLE shop.items (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL)");
  await master.query("CREATE USER ? IDENTIFIED BY ? REQUIRE SSL", [USER.user, USER.password]);
  await master.query("GRANT ALL ON shop.* TO ?", [USER.user]);
  await master.end();
  silent = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});

afterEach(() => Promise.all(databases.splice(0).map((database) => database.shutdownHook.run())));

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const listener of [silent, ...listeners]) listener.close();
  await server.close();
  expect(lines.join("\n")).not.toContain("a'b");
});

function open(changed: Partial<DatabaseAccess> = {}, connections = CONNECTIONS): Database {
  const { host, port, ca } = server;
  const access = { host, port, ca, name: "shop", ...USER, ...changed };
  const logger = pino({ level: "debug" }, { write: (text: string) => void lines.push(text) });
  const database = new Database(createDriverPool(access, connections), logger);
  databases.push(database);
  return database;
}

/** Leads from another address of loopback to the server. @returns the port */
async function forward(host: string): Promise<number> {
  const forwarder = createServer((socket) => {
    const onward = connect(server.port, server.host);
    for (const one of [socket, onward]) one.on("error", () => undefined);
    socket.pipe(onward).pipe(socket);
    sockets.push(socket, onward);
  });
  listeners.push(forwarder);
  await new Promise<void>((resolve) => forwarder.listen(0, host, resolve));
  return (forwarder.address() as AddressInfo).port;
}

const outcomeOf = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error) => error);

/** What a statement comes to after the first one that fails, in the same turn of the event loop: before a packet could come. */
async function outcomesOf(database: Database): Promise<{ readonly first: unknown; readonly atOnce?: unknown }> {
  try {
    return { first: await database.read("SELECT 1") };
  } catch (first) {
    const atOnce = await Promise.race([outcomeOf(database.read("SELECT 1")), nextTurn("waited for")]);
    return { first, atOnce };
  }
}

describe("the connection", () => {
  it.each(["127.0.0.1", "localhost"])("is encrypted, to a server that proves to be %s", async (host) => {
    const [row] = await open({ host }).read<{ Value: string }>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
    expect(row?.Value).toMatch(/^TLS_|^ECDHE/);
  });

  it("is refused to an address that the certificate does not name", async () => {
    // The server listens on 127.0.0.1 alone: something between has to lead to it.
    const other = open({ host: "127.0.0.2", port: await forward("127.0.0.2") });
    await expect(other.read("SELECT 1")).rejects.toMatchObject({ reason: expect.stringContaining("IP: 127.0.0.2") });
  });

  it("is refused to a server whose certificate another authority has signed", async () => {
    const { cert } = await generate([{ name: "commonName", value: "another" }], { keyType: "ec", algorithm: "sha256" });
    await expect(open({ ca: cert }).read("SELECT 1")).rejects.toMatchObject({ reason: SELF_SIGNED });
  });

  it("is refused to a server without a certificate of Amazon RDS where no other authority is given", async () => {
    const { ca: _, ...access } = { ...server, name: "shop", ...USER };
    const database = new Database(createDriverPool(access, 1), pino({ level: "silent" }));
    databases.push(database);
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ reason: SELF_SIGNED });
  });

  it("tells a wrong password from an outage", async () => {
    const database = open({ password: "wrong" });
    for (const _ of [1, 2]) {
      await expect(database.read("SELECT 1")).rejects.toMatchObject({
        reason: expect.stringContaining("ER_ACCESS_DENIED_ERROR: the database refuses the user or the password"),
      });
    }
  });

  it("is strict, in UTC and in utf8mb4, and takes one statement at a time", async () => {
    const database = open();
    const [session] = await database.read("SELECT @@sql_mode AS mode, @@time_zone AS zone, '☕🙂' AS text");
    expect(session).toEqual({ mode: expect.stringContaining("STRICT_ALL_TABLES"), zone: "+00:00", text: "☕🙂" });
    await expect(database.write("INSERT INTO items VALUES (1, ?)", ["123456"])).rejects.toMatchObject({
      kind: "too long",
    });
    await expect(database.read("SELECT 1; DROP TABLE items")).rejects.toMatchObject({ code: "ER_PARSE_ERROR" });
  });

  it("takes values for values, whatever they are", async () => {
    const database = open();
    const [row] = await database.read("SELECT ? AS a, ? AS b", ["' OR 1=1; --\0\\", 7]);
    expect(row).toEqual({ a: "' OR 1=1; --\0\\", b: 7 });
  });

  it("tells how many rows a statement found, and the number of a new one", async () => {
    const database = open();
    expect(await database.write("INSERT INTO items VALUES (2, 'a')")).toEqual({ rows: 1, insertId: 0 });
    expect(await database.write("UPDATE items SET name = 'a' WHERE id = ?", [2])).toEqual({ rows: 1, insertId: 0 });
    await expect(database.write("INSERT INTO items VALUES (2, 'b')")).rejects.toMatchObject({ kind: "duplicate" });
  });
});

describe("the pool", () => {
  it("never has more connections than it may, and no request is refused for that", async () => {
    const database = open();
    const statements = Array.from({ length: 50 }, () => database.read<{ id: number }>("SELECT CONNECTION_ID() AS id"));
    const ids = new Set((await Promise.all(statements)).map(([row]) => row?.id));
    expect(ids.size).toBe(CONNECTIONS);
  });

  it("refuses at once what would wait behind 20 others for each connection", async () => {
    const database = open({}, 1);
    const sleeping = database.read("SELECT SLEEP(1)");
    const waiting = Array.from({ length: 20 }, () => database.read("SELECT 1"));
    const oneMore = outcomeOf(database.read("SELECT 1"));
    expect(await Promise.race([oneMore, sleeping])).toMatchObject({ status: 503, reason: "no connection was free" });
    await Promise.all([sleeping, ...waiting]);
  });

  it("finds out that nobody answers, and from then on says so at once", async () => {
    const database = open({ port: (silent.address() as AddressInfo).port });
    expect(await outcomesOf(database)).toMatchObject({
      first: { reason: "ETIMEDOUT" },
      atOnce: { reason: "no answer a moment ago" },
    });
  });

  it("comes back by itself after the server was gone", async () => {
    const database = open();
    await Promise.all(Array.from({ length: 6 }, () => database.read("SELECT 1")));
    await server.stop();
    const first = await outcomeOf(database.read("SELECT 1"));
    const others = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(database.read("SELECT 1"))));
    for (const outcome of [first, ...others]) {
      expect(outcome).toMatchObject({ status: 503, reason: expect.not.stringMatching(WAITED_FOR) });
    }
    await server.start();
    await expect.poll(() => database.read("SELECT 1").catch(() => []), { timeout: 60_000 }).toHaveLength(1);
  });

  it("takes an answer that has come while its own process stood still for longer than it would wait", async () => {
    const database = open({}, 1);
    await database.read("SELECT 1 AS one");
    const answer = database.read("SELECT 1 AS one");
    // The statement is on its way; then no event is heard of for six seconds.
    await nextTurn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000);
    expect(await answer).toEqual([{ one: 1 }]);
  });

  it("gives up a server that has stopped in the middle, and uses it again when it goes on", async () => {
    const database = open();
    await database.read("SELECT 1");
    server.signal("SIGSTOP");
    // One of its threads may still answer before the signal has reached it.
    await expect
      .poll(() => outcomesOf(database), { timeout: 60_000 })
      .toMatchObject({
        first: { status: 503, reason: "statement timeout" },
        atOnce: { status: 503, reason: "no answer a moment ago" },
      });
    server.signal("SIGCONT");
    await expect.poll(() => database.read("SELECT 1").catch(() => []), { timeout: 60_000 }).toHaveLength(1);
  });
});
