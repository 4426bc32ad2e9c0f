import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { RunningService } from "@express-on-ecs/kit/testing/run-service";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gate } from "../testing/gate";
import { helloBody } from "../testing/messages";
import { type Answer, PostOffice, send } from "../testing/post-office";
import { Wire } from "../testing/wire";
import { QUEUE_BOUNDS } from "./delivery";

const TAKEN = QUEUE_BOUNDS.concurrency + QUEUE_BOUNDS.waiting;

let office: PostOffice;
let service: RunningService;

beforeAll(async () => {
  office = await PostOffice.open();
  service = await office.start();
});
afterAll(() => office.close());
afterEach(() => office.clear());

const countOf = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length;

/**
 * Begins a request of which an empty line is still missing: to the service its connection is not idle, however late that
 * line is.
 *
 * @returns sends the line; resolves with the answer as it comes over the connection
 */
async function beginRequest({ port }: RunningService, path: string): Promise<() => Promise<string>> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n`);
  return async () => {
    socket.write("\r\n");
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    return answer;
  };
}

/** Whether nobody takes connections any more. Not by `fetch`: it may wait for ever where one is closed at once. */
function isRefused({ port }: RunningService): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(false));
    socket.once("connect", () => socket.destroy()).once("error", () => resolve(true));
  });
}

describe("the queue", () => {
  it("that is full refuses with 429 and when to come back, and all that was taken is sent once", async () => {
    const { open, opened } = gate();
    office.ses.behaviour = () => opened.then(() => "accept");
    const keys = Array.from({ length: TAKEN + 5 }, (_, index) => `key-${index}`);
    let refused = 0;
    const asked = keys.map(async (key) => {
      const answer = await send(service, key);
      if (answer.status === 429 && ++refused === 5) open();
      return answer;
    });
    const answers = await Promise.all(asked);
    const full = answers.filter(({ status }) => status === 429);
    expect(full).toHaveLength(5);
    for (const { retryAfter, body } of full) {
      expect([retryAfter, body.detail]).toEqual([
        "2",
        "the queue is full: 8 mails are being sent and 100 wait; the mail was not taken, try again later",
      ]);
    }
    // On a slow machine the time of some may be over: they are told (503), and have no mail.
    const sent = keys.filter((_, index) => answers[index]?.status === 200).sort();
    expect(sent.length + countOf(answers, 503)).toBe(TAKEN);
    expect(office.ses.keys).toEqual(sent);
    for (const key of keys) expect((await send(service, key)).status).toBe(200);
    expect(office.ses.keys).toEqual([...keys].sort());
  });
});

describe("a stop signal", () => {
  it("in the middle lets every open request have its answer, and no mail is lost or sent twice", async () => {
    const task = await office.start();
    const { open, opened } = gate();
    office.ses.behaviour = () => opened.then(() => "accept");
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    const open40 = keys.map((key) => send(task, key));
    await office.ses.until(({ calls }) => calls === QUEUE_BOUNDS.concurrency);
    const health = await beginRequest(task, "/notification/health-status");
    // Requests are read in the order in which they came: its answer shows that all others are taken.
    expect((await fetch(`${task.url}/notification/info`)).status).toBe(200);
    task.signal("SIGTERM");
    await task.line("shutting down");
    expect(await health()).toMatch(/^HTTP\/1\.1 503 .*\r\n\r\nDraining$/s);
    open();
    const answers = await Promise.all(open40);
    // On a slow machine the time of some may be over: they are told (503), and have no mail.
    expect(countOf(answers, 200) + countOf(answers, 503)).toBe(40);
    expect(await task.exited).toMatchObject({ status: 0 });
    const sent = keys.filter((_, index) => answers[index]?.status === 200).sort();
    expect(sent.length).toBeGreaterThan(0);
    expect(office.ses.keys).toEqual(sent);
    const stored = (await office.keys()).filter(({ state }) => state === "sent");
    expect(stored.map(({ idempotency_key }) => idempotency_key).sort()).toEqual(sent);
  });

  it("does not cut a mail whose caller has gone: it is sent and recorded", async () => {
    const task = await office.start();
    const { open, opened } = gate();
    office.ses.behaviour = () => opened.then(() => "accept");
    const caller = httpRequest(`${task.url}/notification/send`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "key-1" },
    });
    caller.on("error", () => undefined);
    caller.end(JSON.stringify(helloBody));
    await office.ses.until(({ calls }) => calls === 1);
    caller.destroy();
    await task.line("request aborted");
    task.signal("SIGTERM");
    await task.line("shutting down");
    await expect.poll(() => isRefused(task)).toBe(true);
    // Nothing is left to wait for but the mail: a task that did not would be gone by now.
    await Promise.race([task.exited, new Promise((resolve) => setTimeout(resolve, 500))]);
    open();
    expect(await task.exited).toMatchObject({ status: 0 });
    // After five seconds without an answer SES was asked again: the mail that it took counts.
    const [mail, ...more] = office.ses.accepted;
    expect([mail?.key, more]).toEqual(["key-1", []]);
    expect(await office.keys()).toEqual([{ idempotency_key: "key-1", state: "sent", message_id: mail?.messageId }]);
  });
});

describe("the database", () => {
  it("that is gone refuses mails with keys, which could be sent twice, and comes back by itself", async () => {
    await office.database.server.stop();
    expect(await send(service, "key-1")).toMatchObject({ status: 503, retryAfter: "2" });
    expect((await send(service)).status).toBe(200);
    expect((await fetch(`${service.url}/notification/health-status`)).status).toBe(200);
    await office.database.server.start();
    await office.reconnect();
    await expect.poll(async () => (await send(service, "key-1")).status, { timeout: 60_000 }).toBe(200);
    expect(office.ses.keys.filter((key) => key === "key-1")).toHaveLength(1);
  });

  it("that goes while SES works on a mail does not make it a failure: it is sent", async () => {
    // The mail is recorded within five seconds, or never: a server that has to start first may take longer.
    const wire = await Wire.to(office.database.server);
    const task = await office.start({ APP_DB_PORT: String(wire.port) });
    office.ses.behaviour = () => {
      wire.cut();
      return "accept";
    };
    const sent = send(task, "key-1");
    await task.line("the database does not answer");
    wire.mend();
    expect(await sent).toMatchObject({ status: 200, body: { status: "sent" } });
    const [mail, ...more] = office.ses.accepted;
    expect(more).toEqual([]);
    expect(await office.keys()).toEqual([{ idempotency_key: "key-1", state: "sent", message_id: mail?.messageId }]);
    wire.close();
  });
});
