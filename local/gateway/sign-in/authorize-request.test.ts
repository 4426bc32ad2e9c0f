import { describe, expect, it } from "vitest";
import type { ViewClient } from "../../cloud/view";
import { authorizeQuery, CALLBACK, CHALLENGE, PUBLIC_CLIENT, signInOf } from "../testing/sign-in";
import { checkAuthorizeRequest } from "./authorize-request";

const check = (changes: Readonly<Record<string, string | undefined>>, client: Partial<ViewClient> = {}) =>
  checkAuthorizeRequest(signInOf(client), authorizeQuery(changes));

describe("what an app asks for", () => {
  it("is a code for some of its scopes", () => {
    expect(check({})).toEqual({
      type: "accepted",
      request: {
        client: PUBLIC_CLIENT,
        redirectUri: CALLBACK,
        state: "a state & more",
        nonce: "a-nonce",
        scopes: ["openid", "service-b-api/read"],
        challenge: CHALLENGE,
      },
    });
  });

  it("is all of its scopes where it names none", () => {
    expect(check({ scope: undefined, state: undefined })).toMatchObject({
      request: { scopes: PUBLIC_CLIENT.scopes, state: undefined },
    });
  });

  it.each([
    ["client_id", "other", "invalid_client", "No app client of this user pool has this client_id."],
    ["client_id", undefined, "invalid_client", "No app client of this user pool has this client_id."],
    ["redirect_uri", undefined, "redirect_mismatch", "This redirect_uri is none of the app client's callback URLs."],
  ])("is told to the person, and nobody is redirected, with %s %s", (name, value, error, description) => {
    expect(check({ [name]: value })).toEqual({ type: "page", error, description });
  });

  it.each([
    "https://evil.test/signed-in",
    "https://app.example.test/signed-in/",
    "https://app.example.test/signed-in?more=1",
    "https://app.example.test/signed-in#fragment",
    "https://app.example.test/signed-in/../elsewhere",
    "https://app.example.test/SIGNED-IN",
    "https://app.example.test:443/signed-in",
    "https://app.example.test@evil.test/signed-in",
    "https://app.example.test.evil.test/signed-in",
    "http://app.example.test/signed-in",
    "//app.example.test/signed-in",
    "/\\evil.test",
    "javascript:alert(1)",
    " https://app.example.test/signed-in",
  ])("is redirected to no address that is not registered to the letter: %s", (redirect_uri) => {
    // With another fault, which would be told to the app.
    for (const changes of [{ redirect_uri }, { redirect_uri, response_type: "token" }]) {
      expect(check(changes)).toMatchObject({ type: "page", error: "redirect_mismatch" });
    }
  });

  it.each(["client_id", "redirect_uri", "state", "scope", "code_challenge"])("is refused with %s twice", (name) => {
    const query = authorizeQuery();
    query.append(name, query.get(name) ?? "");
    const description = `The parameter ${name} was given more than once.`;
    expect(checkAuthorizeRequest(signInOf(), query)).toEqual({ type: "page", error: "invalid_request", description });
  });

  it("is refused for a client with a secret", () => {
    const description = "App clients with a secret are not served on this machine.";
    expect(check({}, { secret: true })).toEqual({ type: "page", error: "unauthorized_client", description });
  });

  const S256 = "code_challenge_method has to be S256";
  const NO_CHALLENGE = "code_challenge is missing, or no SHA-256 in base64url";
  it.each([
    ["response_type", undefined, "invalid_request", "response_type is missing"],
    ["response_type", "token", "unsupported_response_type", "response_type has to be code"],
    ["scope", "openid other/read", "invalid_scope", "the client may not ask for one of these scopes"],
    ["code_challenge", undefined, "invalid_request", NO_CHALLENGE],
    ["code_challenge", `${CHALLENGE}=`, "invalid_request", NO_CHALLENGE],
    ["code_challenge_method", undefined, "invalid_request", S256],
    ["code_challenge_method", "plain", "invalid_request", S256],
  ])("is told to the app, with its state, where %s is %s", (name, value, error, error_description) => {
    const query = new URLSearchParams({ error, error_description, state: "a state & more" });
    expect(check({ [name]: value })).toEqual({ type: "redirect", location: `${CALLBACK}?${query}` });
  });

  it("is told to the app where it has no authorization code grant", () => {
    const location = expect.stringContaining(`${CALLBACK}?error=unauthorized_client&`);
    expect(check({}, { flows: ["client_credentials"] })).toEqual({ type: "redirect", location });
  });

  it("is answered behind the query that a callback URL has, without a state where none was given", () => {
    const redirect_uri = "http://localhost:3000/?page=signed-in";
    expect(check({ redirect_uri, response_type: undefined, state: undefined })).toEqual({
      type: "redirect",
      location: `${redirect_uri}&error=invalid_request&error_description=response_type+is+missing`,
    });
  });
});
