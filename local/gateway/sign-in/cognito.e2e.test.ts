import { json } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { testServer } from "../../../tools/testing/test-server";
import { CognitoFault, EmulatedCognito } from "./cognito";

/** An emulator that gives this answer, and keeps what it was asked. */
async function emulatorOf(status: number, body: string) {
  const asked: unknown[] = [];
  const port = await testServer(async (request, response) => {
    asked.push([request.method, request.url, await json(request)]);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  return { cognito: new EmulatedCognito(`http://127.0.0.1:${port}`), asked };
}

const TOKENS = { access_token: "a", refresh_token: "r", expires_in: 3_600, token_type: "Bearer" };

describe("the emulator's Cognito", () => {
  it("signs in, or says why not", async () => {
    const { cognito, asked } = await emulatorOf(200, '{"username":"ada"}');
    expect(await cognito.signIn("pool", "client", "ada@example.test", "word")).toEqual({ username: "ada" });
    const body = { pool: "pool", client: "client", username: "ada@example.test", password: "word" };
    expect(asked).toEqual([["POST", "/_local/cognito/sign-in", body]]);
    const refusing = await emulatorOf(401, '{"reason":"NewPasswordRequired"}');
    expect(await refusing.cognito.signIn("pool", "client", "ada", "word")).toEqual({ reason: "NewPasswordRequired" });
  });

  it("gives tokens, and refreshes them", async () => {
    const { cognito, asked } = await emulatorOf(200, JSON.stringify(TOKENS));
    const request = { pool: "pool", client: "client", username: "ada", scopes: ["openid"], nonce: "once" };
    expect(await cognito.tokens(request)).toEqual(TOKENS);
    expect(await cognito.refresh("pool", "client", "r")).toEqual(TOKENS);
    expect(asked).toEqual([
      ["POST", "/_local/cognito/tokens", request],
      ["POST", "/_local/cognito/refresh", { pool: "pool", client: "client", refresh_token: "r" }],
    ]);
  });

  it("gives none where it refuses", async () => {
    const { cognito } = await emulatorOf(400, "{}");
    const request = { pool: "pool", client: "client", username: "ada", scopes: [] };
    expect([await cognito.tokens(request), await cognito.refresh("pool", "client", "r")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each([
    [500, "{}"],
    [200, "{}"],
    [200, "no JSON"],
    [200, "null"],
  ])("is at fault with status %i and %s", async (status, body) => {
    const { cognito } = await emulatorOf(status, body);
    const secret = "a-secret-word";
    const failed = await cognito.signIn("pool", "client", "ada", secret).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CognitoFault);
    expect(String(failed)).not.toContain(secret);
    await expect(cognito.refresh("pool", "client", secret)).rejects.toThrow(CognitoFault);
  });
});
