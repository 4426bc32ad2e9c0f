import { setTimeout as sleep } from "node:timers/promises";
import { createLogger } from "@express-on-ecs/kit/logging";
import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { databaseAccess } from "@express-on-ecs/kit/mysql-environment";
import { Peer, peerAddress } from "@express-on-ecs/kit/peer";
import { type RunningService, taskVariables } from "@express-on-ecs/kit/testing/run-service";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, Registry } from "../../testing/registry";
import { environment } from "../environment";
import { OutboxWorker } from "./worker";

/** Longer than a lease lasts, on a machine that is busy: it only ends a test that hangs. */
const SOON = { timeout: 120_000, interval: 100 };

let registry: Registry;
const tasks: RunningService[] = [];

beforeAll(async () => {
  registry = await Registry.open();
});
afterAll(() => registry.close());
afterEach(async () => {
  await Promise.all(tasks.splice(0).map(kill));
  await registry.clear();
});

async function start(changed: Readonly<Record<string, string>> = {}): Promise<RunningService> {
  const task = await registry.start(changed);
  tasks.push(task);
  return task;
}

async function kill(task: RunningService): Promise<void> {
  task.signal("SIGKILL");
  await task.exited;
}

const emailOf = (username: string) => `${username}@example.com`;
const names = (count: number) => Array.from({ length: count }, (_, index) => `user${String(index).padStart(4, "0")}`);

async function create({ url }: RunningService, username: string): Promise<number> {
  const json = { username, email: emailOf(username), firstname: "Ada", lastname: "" };
  return (await ask(url, "POST", "/usermgmt/user", { json })).status;
}

/** Messages past the service, which no worker was told of. */
async function put(usernames: readonly string[]): Promise<void> {
  const rows = usernames.map((username) => {
    const message = { subject: "s", content: "c", toEmails: [emailOf(username)] };
    return [username, JSON.stringify(message), "request"];
  });
  await registry.master.query("INSERT INTO outbox (id, message, request_id) VALUES ?", [rows]);
}

const emptied = () => expect.poll(() => registry.outbox(), SOON).toEqual([]);
const logged = (task: RunningService, message: string) => task.lines.filter(({ msg }) => msg === message);

describe("while notification is down", () => {
  it("users are created, and each gets one mail when it is back", async () => {
    const task = await start();
    await registry.notification.stop();
    const created = await Promise.all(names(40).map((name) => create(task, name)));
    expect(new Set(created)).toEqual(new Set([201]));
    await task.line("notification takes no messages");
    expect(await registry.outbox()).toHaveLength(40);
    await registry.notification.start();
    await emptied();
    expect(registry.notification.recipients).toEqual(names(40).map(emailOf));
    expect(registry.notification.asked).toHaveLength(40);
    expect(logged(task, "notification takes no messages")).toHaveLength(1);
    expect(logged(task, "notification takes messages again")).toHaveLength(1);
  });

  it("few messages are tried, ever more rarely", async () => {
    registry.notification.answer = () => ({ status: 503 });
    await put(names(200));
    await start();
    await expect.poll(() => registry.notification.asked.length, SOON).toBeGreaterThanOrEqual(14);
    await sleep(1500);
    // The first ten together, then one at a time.
    expect(registry.notification.asked.length).toBeLessThan(20);
    expect(new Set(registry.notification.asked.map(({ key }) => key)).size).toBeGreaterThanOrEqual(12);
  });
});

describe("a message that is not taken", () => {
  it("comes again, with the same key and the same body", async () => {
    const answers = [{ status: 500 }, { status: 404 }, { status: 409 }, { status: 429 }, { status: 302 }];
    registry.notification.answer = () => answers.shift();
    const task = await start();
    expect(await create(task, "ada")).toBe(201);
    await emptied();
    expect(registry.notification.asked).toHaveLength(6);
    expect(new Set(registry.notification.asked.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(registry.notification.sent.size).toBe(1);
  });

  it("comes no sooner than Retry-After says", async () => {
    const times: number[] = [];
    registry.notification.answer = () => {
      times.push(performance.now());
      return times.length === 1 ? { status: 429, headers: { "retry-after": "2" } } : undefined;
    };
    await put(["ada"]);
    await start();
    await emptied();
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  it("and never will be is put aside and reported, without the address, and holds up no other", async () => {
    registry.notification.answer = ({ body }) => (JSON.stringify(body).includes("grace") ? { status: 422 } : undefined);
    await put(["ada", "grace", "linus"]);
    const task = await start();
    await expect
      .poll(async () => (await registry.outbox()).map(({ id, state }) => [id, state]), SOON)
      .toEqual([["grace", "failed"]]);
    expect(registry.notification.recipients).toEqual([emailOf("ada"), emailOf("linus")]);
    await expect
      .poll(() => logged(task, "notification refuses a message: it will not be sent"))
      .toEqual([expect.objectContaining({ level: "error", outbox: "grace", status: 422 })]);
    expect(JSON.stringify(task.lines)).not.toContain("@example");
    await sleep(1500);
    expect(registry.notification.asked).toHaveLength(3);
  });
});

describe("the pace", () => {
  it("is no more mails a second than are allowed, from the first ones on", async () => {
    const times: number[] = [];
    registry.notification.answer = () => void times.push(performance.now());
    await put(names(30));
    await start({ OUTBOX_MAILS_PER_SECOND: "10" });
    await emptied();
    expect(times).toHaveLength(30);
    // A second and two of them; the first message comes later in its turn than others: its connection is new.
    expect((times[10] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(700);
    expect((times[20] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1700);
  });
});

describe("two tasks side by side", () => {
  it("ask for each message once", async () => {
    await Promise.all([start(), start()]);
    await put(names(150));
    await emptied();
    expect(registry.notification.asked.map(({ key }) => key).sort()).toEqual(names(150));
  });

  it("leave alone what the other has claimed, until its lease is over", async () => {
    const never = new Promise<undefined>(() => undefined);
    registry.notification.answer = () => never;
    const first = await start();
    await put(names(5));
    await expect.poll(() => registry.notification.asked.length, SOON).toBe(5);
    await kill(first);
    // Twenty seconds may be over before another task has started: what is claimed stays so for as long as the test looks.
    await registry.master.query(
      "UPDATE outbox SET locked_until = NOW(3) + INTERVAL 1 HOUR WHERE locked_until > NOW(3)",
    );
    registry.notification.answer = () => undefined;
    await start();
    await put(["later"]);
    await expect.poll(() => registry.notification.recipients, SOON).toEqual([emailOf("later")]);
    await expect.poll(() => registry.outbox(), SOON).toHaveLength(5);
    await registry.master.query("UPDATE outbox SET locked_until = NOW(3)");
    await emptied();
    expect(registry.notification.recipients).toEqual(["later", ...names(5)].map(emailOf));
  });
});

describe("a task that is killed at any moment", () => {
  const ROUNDS = 8;

  it("has stored each user with its message: every one that was answered 201 gets one mail, and none is without", async () => {
    registry.notification.answer = async () => {
      await sleep(Math.random() * 40);
      return undefined;
    };
    const answered: string[] = [];
    let next = 0;
    const createUntilKilled = async (task: RunningService) => {
      for (;;) {
        const name = `user${String(next++).padStart(5, "0")}`;
        const status = await create(task, name).catch(() => "cut");
        if (status === "cut") return;
        expect(status).toBe(201);
        answered.push(name);
      }
    };
    for (let round = 0; round < ROUNDS; round++) {
      const task = await start();
      const clients = Promise.all(Array.from({ length: 4 }, () => createUntilKilled(task)));
      const enough = answered.length + Math.ceil(Math.random() * 40);
      await expect.poll(() => answered.length, { timeout: SOON.timeout, interval: 5 }).toBeGreaterThanOrEqual(enough);
      await sleep(Math.random() * 20);
      await kill(task);
      await clients;
    }
    await start();
    await emptied();
    const stored = await registry.rows("SELECT username, email FROM users ORDER BY username");
    expect(answered.length).toBeGreaterThanOrEqual(ROUNDS);
    expect(stored.map(({ username }) => username)).toEqual(expect.arrayContaining(answered));
    expect(registry.notification.recipients).toEqual(stored.map(({ email }) => email));
  });
});

describe("a task that is stopped", () => {
  /** An answer that a test gives when it wants to. */
  function held() {
    let give: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      give = resolve;
    });
    registry.notification.answer = async () => {
      await until;
      return undefined;
    };
    return () => give();
  }

  /** The worker of a task, in this process: when it is told to stop is no matter of time. */
  function workerOfOurs() {
    const values = environment.parse({
      ...taskVariables,
      ...registry.database.variablesOf("user-management"),
      ...registry.notification.variables,
      APP_DB_CONNECTION_LIMIT: "2",
      OUTBOX_MAILS_PER_SECOND: "1000",
    });
    const logger = createLogger({ service: "test", environment: "local", version: "1" }, "silent");
    const database = new Database(createDriverPool(databaseAccess(values), values.APP_DB_CONNECTION_LIMIT), logger);
    const notification = new Peer("notification", peerAddress("NOTIFICATION_SERVICE", values));
    const mailsPerSecond = values.OUTBOX_MAILS_PER_SECOND;
    return { database, worker: new OutboxWorker({ database, notification, logger, mailsPerSecond }) };
  }

  it("ends the messages under way, and takes up no other", async () => {
    const give = held();
    const { database, worker } = workerOfOurs();
    await put(names(25));
    worker.start();
    await expect.poll(() => registry.notification.asked.length, SOON).toBe(10);
    const stopped = worker.stop(SOON.timeout);
    give();
    await stopped;
    await database.shutdownHook.run();
    expect(registry.notification.sent.size).toBe(10);
    const left = await registry.outbox();
    expect(left.map(({ locked_until }) => locked_until)).toEqual(Array.from({ length: 15 }, () => null));
  });

  it("gives back what has no answer in time, for others to send at once, and takes up no other", async () => {
    held();
    await put(names(25));
    const task = await start();
    await expect.poll(() => registry.notification.asked.length, SOON).toBe(10);
    task.signal("SIGTERM");
    expect((await task.exited).status).toBe(0);
    expect(registry.notification.asked).toHaveLength(10);
    const left = await registry.outbox();
    expect(left.map(({ state, locked_until, due }) => [state, locked_until, due])).toEqual(
      Array.from({ length: 25 }, () => ["waiting", null, 1]),
    );
    expect(left.map(({ attempts }) => attempts).sort()).toEqual([...Array(15).fill(0), ...Array(10).fill(1)]);
  });
});

describe("after an outage of the database", () => {
  it("the worker goes on by itself", async () => {
    const task = await start();
    await registry.outage(async () => {
      await expect.poll(() => create(task, "nobody"), SOON).toBe(503);
    });
    await expect.poll(() => create(task, "ada"), SOON).toBe(201);
    await emptied();
    expect(registry.notification.recipients).toEqual([emailOf("ada")]);
    expect(logged(task, "the outbox could not be worked on")).toEqual([]);
  });
});
