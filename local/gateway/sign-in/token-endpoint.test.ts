import { describe, expect, it } from "vitest";
import type { ViewClient } from "../../cloud/view";
import { CALLBACK, CHALLENGE, fakeCognito, signInOf, VERIFIER } from "../testing/sign-in";
import { CLIENT } from "../testing/tokens";
import { Codes } from "./codes";
import { answerTokenRequest } from "./token-endpoint";

const GRANT = {
  client: CLIENT,
  redirectUri: CALLBACK,
  username: "ada",
  scopes: ["openid", "service-b-api/read"],
  challenge: CHALLENGE,
};

const MINUTE_MS = 60_000;

function endpoint(client: Partial<ViewClient> = {}) {
  let now = 0;
  const codes = new Codes(() => now);
  const { cognito, asked } = fakeCognito();
  const ask = (fields: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    );
    return answerTokenRequest(new URLSearchParams(given), signInOf(client), { codes, cognito });
  };
  const redeem = (code: string, changes: Readonly<Record<string, string | undefined>> = {}) =>
    ask({
      grant_type: "authorization_code",
      client_id: CLIENT,
      code,
      redirect_uri: CALLBACK,
      code_verifier: VERIFIER,
      ...changes,
    });
  const wait = (ms: number) => {
    now += ms;
  };
  return { codes, ask, redeem, wait, asked };
}

const refused = (error: string, error_description: string) => ({ status: 400, body: { error, error_description } });

const NOT_GOOD = refused("invalid_grant", "the code is used or too old, or is not for this request");

describe("a code", () => {
  it("gives tokens for whom and what it was issued for", async () => {
    const { codes, redeem, asked } = endpoint();
    const answer = await redeem(codes.issue(GRANT));
    expect(answer).toEqual({ status: 200, body: { access_token: "for-ada", expires_in: 3_600, token_type: "Bearer" } });
    expect(asked).toEqual([{ pool: "us-east-1_Pool", client: CLIENT, username: "ada", scopes: GRANT.scopes }]);
  });

  it("gives them once", async () => {
    const { codes, redeem } = endpoint();
    const code = codes.issue(GRANT);
    expect(await redeem(code)).toMatchObject({ status: 200 });
    expect(await redeem(code)).toEqual(NOT_GOOD);
  });

  it.each([
    ["another verifier", { code_verifier: `${VERIFIER}x` }],
    ["the challenge for its verifier", { code_verifier: CHALLENGE }],
    ["a verifier that is too short", { code_verifier: "short" }],
    ["another redirect URI, also a registered one", { redirect_uri: "com.example.app://signed-in" }],
  ])("gives nothing with %s, not even to the right one afterwards", async (_, changes) => {
    const { codes, redeem } = endpoint();
    const code = codes.issue(GRANT);
    expect(await redeem(code, changes)).toEqual(NOT_GOOD);
    expect(await redeem(code)).toEqual(NOT_GOOD);
  });

  it("gives nothing to another client", async () => {
    const { codes, redeem } = endpoint();
    expect(await redeem(codes.issue({ ...GRANT, client: "other" }))).toEqual(NOT_GOOD);
  });

  it("is good for five minutes", async () => {
    const { codes, redeem, wait } = endpoint();
    const [first, second] = [codes.issue(GRANT), codes.issue(GRANT)];
    wait(5 * MINUTE_MS - 1);
    expect(await redeem(first)).toMatchObject({ status: 200 });
    wait(1);
    expect(await redeem(second)).toEqual(NOT_GOOD);
  });

  it("is forgotten where nobody redeems it, the oldest first", async () => {
    const { codes, redeem, wait } = endpoint();
    const first = codes.issue(GRANT);
    wait(1);
    const second = codes.issue(GRANT);
    for (let count = 0; count < 999; count++) codes.issue(GRANT);
    expect(await redeem(first)).toEqual(NOT_GOOD);
    expect(await redeem(second)).toMatchObject({ status: 200 });
  });

  it("gives nothing where the user is gone", async () => {
    const { codes, redeem } = endpoint();
    const answer = await redeem(codes.issue({ ...GRANT, username: "gone" }));
    expect(answer).toEqual(refused("invalid_grant", "the grant is no longer good"));
  });
});

describe("a refresh token", () => {
  const refresh = { grant_type: "refresh_token", client_id: CLIENT };

  it("gives tokens again", async () => {
    expect(await endpoint().ask({ ...refresh, refresh_token: "good" })).toMatchObject({
      status: 200,
      body: { access_token: "again" },
    });
  });

  it("gives nothing where Cognito refuses it", async () => {
    const answer = await endpoint().ask({ ...refresh, refresh_token: "bad" });
    expect(answer).toEqual(refused("invalid_grant", "the grant is no longer good"));
  });
});

describe("a request for tokens is refused", () => {
  const CODE = {
    grant_type: "authorization_code",
    client_id: CLIENT,
    code: "c",
    redirect_uri: "r",
    code_verifier: "v",
  };

  it.each([
    ["without a grant type", { ...CODE, grant_type: undefined }, "invalid_request", "grant_type is missing"],
    [
      "with the password grant",
      { ...CODE, grant_type: "password" },
      "unsupported_grant_type",
      "grant_type has to be authorization_code or refresh_token",
    ],
    [
      "of an unknown client",
      { ...CODE, client_id: "other" },
      "invalid_client",
      "no app client of this user pool has this client_id",
    ],
    ["without a code", { ...CODE, code: undefined }, "invalid_request", "code is missing"],
    ["without a redirect URI", { ...CODE, redirect_uri: undefined }, "invalid_request", "redirect_uri is missing"],
    ["without a verifier", { ...CODE, code_verifier: undefined }, "invalid_request", "code_verifier is missing"],
    [
      "without a refresh token",
      { grant_type: "refresh_token", client_id: CLIENT },
      "invalid_request",
      "refresh_token is missing",
    ],
  ])("%s", async (_, fields, error, description) => {
    expect(await endpoint().ask(fields)).toEqual(refused(error, description));
  });

  it("of a client with a secret", async () => {
    const answer = await endpoint({ secret: true }).ask(CODE);
    expect(answer).toEqual(refused("invalid_client", "app clients with a secret are not served on this machine"));
  });

  it("of a client without the grant", async () => {
    const answer = await endpoint({ flows: [] }).ask(CODE);
    expect(answer).toEqual(refused("unauthorized_client", "the client has no such grant"));
  });
});
