import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { ViewClient, ViewSignIn } from "../../cloud/view";
import type { Cognito, Tokens } from "../sign-in/cognito";
import { SignIn } from "../sign-in/sign-in";
import { CLIENT } from "./tokens";

export const CALLBACK = "https://app.example.test/signed-in";
export const VERIFIER = "a-verifier-of-more-than-forty-three-characters";
export const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

export const PUBLIC_CLIENT: ViewClient = {
  id: CLIENT,
  callbackUrls: [CALLBACK, "http://localhost:3000/?page=signed-in", "com.example.app://signed-in"],
  logoutUrls: ["https://app.example.test/signed-out"],
  flows: ["code"],
  scopes: ["openid", "email", "service-b-api/read"],
  secret: false,
};

export function signInOf(client: Partial<ViewClient> = {}): ViewSignIn {
  return {
    domain: "shop-local.auth.us-east-1.amazoncognito.com",
    pool: "us-east-1_Pool",
    clients: [{ ...PUBLIC_CLIENT, ...client }],
  };
}

/** The parameters of /oauth2/authorize. One that is undefined is left out. */
export function authorizeQuery(changes: Readonly<Record<string, string | undefined>> = {}): URLSearchParams {
  const parameters = {
    client_id: CLIENT,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid service-b-api/read",
    state: "a state & more",
    nonce: "a-nonce",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** A Cognito with one user, that keeps what it was asked for. */
export function fakeCognito(user = { username: "ada", password: "right" }) {
  const asked: unknown[] = [];
  const tokens = (what: string): Tokens => ({ access_token: what, expires_in: 3_600, token_type: "Bearer" });
  const cognito: Cognito = {
    signIn: async (_pool, _client, username, password) => {
      if (username === "broken") throw new Error("the emulator does not answer");
      if (username.endsWith("Exception") || username === "NewPasswordRequired") return { reason: username };
      const isRight = username === user.username && password === user.password;
      return isRight ? { username } : { reason: "NotAuthorizedException" };
    },
    tokens: async ({ pool, client, username, scopes, nonce }) => {
      asked.push({ pool, client, username, scopes, nonce });
      return username === "gone" ? undefined : tokens(`for-${username}`);
    },
    refresh: async (_pool, _client, token) => (token === "good" ? tokens("again") : undefined),
  };
  return { cognito, asked };
}

/** The sign-in pages of a pool with one app client, closed after the test, and whoever is at their other end. */
export async function testSignIn(client: Partial<ViewClient> = {}) {
  const { cognito, asked } = fakeCognito();
  const signIn = new SignIn(signInOf(client), cognito);
  await signIn.open(0);
  onTestFinished(() => signIn.close({ cut: true }));
  return { signIn, asked, port: signIn.port, url: `http://127.0.0.1:${signIn.port}` };
}
