import { SESv2ServiceException, type SendEmailCommandInput } from "@aws-sdk/client-sesv2";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryLog } from "../testing/log";
import { hello } from "../testing/messages";
import { Deadline } from "./deadline";
import { ATTEMPT_MILLISECONDS, Mailer, SHORTEST_ATTEMPT_MILLISECONDS } from "./mailer";
import type { Message } from "./message";
import type { SesClient } from "./ses-client";

const options = { from: "noreply@example.test", configurationSet: "mail-local" };

type Call = { input: SendEmailCommandInput; abortSignal: AbortSignal };

/** @param answers one after the other; the last for all that follow */
function fakeClient(...answers: (() => Promise<{ MessageId?: string }>)[]) {
  const calls: Call[] = [];
  const sendEmail: SesClient["sendEmail"] = async (input, { abortSignal }) => {
    calls.push({ input, abortSignal });
    return (await (answers[calls.length - 1] ?? answers.at(-1))?.()) ?? {};
  };
  return { calls, client: { sendEmail } };
}

const accepted = async () => ({ MessageId: "ses-1" });
const refusal = (name: string, status: number) => () =>
  Promise.reject(
    new SESv2ServiceException({
      name,
      $fault: "client",
      message: "ann@example.com",
      $metadata: { httpStatusCode: status },
    }),
  );
const throttled = refusal("TooManyRequestsException", 429);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends with pauses of their full length. */
function send({ client }: { client: SesClient }, message: Message = hello, milliseconds = 10_000) {
  const log = memoryLog();
  const mailer = new Mailer(
    async () => client,
    options,
    () => 1,
  );
  const outcome = mailer.send(message, "key-1", new Deadline(milliseconds), log.logger);
  outcome.catch(() => undefined);
  return { outcome, log };
}

describe("a mail", () => {
  it("is sent by the configured sender, with the configuration set, and with its key as tag and header", async () => {
    const ses = fakeClient(accepted);
    const recipients = { to: ["ann@example.com"], cc: ["bob@example.com"], bcc: ["cat@example.com"] };
    expect(await send(ses, { ...hello, html: "<p>Hi</p>", recipients }).outcome).toBe("ses-1");
    expect(ses.calls.map(({ input }) => input)).toEqual([
      {
        FromEmailAddress: "noreply@example.test",
        ConfigurationSetName: "mail-local",
        Destination: {
          ToAddresses: ["ann@example.com"],
          CcAddresses: ["bob@example.com"],
          BccAddresses: ["cat@example.com"],
        },
        Content: {
          Simple: {
            Subject: { Data: "Hello", Charset: "UTF-8" },
            Body: {
              Text: { Data: "How are you?", Charset: "UTF-8" },
              Html: { Data: "<p>Hi</p>", Charset: "UTF-8" },
            },
            Headers: [{ Name: "X-Idempotency-Key", Value: "key-1" }],
          },
        },
        EmailTags: [{ Name: "idempotency-key", Value: "key-1" }],
      },
    ]);
  });

  it("without HTML has its text alone", async () => {
    const ses = fakeClient(accepted);
    await send(ses).outcome;
    const body = ses.calls[0]?.input.Content?.Simple?.Body;
    expect(body).toEqual({ Text: { Data: "How are you?", Charset: "UTF-8" } });
  });

  it("is tried again after throttling and faults of SES, each time after a longer pause", async () => {
    const ses = fakeClient(throttled, refusal("InternalServiceErrorException", 500), throttled, accepted);
    const { outcome, log } = send(ses);
    const counts: number[] = [];
    for (const pause of [99, 1, 199, 1, 399, 1]) {
      await vi.advanceTimersByTimeAsync(pause);
      counts.push(ses.calls.length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4]);
    expect(await outcome).toBe("ses-1");
    expect(log.lines.map(({ level, attempt, reason }) => [level, attempt, reason])).toEqual([
      ["warn", 1, "TooManyRequestsException (429)"],
      ["warn", 2, "InternalServiceErrorException (500)"],
      ["warn", 3, "TooManyRequestsException (429)"],
    ]);
    expect(JSON.stringify(log.lines)).not.toContain("@");
  });

  it("is given up when the next attempt would have no time, with 503 and when to come back", async () => {
    const ses = fakeClient(throttled);
    const { outcome } = send(ses, hello, 1700 + SHORTEST_ATTEMPT_MILLISECONDS);
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(outcome).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "2" } });
    // Pauses of 100, 200, 400 and 800 ms; one of 1600 ms would be too long.
    expect(ses.calls).toHaveLength(5);
  });

  it("is not begun without time", async () => {
    const ses = fakeClient(accepted);
    await expect(send(ses, hello, SHORTEST_ATTEMPT_MILLISECONDS - 1).outcome).rejects.toMatchObject({ status: 503 });
    expect(ses.calls).toEqual([]);
  });

  it.each(["AccessDeniedException", "SendingPausedException"])(
    "is not tried again while somebody has to mend something: %s",
    async (name) => {
      const ses = fakeClient(refusal(name, 403));
      const { outcome, log } = send(ses);
      await expect(outcome).rejects.toMatchObject({
        status: 503,
        headers: { "Retry-After": "10" },
        message: `the mail could not be sent: ${name} (403)`,
        detail: "The mail could not be sent at the moment. Please try again in a few seconds.",
      });
      expect([ses.calls.length, log.lines.map(({ level }) => level)]).toEqual([1, ["error"]]);
    },
  );

  it("that SES refuses is refused", async () => {
    const ses = fakeClient(refusal("MessageRejected", 400));
    await expect(send(ses).outcome).rejects.toMatchObject({
      status: 422,
      detail:
        "Amazon SES refuses this mail: its recipients or its content. It was not sent, and would not be if tried again.",
    });
    expect(ses.calls).toHaveLength(1);
  });

  it("gives an attempt a time of its own, and no more than there is", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
    const aborted = () => Promise.reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
    const ses = fakeClient(aborted, accepted);
    const { outcome, log } = send(ses, hello, ATTEMPT_MILLISECONDS + 50);
    await vi.advanceTimersByTimeAsync(100);
    expect(await outcome).toBe("ses-1");
    expect(timeout.mock.calls).toEqual([[ATTEMPT_MILLISECONDS], [ATTEMPT_MILLISECONDS - 50]]);
    expect(ses.calls.map(({ abortSignal }) => abortSignal)).toEqual(timeout.mock.results.map(({ value }) => value));
    expect(log.lines).toMatchObject([{ reason: "AbortError", unanswered: true }]);
  });
});
