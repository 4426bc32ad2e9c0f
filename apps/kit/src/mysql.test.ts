import type { PoolConnection } from "mysql2";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Database, type DriverPool } from "./mysql";

type Callback = (error: unknown, value?: unknown) => void;

/** A pool that gives out connections made by a test, or faults. */
function fakePool() {
  const lines: Record<string, unknown>[] = [];
  const events = { released: 0, destroyed: 0, connects: 0 };
  const behaviour: { connect: (callback: Callback) => void; execute: (callback: Callback) => void } = {
    connect: (callback) => callback(null, connection),
    execute: (callback) => callback(null, [{ id: 1 }]),
  };
  const connection = {
    execute: (_sql: string, _values: unknown, callback: Callback) => behaviour.execute(callback),
    release: () => void events.released++,
    destroy: () => void events.destroyed++,
  } as unknown as PoolConnection;
  const getConnection = (callback: Callback) => {
    events.connects++;
    behaviour.connect(callback);
  };
  const pool = { getConnection, on: () => pool, end: (done: Callback) => done(null) } as unknown as DriverPool;
  const logger = pino({ level: "info" }, { write: (text: string) => void lines.push(JSON.parse(text)) });
  return { database: new Database(async () => pool, logger), behaviour, events, lines, connection };
}

const refused = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", errno: -111 });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Five seconds, and the turn of the event loop after them. */
const GIVEN_UP = 5001;

describe("Database", () => {
  it("gives rows, and the connection back", async () => {
    const { database, events } = fakePool();
    expect(await database.read("SELECT 1")).toEqual([{ id: 1 }]);
    expect(events).toEqual({ released: 1, destroyed: 0, connects: 1 });
  });

  it("refuses at once after a failed connect, and looks again a second later", async () => {
    const { database, behaviour, events, lines } = fakePool();
    const { connect } = behaviour;
    behaviour.connect = (callback) => callback(refused());
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503, reason: "ECONNREFUSED" });
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503, reason: "no answer a moment ago" });
    expect(events.connects).toBe(1);
    behaviour.connect = connect;
    vi.advanceTimersByTime(1000);
    expect(await database.read("SELECT 1")).toEqual([{ id: 1 }]);
    expect(lines.map(({ level, msg, reason }) => [level, msg, reason])).toEqual([
      [50, "the database does not answer", "ECONNREFUSED"],
      [30, "the database answers again", undefined],
    ]);
  });

  it("takes a full queue for no outage: the next request is tried", async () => {
    const { database, behaviour, events, lines } = fakePool();
    behaviour.connect = (callback) => callback(new Error("Queue limit reached."));
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503, reason: "no connection was free" });
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503, reason: "no connection was free" });
    expect([events.connects, lines]).toEqual([2, []]);
  });

  it("takes a server that refuses the password for no outage either", async () => {
    const { database, behaviour, events } = fakePool();
    const denied = Object.assign(new Error("no"), { code: "ER_ACCESS_DENIED_ERROR", errno: 1045, sqlState: "28000" });
    behaviour.connect = (callback) => callback(denied);
    for (const _ of [1, 2]) await expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503 });
    expect(events.connects).toBe(2);
  });

  it("waits 5 s for a connection, and gives one back that comes later", async () => {
    const { database, behaviour, events, connection } = fakePool();
    let give: Callback = () => undefined;
    behaviour.connect = (callback) => {
      give = callback;
    };
    const read = expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503 });
    await vi.advanceTimersByTimeAsync(GIVEN_UP);
    await read;
    give(null, connection);
    await vi.advanceTimersByTimeAsync(0);
    expect(events.released).toBe(1);
  });

  it("ends a connection whose statement has no answer within 5 s, and remembers the outage", async () => {
    const { database, behaviour, events } = fakePool();
    behaviour.execute = () => undefined;
    const read = expect(database.read("SELECT 1")).rejects.toMatchObject({ status: 503, reason: "statement timeout" });
    await vi.advanceTimersByTimeAsync(GIVEN_UP);
    await read;
    expect(events).toEqual({ released: 0, destroyed: 1, connects: 1 });
    await expect(database.read("SELECT 1")).rejects.toMatchObject({ reason: "no answer a moment ago" });
  });

  it("keeps the connection of a statement that was refused, and ends one that was lost", async () => {
    const { database, behaviour, events } = fakePool();
    const duplicate = { code: "ER_DUP_ENTRY", errno: 1062, sqlState: "23000" };
    behaviour.execute = (callback) => callback(Object.assign(new Error("Duplicate entry"), duplicate));
    await expect(database.write("INSERT")).rejects.toMatchObject({ kind: "duplicate" });
    expect(events).toMatchObject({ released: 1, destroyed: 0 });
    behaviour.execute = (callback) => callback(Object.assign(new Error("lost"), { code: "ECONNRESET", fatal: true }));
    await expect(database.write("INSERT")).rejects.toMatchObject({ status: 503, reason: "ECONNRESET" });
    expect(events).toMatchObject({ released: 1, destroyed: 1 });
  });

  it("ends its pool as a shutdown hook", async () => {
    const { database } = fakePool();
    expect(database.shutdownHook.name).toBe("database");
    await expect(database.shutdownHook.run()).resolves.toBeUndefined();
  });
});
