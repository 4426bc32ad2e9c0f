import type { RunningService } from "@express-on-ecs/kit/testing/run-service";
import type { RowDataPacket } from "mysql2";
import type { Connection } from "mysql2/promise";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SesBehaviour } from "../testing/fake-ses";
import { PostOffice, send } from "../testing/post-office";

let office: PostOffice;
let task: RunningService;
/** The lock on the table, another connection than the one that looks. */
let locker: Connection;

beforeAll(async () => {
  office = await PostOffice.open();
  locker = await office.database.server.connect();
  await locker.query("USE user_notifications");
});
afterAll(async () => {
  locker.destroy();
  await office.close();
});
beforeEach(async () => {
  task = await office.start();
});
afterEach(async () => {
  await locker.query("UNLOCK TABLES");
  task.signal("SIGKILL");
  await task.exited;
  await office.clear();
});

/** Resolves when a statement of the task stands before the lock. @returns the id of its connection */
async function waitsForLock(verb: "INSERT" | "UPDATE"): Promise<number> {
  for (;;) {
    const [rows] = await office.master.query<RowDataPacket[]>(
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'notification' AND STATE LIKE 'Waiting for table%' AND INFO LIKE ?",
      [`${verb}%`],
    );
    if (rows[0]) return rows[0].id;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function kill(): Promise<void> {
  task.signal("SIGKILL");
  await task.exited;
}

const NO_SUCH_THREAD = 1094;

/** Kills the task and its statement that stands before the lock: as if it had died before it sent the statement. */
async function killWithStatement(connection: number): Promise<void> {
  await kill();
  // The server looks now and then whether the client is still there, and may have given it up by itself.
  await office.master.query("KILL ?", [connection]).catch((error) => {
    if (error.errno !== NO_SUCH_THREAD) throw error;
  });
  const left = async () => {
    const [rows] = await office.master.query<RowDataPacket[]>(
      "SELECT ID FROM information_schema.PROCESSLIST WHERE ID = ?",
      [connection],
    );
    return rows;
  };
  await expect.poll(left, { timeout: 60_000 }).toEqual([]);
  await locker.query("UNLOCK TABLES");
}

/** Lets the statement that stands before the lock be done, and kills the task before it hears of it. */
async function killAfterStatement(done: () => Promise<boolean>): Promise<void> {
  task.signal("SIGSTOP");
  await locker.query("UNLOCK TABLES");
  await expect.poll(done, { timeout: 60_000 }).toBe(true);
  await kill();
}

/**
 * Asks for the mail until this happens: no answer comes before it. A task that got no processor for seconds says 503 before it
 * has sent anything, and is asked again as any caller would.
 */
async function askUntil<Happened>(happening: Promise<Happened>): Promise<Happened> {
  const happened = happening.then((value) => ({ value }));
  for (;;) {
    // A task that is killed gives none.
    const answered = send(task, "key-1").catch(() => ({ status: 0, body: {} }));
    const first = await Promise.race([happened, answered]);
    if ("value" in first) return first.value;
    if (first.status !== 503) throw new Error(`answered too early: ${JSON.stringify(first)}`);
  }
}

/** Another task is asked for the same mail, until it is sent. @returns the answers */
async function askAnother(): Promise<unknown[]> {
  await office.holdLeases();
  task = await office.start();
  const answers: unknown[] = [];
  for (;;) {
    const { status, body } = await send(task, "key-1");
    answers.push(status === 200 ? body.status : status);
    if (status === 200) return answers;
    // What the caller waits for, as time would bring it.
    await office.endLeases();
  }
}

describe("a task that is killed", () => {
  it("before it has claimed the key: one mail, and nobody waits", async () => {
    await locker.query("LOCK TABLES notification_deliveries WRITE");
    await killWithStatement(await askUntil(waitsForLock("INSERT")));
    expect(await askAnother()).toEqual(["sent"]);
    expect(office.ses.keys).toEqual(["key-1"]);
  });

  it("after it has claimed the key: one mail, when the lease is over", async () => {
    await locker.query("LOCK TABLES notification_deliveries WRITE");
    await askUntil(waitsForLock("INSERT"));
    await killAfterStatement(async () => (await office.keys()).length === 1);
    expect(office.ses.calls).toBe(0);
    expect(await askAnother()).toEqual([409, "sent"]);
    expect(office.ses.keys).toEqual(["key-1"]);
  });

  it("while SES has not taken the mail yet: one mail, when the lease is over", async () => {
    office.ses.behaviour = async ({ call, gone }): Promise<SesBehaviour> => {
      if (call === 1) await gone;
      return "accept";
    };
    await askUntil(office.ses.until(({ calls }) => calls === 1));
    await kill();
    expect(await askAnother()).toEqual([409, "sent"]);
    expect([office.ses.calls, office.ses.keys]).toEqual([2, ["key-1"]]);
  });

  it("after SES has taken the mail, before its answer: two mails with the same key; this can't be known", async () => {
    office.ses.behaviour = ({ call }) => (call === 1 ? "accept silently" : "accept");
    await askUntil(office.ses.until(({ accepted }) => accepted.length === 1));
    await kill();
    expect(await askAnother()).toEqual([409, "sent"]);
    expect(office.ses.keys).toEqual(["key-1", "key-1"]);
  });

  it("after SES's answer, before that is stored: two mails with the same key", async () => {
    office.ses.behaviour = async (): Promise<SesBehaviour> => {
      await locker.query("LOCK TABLES notification_deliveries READ");
      return "accept";
    };
    await killWithStatement(await askUntil(waitsForLock("UPDATE")));
    office.ses.behaviour = () => "accept";
    expect(await office.keys()).toMatchObject([{ state: "sending" }]);
    expect(await askAnother()).toEqual([409, "sent"]);
    expect(office.ses.keys).toEqual(["key-1", "key-1"]);
  });

  it("after it has stored the answer, before it gave its own: one mail, and the caller learns of it", async () => {
    office.ses.behaviour = async (): Promise<SesBehaviour> => {
      await locker.query("LOCK TABLES notification_deliveries READ");
      return "accept";
    };
    await askUntil(waitsForLock("UPDATE"));
    await killAfterStatement(async () => (await office.keys())[0]?.state === "sent");
    expect(await askAnother()).toEqual(["already-sent"]);
    expect([office.ses.calls, office.ses.keys]).toEqual([1, ["key-1"]]);
  });
});
