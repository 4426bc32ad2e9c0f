import { DatabaseUnavailable } from "@express-on-ecs/kit/mysql-fault";
import { Problem } from "@express-on-ecs/kit/problem";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import declaration from "../service.json";
import { memoryLog } from "../testing/log";
import { hello } from "../testing/messages";
import { type ClaimOutcome, LEASE_MILLISECONDS } from "./deliveries";
import { Delivery, QUEUE_BOUNDS, RECORD_MILLISECONDS, SEND_MILLISECONDS } from "./delivery";
import { hashOf } from "./message";
import { WorkQueue } from "./work-queue";

const mine: ClaimOutcome = { kind: "claimed", key: "key-1", token: "token-1" };
const outage = () => Promise.reject(new DatabaseUnavailable("ECONNREFUSED"));

/** A delivery with its parts, and what it asked of them. */
function fakeDelivery(outcome: ClaimOutcome = mine) {
  const asked: unknown[][] = [];
  const behaviour = {
    claim: async (): Promise<ClaimOutcome> => outcome,
    send: async (): Promise<string> => "ses-1",
    record: async (): Promise<void> => undefined,
    release: async (): Promise<void> => undefined,
  };
  const noted =
    <Result>(name: keyof typeof behaviour, act: () => Promise<Result>) =>
    (...given: unknown[]) => {
      asked.push([name, ...given]);
      return act();
    };
  const delivery = new Delivery({
    deliveries: {
      claim: noted("claim", () => behaviour.claim()),
      record: noted("record", () => behaviour.record()),
      release: noted("release", () => behaviour.release()),
    },
    mailer: { send: noted("send", () => behaviour.send()) },
    queue: new WorkQueue(QUEUE_BOUNDS),
  });
  const log = memoryLog();
  const send = () => {
    const sent = delivery.send(hello, "key-1", log.logger);
    sent.catch(() => undefined);
    return sent;
  };
  return { behaviour, asked, log, delivery, send, names: () => asked.map(([name]) => name) };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a mail with a key", () => {
  it("is claimed, sent and recorded, in this order", async () => {
    const { asked, log, send } = fakeDelivery();
    expect(await send()).toEqual({ messageId: "ses-1", status: "sent" });
    expect(asked).toEqual([
      ["claim", "key-1", hashOf(hello)],
      ["send", hello, "key-1", expect.anything(), log.logger],
      ["record", mine, "ses-1"],
    ]);
    expect(log.lines).toMatchObject([{ msg: "mail sent", key: "key-1", messageId: "ses-1", recipients: 1 }]);
    expect(JSON.stringify(log.lines)).not.toMatch(/ann@|Hello|How are/);
  });

  it("that was sent before is not sent again", async () => {
    const { names, send } = fakeDelivery({ kind: "sent", messageId: "ses-0" });
    expect(await send()).toEqual({ messageId: "ses-0", status: "already-sent" });
    expect(names()).toEqual(["claim"]);
  });

  it.each([
    [0, "1"],
    [1, "1"],
    [2001, "3"],
    [15_000, "5"],
  ])(
    "that is being sent, for %s ms more, is refused with 409 and Retry-After %s",
    async (leftMilliseconds, seconds) => {
      const { names, send } = fakeDelivery({ kind: "busy", leftMilliseconds });
      await expect(send()).rejects.toMatchObject({
        status: 409,
        detail: "the mail with this key is being sent at this moment; try again later",
        headers: { "Retry-After": seconds },
      });
      expect(names()).toEqual(["claim"]);
    },
  );

  it("is refused with 422 when the key was another mail's", async () => {
    const { names, send } = fakeDelivery({ kind: "other mail" });
    await expect(send()).rejects.toMatchObject({
      status: 422,
      detail:
        'the key of the header "Idempotency-Key" was used for another mail; allowed: the same mail again, or a new key',
    });
    expect(names()).toEqual(["claim"]);
  });

  it("is not sent without the database", async () => {
    const { behaviour, names, send } = fakeDelivery();
    behaviour.claim = outage;
    await expect(send()).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
    expect(names()).toEqual(["claim"]);
  });

  it("that could not be sent gives its key back, so that the next try need not wait", async () => {
    const { behaviour, asked, send } = fakeDelivery();
    behaviour.send = () => Promise.reject(new Problem(503));
    await expect(send()).rejects.toMatchObject({ status: 503 });
    expect(asked.at(-1)).toEqual(["release", mine]);
  });

  it("that could not be sent tells why, also where its key can't be given back", async () => {
    const { behaviour, log, send } = fakeDelivery();
    behaviour.send = () => Promise.reject(new Problem(422, "refused"));
    behaviour.release = outage;
    await expect(send()).rejects.toMatchObject({ status: 422 });
    expect(log.lines).toMatchObject([
      { level: "warn", msg: "the key could not be released: it is free when its lease is over", key: "key-1" },
    ]);
  });

  it("that is sent is recorded as soon as the database answers again", async () => {
    const { behaviour, names, log, send } = fakeDelivery();
    behaviour.record = outage;
    const sent = send();
    await vi.advanceTimersByTimeAsync(1000);
    behaviour.record = async () => undefined;
    await vi.advanceTimersByTimeAsync(RECORD_MILLISECONDS);
    expect(await sent).toEqual({ messageId: "ses-1", status: "sent" });
    expect(names().filter((name) => name === "send")).toHaveLength(1);
    expect(log.lines).toMatchObject([{ msg: "mail sent" }]);
  });

  it("that is sent and can't be recorded is answered as sent: otherwise it would be sent again for sure", async () => {
    const { behaviour, names, log, send } = fakeDelivery();
    behaviour.record = outage;
    const sent = send();
    await vi.advanceTimersByTimeAsync(RECORD_MILLISECONDS);
    expect(await sent).toEqual({ messageId: "ses-1", status: "sent" });
    expect(names()).not.toContain("release");
    expect(log.lines).toMatchObject([
      { msg: "mail sent" },
      { level: "error", msg: "mail sent, but not recorded: the same key sends it again", key: "key-1" },
    ]);
  });
});

describe("a mail without a key", () => {
  it("needs no database, and has a key of its own for its header", async () => {
    const { asked, names, delivery, log } = fakeDelivery();
    for (const _ of [1, 2]) expect(await delivery.send(hello, undefined, log.logger)).toMatchObject({ status: "sent" });
    expect(names()).toEqual(["send", "send"]);
    const keys = asked.map(([, , key]) => key);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(keys).size).toBe(2);
  });
});

describe("a full queue", () => {
  it("refuses with 429 and when to come back, and sends all that it took", async () => {
    const { behaviour, names, send } = fakeDelivery();
    const answers: ((id: string) => void)[] = [];
    behaviour.send = () => new Promise((resolve) => answers.push(resolve));
    const { concurrency, waiting } = QUEUE_BOUNDS;
    const taken = Array.from({ length: concurrency + waiting }, () => send());
    await expect(send()).rejects.toMatchObject({
      status: 429,
      detail: "the queue is full: 8 mails are being sent and 100 wait; the mail was not taken, try again later",
      headers: { "Retry-After": "2" },
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(names().filter((name) => name === "send")).toHaveLength(concurrency);
    for (let sent = 0; sent < taken.length; sent++) {
      answers[sent]?.("ses-1");
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(await Promise.all(taken)).toHaveLength(concurrency + waiting);
    expect(names().filter((name) => name === "record")).toHaveLength(concurrency + waiting);
  });
});

describe("times", () => {
  it("end sending before the lease, and all before a stopped task's requests are cut", () => {
    expect(SEND_MILLISECONDS).toBeLessThan(LEASE_MILLISECONDS);
    const forRequests = (declaration.stopTimeoutSeconds - 5) * 1000;
    expect(SEND_MILLISECONDS + RECORD_MILLISECONDS).toBeLessThan(forRequests);
  });
});
