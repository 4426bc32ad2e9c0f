import { setTimeout as sleep } from "node:timers/promises";
import type { SesBehaviour } from "@express-on-ecs/notification/testing/fake-ses";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createUser, type ServiceName, Together } from "../testing/together";

/** Only ends a test that hangs: a lease of the outbox, and one of notification behind it, took two minutes on a machine with ten times more to do than it can. */
const DRAINED_WITHIN_MILLISECONDS = 400_000;

let both: Together;

beforeAll(async () => {
  both = await Together.open();
});
afterAll(() => both.close());
beforeEach(async () => {
  for (const name of ["notification", "user-management"] as const) await both.start(name);
});
afterEach(async () => {
  for (const name of ["notification", "user-management"] as const) await both.kill(name);
  await both.clear();
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Creates users, a few at a time, until told to stop. @returns those that the service said were created */
async function createUntil(stopped: AbortSignal): Promise<string[]> {
  const created: string[] = [];
  let count = 0;
  const one = async () => {
    while (!stopped.aborted) {
      const username = `user${count++}`;
      const status = await createUser(both.url("user-management"), username);
      if (status === 201) created.push(username);
      // Between two attempts at a service that is being started.
      await sleep(status === 201 ? 60 : 100);
    }
  };
  await Promise.all([one(), one(), one()]);
  return created;
}

/** Waits until nothing is left to be sent. */
async function drained(): Promise<void> {
  const left = () => both.outbox();
  await expect.poll(left, { timeout: DRAINED_WITHIN_MILLISECONDS, interval: 200 }).toEqual({ waiting: 0, failed: 0 });
}

/** How often each key's mail went out. */
function mailsByKey(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of both.ses.keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Who got a mail, each once, sorted. */
function recipients(): string[] {
  const addresses = both.ses.accepted.flatMap(({ input }) => input.Destination.ToAddresses);
  return [...new Set(addresses)].sort();
}

const addressesOf = (usernames: readonly string[]) => usernames.map((username) => `${username}@example.com`).sort();

describe("both services together", () => {
  it.each([1, 2])(
    "killed at any moment lose no mail, and send none twice but those whose answer of SES was not stored: seed %s",
    async (seed) => {
      const random = randomOf(seed);
      both.ses.behaviour = async (): Promise<SesBehaviour> => {
        await sleep(random() * 40);
        return "accept";
      };
      both.ses.beforeAnswer = () => sleep(random() * 40);
      const stop = new AbortController();
      const creating = createUntil(stop.signal);
      const secondMails: string[] = [];
      let taken = 0;
      for (let round = 0; round < 8; round++) {
        // In the middle of the work, however slow the machine is.
        const enough = both.ses.accepted.length + 5 + random() * 30;
        await both.ses.until(({ accepted }) => accepted.length >= enough);
        await sleep(random() * 60);
        const name: ServiceName = random() < 0.6 ? "notification" : "user-management";
        await both.kill(name);
        if (name === "notification") {
          secondMails.push(...(await both.openKeys(taken)));
          taken = both.ses.accepted.length;
        }
        await both.start(name);
      }
      stop.abort();
      const created = await creating;
      await drained();

      const users = await both.usernames();
      expect(created.filter((username) => !users.includes(username))).toEqual([]);
      expect(users.length).toBeGreaterThan(20);
      expect(recipients()).toEqual(addressesOf(users));
      const mails = mailsByKey();
      expect(mails.size).toBe(users.length);
      const twice = [...mails].flatMap(([key, count]) => Array.from({ length: count - 1 }, () => key));
      expect(twice.sort()).toEqual(secondMails.sort());
    },
  );

  it("store users while notification is down, and tell each of them once when it is back", async () => {
    await both.kill("notification");
    const usernames = Array.from({ length: 200 }, (_, index) => `user${index}`);
    for (const username of usernames) expect(await createUser(both.url("user-management"), username)).toBe(201);
    expect([both.ses.calls, await both.outbox()]).toEqual([0, { waiting: 200, failed: 0 }]);
    await both.start("notification");
    await drained();
    expect(recipients()).toEqual(addressesOf(usernames));
    expect([both.ses.accepted.length, mailsByKey().size]).toEqual([200, 200]);
  });
});
