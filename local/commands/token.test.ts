import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { recordingTerminal } from "../../tools/testing/recording-terminal";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { testServer } from "../../tools/testing/test-server";
import { clientSettings } from "../cloud/variables";
import { type CommandOptions, NO_OPTIONS } from "./command";
import { printToken } from "./token";
import { printPassword } from "./user";

const POOL = { UserPools: [{ Id: "us-east-1_Pool", Name: "public-api-local" }] };

const DOMAIN = "shop-local.auth.us-east-1.amazoncognito.com";

/** A Cognito that answers by the name of the action, and a run beside it. */
async function contextOf(answers: Readonly<Record<string, object>> = {}, signIns: Record<string, string> = {}) {
  const port = await testServer(async (request, response) => {
    await text(request);
    const action = request.headers["x-amz-target"]?.toString().split(".")[1] ?? "";
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify(answers[action] ?? {}));
  });
  const emulatorUrl = `http://127.0.0.1:${port}`;
  const { terminal, written } = recordingTerminal();
  const running = {
    ...{ folder: "", emulatorUrl, region: "us-east-1", runtime: "process" as const },
    ...{ listeners: {}, apis: {}, signIns },
  };
  const settings = clientSettings(emulatorUrl, "us-east-1");
  return { context: { root: "", terminal, lifetime: testLifetime(), running, settings }, written };
}

const refusal = (message: string) => expect.objectContaining({ status: 2, message: expect.stringContaining(message) });

describe("the command token", () => {
  it.each([
    [["one"], {}, "token takes options only: --scope, --user"],
    [[], { user: "ada@example.com" }, "--user needs the user's password on standard input: add --password-stdin"],
    [[], { "password-stdin": true }, "--password-stdin is for the password of --user EMAIL: add that"],
    [
      [],
      { user: "ada@example.com", "password-stdin": true },
      "--password-stdin: there is no password on standard input",
    ],
  ] as const)("refuses %j with %j", async (args, options: Partial<CommandOptions>, message) => {
    const { context, written } = await contextOf();
    const done = printToken(context, args, { ...NO_OPTIONS, ...options }, Readable.from(["\n"]));
    await expect(done).rejects.toEqual(refusal(message));
    expect(written()).toBe("");
  });

  it.each([
    ["no users", {}, {}, "there is no user pool public-api-local here: what `npm start` deploys has no API"],
    [
      "pages that are not served yet",
      { ListUserPools: POOL, DescribeUserPool: { UserPool: { Domain: "shop-local" } } },
      {},
      "the sign-in pages of public-api-local are not served yet: wait until `npm start` has deployed them",
    ],
    [
      "no app client",
      { ListUserPools: POOL, DescribeUserPool: { UserPool: { Domain: "shop-local" } } },
      { [DOMAIN]: "http://127.0.0.1:9" },
      "the user pool public-api-local has no app client public-api-local yet",
    ],
  ] as const)("refuses where there are %s", async (_, answers, signIns, message) => {
    const { context, written } = await contextOf(answers, signIns);
    await expect(printToken(context, [], NO_OPTIONS)).rejects.toEqual(refusal(message));
    expect(written()).toBe("");
  });
});

describe("the command user", () => {
  it.each([
    [[], "user takes the e-mail address of one user"],
    [["a@example.com", "b@example.com"], "user takes the e-mail address of one user"],
    [["ada"], 'the user is "ada"; it has to be an e-mail address such as ops@example.com'],
    [["You@example.com"], "you@example.com is the user of the command token, which sets a new password each time"],
  ])("refuses %j", async (args, message) => {
    const { context, written } = await contextOf();
    await expect(printPassword(context, args)).rejects.toEqual(refusal(message));
    expect(written()).toBe("");
  });
});
