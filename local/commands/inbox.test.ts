import { describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { recordingTerminal } from "../../tools/testing/recording-terminal";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { testServer } from "../../tools/testing/test-server";
import type { Mail } from "../cloud/inbox";
import { clientSettings } from "../cloud/variables";
import { type CommandOptions, NO_OPTIONS } from "./command";
import { showInbox } from "./inbox";

function mail(id: number, given: Partial<Mail> = {}): Mail {
  return {
    id,
    messageId: `m-${id}`,
    time: "2026-01-02T03:04:05.678Z",
    from: "no-reply@example.test",
    to: [`user-${id}@example.test`],
    cc: [],
    bcc: [],
    subject: "Hello",
    text: "Hello, your account is there.",
    html: null,
    headers: {},
    tags: {},
    configurationSet: null,
    ...given,
  };
}

/** Runs the command against an inbox that has these mails; more may come. */
async function inbox(
  mails: readonly Mail[] | string,
  args: readonly string[] = [],
  given: Partial<CommandOptions> = {},
) {
  const port = await testServer((request, response) => {
    const since = Number(new URL(request.url ?? "", "http://emulator").searchParams.get("since"));
    if (typeof mails === "string") response.writeHead(500).end(mails);
    else response.end(JSON.stringify({ mails: mails.filter(({ id }) => id > since) }));
  });
  const emulatorUrl = `http://127.0.0.1:${port}`;
  const { terminal, written } = recordingTerminal();
  const lifetime = testLifetime();
  const served = { listeners: {}, apis: {}, signIns: {} };
  const running = { folder: "", emulatorUrl, region: "us-east-1", runtime: "process" as const, ...served };
  const context = { root: "", terminal, lifetime, running, settings: clientSettings(emulatorUrl, "us-east-1") };
  return { done: showInbox(context, args, { ...NO_OPTIONS, ...given }), written, lifetime };
}

async function printed(...given: Parameters<typeof inbox>): Promise<string> {
  const { done, written } = await inbox(...given);
  await done;
  return written();
}

describe("the inbox", () => {
  it("is a table of mails, with everybody who got them", async () => {
    const text = await printed([mail(1), mail(2, { cc: ["a@x.test"], bcc: ["b@x.test", "c@x.test"] })]);
    expect(
      text.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | ").replaceAll(/\d\d:\d\d:\d\d/g, "TIME")),
    ).toEqual([
      " | mail | at | from | to | subject",
      " | 1 | TIME | no-reply@example.test | user-1@example.test | Hello",
      " | 2 | TIME | no-reply@example.test | user-2@example.test; cc a@x.test; bcc b@x.test, c@x.test | Hello",
      "",
    ]);
  });

  it("says it when it is empty", async () => {
    expect(await printed([])).toBe("no mail has been sent\n");
    expect(JSON.parse(await printed([], [], { json: true }))).toEqual([]);
  });

  it("shows one mail with its headers, tags and bodies", async () => {
    const text = await printed(
      [
        mail(1),
        mail(2, {
          html: "<p>Hello</p>",
          headers: { "X-Idempotency-Key": "k" },
          tags: { kind: "welcome" },
          configurationSet: "set",
        }),
      ],
      ["2"],
    );
    expect(text).toBe(`from: no-reply@example.test
to: user-2@example.test
subject: Hello
time: 2026-01-02T03:04:05.678Z
message id: m-2
configuration set: set
X-Idempotency-Key: k
tag kind: welcome

Hello, your account is there.

<p>Hello</p>
`);
  });

  it("is JSON, all of it or one mail", async () => {
    const mails = [mail(1), mail(2)];
    expect(JSON.parse(await printed(mails, [], { json: true }))).toEqual(mails);
    expect(JSON.parse(await printed(mails, ["2"], { json: true }))).toEqual([mails[1]]);
  });

  it("lets no mail write to the terminal", async () => {
    const text = await printed([mail(1, { subject: "a\u001b[2Jb\nc", text: "d\u001b]0;e\u0007" })], ["1"]);
    expect(text).toContain("subject: a\uFFFD[2Jb c\n");
    expect(text).toContain("\nd\uFFFD]0;e\uFFFD\n");
  });

  it.each([
    ["a line", false, /^1 {2}\d\d:\d\d:\d\d {2}user-1@example\.test {2}Hello$/],
    ["a line of JSON", true, /^\{"id":1,/],
  ])("is followed by %s for each mail as it comes, once", async (_, json, first) => {
    const mails = [mail(1)];
    const { done, written, lifetime } = await inbox(mails, [], { follow: true, json });
    done.catch(() => undefined);
    await expect.poll(() => written().split("\n")).toHaveLength(2);
    mails.push(mail(2));
    await expect.poll(() => written().split("\n")).toHaveLength(3);
    lifetime.interrupt();
    await expect(done).rejects.toThrow(Interrupted);
    expect(written().split("\n")[0]).toMatch(first);
    expect(written().match(/user-1@/g)).toHaveLength(1);
  });

  it.each([
    ["two numbers", ["1", "2"], {}, "inbox takes the number of one mail, or none for all of them"],
    ["a number to follow", ["1"], { follow: true }, "inbox --follow takes no number of a mail"],
    ["a number that no mail has", ["9"], {}, "there is no mail 9; there are: 1 to 2"],
    ["what is no number", ["first"], {}, 'the number of a mail is "first"; it has to be a whole number from 1 to'],
  ])("refuses %s", async (_, args, options, message) => {
    await expect(printed([mail(1), mail(2)], args, options)).rejects.toThrow(
      expect.objectContaining({ status: 2, message: expect.stringContaining(message) }),
    );
  });

  it("tells what the emulator says where it can't be read", async () => {
    await expect(printed("broken")).rejects.toThrow("the inbox can't be read: 500 broken");
  });
});
