import { Problem } from "@express-on-ecs/kit/problem";
import type { Readiness } from "@express-on-ecs/kit/readiness";
import { type ServedApp, serveApp } from "@express-on-ecs/kit/testing/serve-app";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import declaration from "../service.json";
import { memoryLog } from "../testing/log";
import { helloBody } from "../testing/messages";
import type { Delivery } from "./delivery";
import { notificationService } from "./notification-service";
import { internalRoutes, publicRoutes } from "./routes";

let app: ServedApp;
const readiness: Readiness = { state: "ready" };
const log = memoryLog();
let asked: Parameters<Delivery["send"]>[];
let deliver: Delivery["send"];

beforeAll(async () => {
  const delivery: Pick<Delivery, "send"> = {
    send: (...given) => {
      asked.push(given);
      return deliver(...given);
    },
  };
  const { router } = notificationService({ delivery, readiness, host: "127.0.0.9", logger: log.logger });
  app = await serveApp(router, "api");
});
afterAll(() => app.close());
beforeEach(() => {
  asked = [];
  deliver = async () => ({ messageId: "ses-1", status: "sent" });
  readiness.state = "ready";
});

const PROBLEM_TYPE = "application/problem+json; charset=utf-8";
const JSON_TYPE = { "content-type": "application/json" };

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return fetch(`${app.url}/notification/send`, { method: "POST", body, headers: { ...JSON_TYPE, ...headers } });
}

async function problemOf(response: Response) {
  return [response.headers.get("content-type"), await response.json()];
}

describe("the service", () => {
  it("has the routes of service.json, the public ones and those of the system's own services", () => {
    expect(publicRoutes.map(({ path }) => path)).toEqual(declaration.routes.paths);
    expect(internalRoutes.map(({ path }) => path)).toEqual(declaration.internalRoutes.paths);
    expect(declaration.routes.paths).toContain(declaration.healthCheck.path);
  });

  it("says that it is up, and 503 once it drains", async () => {
    const up = await fetch(`${app.url}/notification/health-status`);
    expect([up.status, await up.text()]).toEqual([200, "Notification Service is Up and Running"]);
    expect(up.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    readiness.state = "draining";
    const draining = await fetch(`${app.url}/notification/health-status`);
    expect([draining.status, await draining.text()]).toEqual([503, "Draining"]);
  });

  it("says which task answers, to be kept by no cache", async () => {
    const info = await fetch(`${app.url}/notification/info`);
    expect(await info.text()).toMatch(/^Notification Service IP Address: 127\.0\.0\.9\nHostname: \S+$/);
    expect([info.headers.get("content-type"), info.headers.get("cache-control")]).toEqual([
      "text/plain; charset=utf-8",
      "no-store",
    ]);
  });

  it("answers other methods with 405 and other paths with 404, as problem details", async () => {
    const get = await fetch(`${app.url}/notification/send`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    const other = await problemOf(await fetch(`${app.url}/notification/sent`));
    expect(other).toMatchObject([PROBLEM_TYPE, { status: 404 }]);
  });
});

describe("a request to send", () => {
  it("is answered when it is known that the mail was sent", async () => {
    const answer = await post(JSON.stringify(helloBody), { "idempotency-key": "key-1" });
    expect([answer.status, await answer.json()]).toEqual([200, { messageId: "ses-1", status: "sent" }]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(asked.map(([{ subject }, key]) => [subject, key])).toEqual([["Hello", "key-1"]]);
  });

  it("needs no key", async () => {
    expect((await post(JSON.stringify(helloBody))).status).toBe(200);
    expect(asked.map(([, key]) => key)).toEqual([undefined]);
  });

  it.each<[string, number, string, () => Promise<Response>]>([
    [
      "no JSON",
      415,
      'the body is not JSON; allowed: a JSON object, with the header "Content-Type: application/json"',
      () => post("subject=Hello", { "content-type": "application/x-www-form-urlencoded" }),
    ],
    [
      "no type",
      415,
      'the body is not JSON; allowed: a JSON object, with the header "Content-Type: application/json"',
      () => post(new Uint8Array([123, 125]), { "content-type": "" }),
    ],
    ["no message", 400, '"content" is missing', () => post(JSON.stringify({ ...helloBody, content: undefined }))],
    [
      "a wrong key",
      400,
      'the header "Idempotency-Key" does not fit',
      () => post(JSON.stringify(helloBody), { "idempotency-key": "a b" }),
    ],
    ["broken JSON", 400, "the body is not valid JSON", () => post('{"toEmails": ["ann@example.com"')],
    ["a large body", 413, "too large", () => post(JSON.stringify({ ...helloBody, content: "a".repeat(110_000) }))],
    [
      "an unknown charset",
      415,
      "unsupported charset",
      () => post("{}", { "content-type": "application/json; charset=klingon" }),
    ],
  ])("is refused: %s", async (_what, status, detail, request) => {
    expect(await problemOf(await request())).toMatchObject([
      PROBLEM_TYPE,
      { status, detail: expect.stringContaining(detail) },
    ]);
    expect(asked).toEqual([]);
  });

  it("hands on what the delivery refuses, with when to come back", async () => {
    deliver = () => Promise.reject(new Problem(429, "the queue is full", { "Retry-After": "2" }));
    const answer = await post(JSON.stringify(helloBody));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "2"]);
  });

  it("leaves no address, subject or text in the log, whatever is wrong with it", async () => {
    await post(JSON.stringify(helloBody), { "idempotency-key": "key-1" });
    await post('{"toEmails": ["ann@example.com"], "subject": "Hello');
    await post(JSON.stringify({ ...helloBody, toEmails: ["ann@example.com", "bob at example.com"] }));
    await post(JSON.stringify({ ...helloBody, "cat@example.com": 1 }));
    await post(JSON.stringify({ ...helloBody, content: "ann@".repeat(30_000) }));
    await expect.poll(() => app.lines.filter(({ msg }) => msg === "request errored").length).toBeGreaterThan(3);
    expect(JSON.stringify([app.lines, log.lines])).not.toMatch(/ann@|bob at|cat@|Hello|How are/);
  });

  it("never is a fault of the service, whatever is in it", async () => {
    const field = fc.constantFrom(...Object.keys(helloBody), "htmlContent", "ccEmails", "bccEmails", "from", "x");
    const object = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.array(fc.emailAddress())));
    const close = object.map((fields) => ({ ...helloBody, ...fields }));
    const body = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      close.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    const type = fc.constantFrom(
      "application/json",
      "application/json; charset=utf-16le",
      "text/plain",
      "application/x-www-form-urlencoded",
    );
    const key = fc.option(fc.stringMatching(/^[!-~]{1,70}$/), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(body, type, key, async (text, contentType, idempotencyKey) => {
        const { status } = await post(text, {
          "content-type": contentType,
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        });
        expect([200, 400, 415]).toContain(status);
      }),
      { numRuns: 100 },
    );
  });
});
