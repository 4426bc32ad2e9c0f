import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { RunningService } from "@express-on-ecs/kit/testing/run-service";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import declaration from "../service.json";
import { gate } from "../testing/gate";
import { helloBody } from "../testing/messages";
import { PostOffice, send } from "../testing/post-office";

const THROTTLED = { status: 429, type: "TooManyRequestsException", message: "Maximum sending rate exceeded." };

let office: PostOffice;
let service: RunningService;

beforeAll(async () => {
  office = await PostOffice.open();
  service = await office.start();
});
afterAll(() => office.close());
afterEach(() => office.clear());

describe("a mail", () => {
  it("goes out as it was asked for, by the service's own sender, with its key", async () => {
    const answer = await send(service, "key-1", {
      ...helloBody,
      htmlContent: "<p>How are you?</p>",
      from: "evil@example.com",
      toEmails: ["Ann@example.com", "bob@example.com", "ann@Example.com"],
      ccEmails: ["BOB@example.com", "cat@example.com"],
      bccEmails: ["cat@example.com", "dan@bücher.example"],
    });
    expect(answer).toMatchObject({ status: 200, body: { messageId: "ses-1", status: "sent" } });
    expect(office.ses.accepted.map(({ input }) => input)).toEqual([
      {
        FromEmailAddress: "noreply@example.test",
        ConfigurationSetName: "mail-local",
        Destination: {
          ToAddresses: ["Ann@example.com", "bob@example.com"],
          CcAddresses: ["cat@example.com"],
          BccAddresses: ["dan@xn--bcher-kva.example"],
        },
        Content: {
          Simple: {
            Subject: { Data: "Hello", Charset: "UTF-8" },
            Body: {
              Text: { Data: "How are you?", Charset: "UTF-8" },
              Html: { Data: "<p>How are you?</p>", Charset: "UTF-8" },
            },
            Headers: [{ Name: "X-Idempotency-Key", Value: "key-1" }],
          },
        },
        EmailTags: [{ Name: "idempotency-key", Value: "key-1" }],
      },
    ]);
    expect(await office.keys()).toEqual([{ idempotency_key: "key-1", state: "sent", message_id: "ses-1" }]);
  });

  it("without a key goes out each time it is asked for, with different keys of the service's own", async () => {
    for (const _ of [1, 2]) expect((await send(service)).status).toBe(200);
    expect(new Set(office.ses.keys).size).toBe(2);
    expect(await office.keys()).toEqual([]);
  });

  it("whose key comes again is not sent again, in the same task or in another one", async () => {
    const other = await office.start();
    const first = await send(service, "key-1");
    for (const task of [service, other]) {
      expect(await send(task, "key-1")).toMatchObject({ status: 200, body: { ...first.body, status: "already-sent" } });
    }
    expect(office.ses.keys).toEqual(["key-1"]);
    other.signal("SIGTERM");
    expect(await other.exited).toMatchObject({ status: 0 });
  });

  it("that two tasks are asked for twenty times at once is sent once, and who comes too early is told when to come back", async () => {
    const other = await office.start();
    const { open, opened } = gate();
    office.ses.behaviour = () => opened.then(() => "accept");
    const first = send(service, "key-1");
    await office.ses.until(({ calls }) => calls === 1);
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send(index % 2 ? service : other, "key-1")),
    );
    for (const { status, retryAfter, body } of others) {
      expect([status, retryAfter]).toEqual([409, expect.stringMatching(/^[1-5]$/)]);
      expect(body.detail).toBe("the mail with this key is being sent at this moment; try again later");
    }
    open();
    const { messageId, status } = (await first).body;
    expect(status).toBe("sent");
    expect((await send(other, "key-1")).body).toEqual({ messageId, status: "already-sent" });
    expect(office.ses.keys).toEqual(["key-1"]);
    other.signal("SIGTERM");
    await other.exited;
  });

  it("that differs from the first with its key is refused with 422", async () => {
    await send(service, "key-1");
    const answer = await send(service, "key-1", { ...helloBody, subject: "Other" });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        detail:
          'the key of the header "Idempotency-Key" was used for another mail; allowed: the same mail again, or a new key',
      },
    });
    expect(office.ses.keys).toEqual(["key-1"]);
  });
});

describe("SES", () => {
  it("that throttles three times gets the mail a fourth time, and once", async () => {
    office.ses.behaviour = ({ call }) => (call <= 3 ? THROTTLED : "accept");
    expect((await send(service, "key-1")).status).toBe(200);
    expect([office.ses.calls, office.ses.keys]).toEqual([4, ["key-1"]]);
  });

  it.each([
    ["has a fault", { status: 500, type: "InternalServiceErrorException" }],
    ["drops the connection", "drop"],
    ["answers nonsense", "garbage"],
  ] as const)("that %s once gets the mail again", async (_what, behaviour) => {
    office.ses.behaviour = ({ call }) => (call === 1 ? behaviour : "accept");
    expect((await send(service, "key-1")).status).toBe(200);
    expect([office.ses.calls, office.ses.keys]).toEqual([2, ["key-1"]]);
  });

  it("that throttles on and on ends in 503 within the deadline, and the mail can be sent at once afterwards", async () => {
    office.ses.behaviour = () => THROTTLED;
    const answer = await send(service, "key-1");
    expect(answer).toMatchObject({
      status: 503,
      retryAfter: "2",
      body: { detail: "The mail could not be sent at the moment. Please try again in a few seconds." },
    });
    expect(office.ses.calls).toBeGreaterThan(3);
    office.ses.behaviour = () => "accept";
    expect((await send(service, "key-1")).body).toMatchObject({ status: "sent" });
    expect(office.ses.keys).toEqual(["key-1"]);
  });

  it("that does not answer is asked again after its time, which may send twice: with the same key", async () => {
    office.ses.behaviour = ({ call }) => (call === 1 ? "accept silently" : "accept");
    expect((await send(service, "key-1")).status).toBe(200);
    expect(office.ses.keys).toEqual(["key-1", "key-1"]);
    await expect
      .poll(() => service.lines.filter(({ unanswered }) => unanswered === true).at(-1))
      .toMatchObject({ key: "key-1", attempt: 1 });
  });

  it("that may not be used answers 503 at once: the mail is not the reason", async () => {
    office.ses.behaviour = () => ({ status: 403, type: "AccessDeniedException", message: "about ann@example.com" });
    expect(await send(service, "key-1")).toMatchObject({ status: 503, retryAfter: "10" });
    expect(office.ses.calls).toBe(1);
  });

  it("that refuses the mail answers 422", async () => {
    office.ses.behaviour = () => ({ status: 400, type: "MessageRejected", message: "about ann@example.com" });
    expect(await send(service, "key-1")).toMatchObject({
      status: 422,
      body: {
        detail:
          "Amazon SES refuses this mail: its recipients or its content. It was not sent, and would not be if tried again.",
      },
    });
    expect(office.ses.calls).toBe(1);
  });
});

describe("the task", () => {
  it("says which one it is, and that it is up", async () => {
    const info = await fetch(`${service.url}/notification/info`);
    expect(await info.text()).toBe(`Notification Service IP Address: 127.0.0.1\nHostname: ${hostname()}`);
    const health = await fetch(`${service.url}${declaration.healthCheck.path}`);
    expect([health.status, await health.text()]).toEqual([200, "Notification Service is Up and Running"]);
  });

  it("needs its own variables, and says which is missing", async () => {
    const fault = await office.start({ AWS_MAIL_SERVER_FROM_ADDRESS: "", AWS_REGION: "" }).catch(String);
    expect(fault).toContain("the environment does not fit: 2 variables are wrong");
  });

  it("leaves no address, subject, text or password in its log", async () => {
    const broken = { method: "POST", headers: { "content-type": "application/json" }, body: '{"toEmails": ["ann@' };
    await fetch(`${service.url}/notification/send`, broken);
    await send(service, "key-1", { ...helloBody, ccEmails: ["bob at example.com"] });
    const log = JSON.stringify(service.lines);
    expect(log).toContain("mail sent");
    expect(log).not.toMatch(/ann@|bob at|Ann@|evil@|dan@|Hello|How are|\bnoreply@/);
  });

  it("has no fault of its own, whatever it is asked", async () => {
    const field = fc.constantFrom(...Object.keys(helloBody), "htmlContent", "ccEmails", "bccEmails", "from", "other");
    const values = fc.oneof(fc.jsonValue(), fc.string(), fc.array(fc.emailAddress()), fc.array(fc.string()));
    const bodies = fc.oneof(
      fc.dictionary(field, values).map((fields) => ({ ...helloBody, ...fields })),
      fc.dictionary(field, values),
      fc.jsonValue(),
    );
    const keys = fc.option(fc.stringMatching(/^[!-~]{1,70}$/), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(bodies, keys, async (body, key) => {
        const { status } = await send(service, key, body);
        expect([200, 400, 422]).toContain(status);
      }),
      { numRuns: 500 },
    );
    const injected = office.ses.accepted.filter(({ input }) => /[\r\n]/.test(input.Content.Simple.Subject.Data));
    expect(injected).toEqual([]);
  });
});

describe("the image", () => {
  it("exposes its port and does not run as root", async () => {
    const lines = (await readFile(join(import.meta.dirname, "..", "Dockerfile"), "utf8")).split("\n");
    expect(lines.filter((line) => /^(EXPOSE|USER|STOPSIGNAL|CMD) /.test(line))).toEqual([
      "USER node",
      `EXPOSE ${declaration.port}`,
      "STOPSIGNAL SIGTERM",
      'CMD ["node", "--enable-source-maps", "main.cjs"]',
    ]);
  });
});
