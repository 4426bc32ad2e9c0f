import { createLocalJWKSet } from "jose";
import { describe, expect, it } from "vitest";
import type { ViewAuthorizer } from "../cloud/view";
import { decide } from "./authorizer";
import { CLIENT, forged, ISSUER, poolKey } from "./testing/tokens";

const key = poolKey("key-1");
const stranger = poolKey("key-1");
const AUTHORIZER: ViewAuthorizer = { id: "authorizer", issuer: ISSUER, audience: [CLIENT, "client-2"] };
const SCOPES = ["service-b-api/read"];

/** The keys of the pool, without a server. */
const keys = {
  of: () => createLocalJWKSet({ keys: [key.jwk] }),
};

const decided = (token: string | undefined, scopes: readonly string[] = SCOPES, authorizer = AUTHORIZER) =>
  decide(token && `Bearer ${token}`, authorizer, scopes, keys);

const now = () => Math.floor(Date.now() / 1_000);

describe("a JWT authoriser lets pass", () => {
  it("a token of the issuer, for one of its clients, with the scope", async () => {
    expect(await decided(await key.sign())).toMatchObject({ allowed: true, claims: { sub: "somebody" } });
  });

  it("the token alone, in whatever case Bearer is written", async () => {
    const token = await key.sign();
    expect(await decide(token, AUTHORIZER, SCOPES, keys)).toMatchObject({ allowed: true });
    expect(await decide(`bearer ${token}`, AUTHORIZER, SCOPES, keys)).toMatchObject({ allowed: true });
  });

  it("one of several scopes, given as text or as a list", async () => {
    const wanted = ["other/scope", "service-b-api/read"];
    expect(await decided(await key.sign({ scope: "openid service-b-api/read" }), wanted)).toMatchObject({
      allowed: true,
    });
    const scp = ["service-b-api/read"];
    expect(await decided(await key.sign({ scope: undefined, scp }), wanted)).toMatchObject({ allowed: true });
  });

  it("any token of its clients where the route names no scope", async () => {
    expect(await decided(await key.sign({ scope: undefined }), [])).toMatchObject({ allowed: true });
  });

  it("any client where it names none", async () => {
    const any = { ...AUTHORIZER, audience: [] };
    expect(await decided(await key.sign({ client_id: "other" }), SCOPES, any)).toMatchObject({ allowed: true });
  });
});

describe("a JWT authoriser refuses", () => {
  const unauthorized = (error: string) => ({
    allowed: false,
    refusal: "unauthorized",
    challenge: `Bearer scope="" error="invalid_token" error_description="${error}"`,
    error,
  });

  it.each([undefined, "", "   "])("a request without a token: %j", async (authorization) => {
    const expected = { allowed: false, refusal: "unauthorized", challenge: "Bearer", error: "there is no token" };
    expect(await decide(authorization, AUTHORIZER, SCOPES, keys)).toEqual(expected);
  });

  it.each([
    ["another issuer", { iss: `${ISSUER}2` }, "the token does not have a valid issuer"],
    ["no issuer", { iss: undefined }, "the token does not have a valid issuer"],
    ["another client", { client_id: "other" }, "the token does not have a valid audience"],
    ["no client", { client_id: undefined }, "the token does not have a valid audience"],
    ["another audience, whatever the client", { aud: "other" }, "the token does not have a valid audience"],
    ["no end", { exp: undefined }, "the token does not say when it expires"],
    ["a later beginning", { nbf: now() + 600 }, "the token is not valid yet"],
    ["a later issue", { iat: now() + 600 }, "the token is not valid yet"],
  ])("a token with %s", async (_, claims, error) => {
    expect(await decided(await key.sign(claims))).toEqual(unauthorized(error));
  });

  it("a token that has expired", async () => {
    const expired = { ...unauthorized("the token has expired"), refusal: "expired" };
    expect(await decided(await key.sign({ exp: now() - 1 }))).toEqual(expired);
  });

  it("a token without a signature (alg none)", async () => {
    const error = "the token has an invalid signing method";
    for (const alg of ["none", "None", "NONE"]) {
      expect(await decided(forged(await key.sign(), { alg, kid: "key-1" }))).toEqual(unauthorized(error));
    }
  });

  it("a token that is signed by HMAC with the public key", async () => {
    const token = forged(await key.sign(), { alg: "HS256", kid: "key-1" }, key.pem);
    expect(await decided(token)).toEqual(unauthorized("the token has an invalid signing method"));
  });

  it("a token of another key by the name of the pool's", async () => {
    expect(await decided(await stranger.sign())).toEqual(unauthorized("the token has an invalid signature"));
  });

  it("a token of an unknown key", async () => {
    const token = await key.sign({}, { kid: "key-2" });
    expect(await decided(token)).toEqual(unauthorized("the token is of an unknown key"));
  });

  it("claims that were changed afterwards", async () => {
    const [header, , signature] = (await key.sign({ scope: "openid" })).split(".");
    const claims = (await key.sign()).split(".")[1];
    expect(await decided(`${header}.${claims}.${signature}`)).toEqual(
      unauthorized("the token has an invalid signature"),
    );
  });

  it.each(["abc", "a.b.c", "a.b.c.d.e", "..", 'x" error="y'])("what is no token: %s", async (text) => {
    expect(await decided(text)).toEqual(unauthorized("the token is malformed"));
  });

  it("a token without the scope, and names it", async () => {
    const error = "the token does not include a required scope";
    const challenge = `Bearer scope="service-b-api/write" error="insufficient_scope" error_description="${error}"`;
    const expected = { allowed: false, refusal: "forbidden", challenge, error };
    const write = ["service-b-api/write"];
    expect(await decided(await key.sign(), write)).toEqual(expected);
    expect(await decided(await key.sign({ scope: "service-b-api/writer" }), write)).toEqual(expected);
    expect(await decided(await key.sign({ scope: undefined }), write)).toEqual(expected);
  });
});
