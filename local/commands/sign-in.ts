import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";
import { Failure } from "../../tools/failure";
import type { AppClient } from "./user-pool";

export interface SignInRequest {
  /** Address of the sign-in pages. */
  readonly pages: string;
  readonly client: Pick<AppClient, "id" | "redirectUri">;
  readonly scopes: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly signal: AbortSignal;
}

/** The pages do not let this user in with this password. */
export class SignInRefused extends Failure {}

const tokensSchema = z.object({ access_token: z.string() });

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/**
 * Signs a user in as a browser and an app do together: the app's request with a code challenge (PKCE), the page with the
 * form, the code at the app's callback URL (nobody has to be there), and the token for it.
 *
 * Source: "Using PKCE in authorization code grants" (Amazon Cognito).
 * @returns the access token
 * @throws SignInRefused, or Failure with what the pages answered
 */
export async function signInByPages(request: SignInRequest): Promise<string> {
  const { pages, client, scopes, signal } = request;
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(16).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: scopes.join(" "),
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  const begun = await fetch(`${pages}/oauth2/authorize?${query}`, { redirect: "manual", signal });
  const login = await locationOf(begun, pages);
  requireNoError(login);
  // The password is for these pages only.
  if (login.origin !== new URL(pages).origin)
    throw new Failure(`the sign-in pages lead to another one: ${login.origin}`);
  const callback = await submit(request, login);
  requireNoError(callback);
  const code = callback.searchParams.get("code");
  if (code === null || callback.searchParams.get("state") !== state) {
    throw new Failure("the sign-in pages have sent no code for this request");
  }
  return redeem(request, code, verifier);
}

/** Fills in the form of the page, and gives where the browser is sent then. */
async function submit({ pages, username, password, signal }: SignInRequest, login: URL): Promise<URL> {
  const page = await fetch(login, { signal });
  const [, token] = /name="_csrf" value="([^"]+)"/.exec(await page.text()) ?? [];
  if (token === undefined) throw new Failure(`the sign-in page has no form: it answered ${page.status}`);
  const cookie = page.headers.getSetCookie().map((one) => one.split(";")[0]);
  const body = new URLSearchParams({ _csrf: token, username, password });
  const headers = { ...FORM, cookie: cookie.join("; ") };
  const answer = await fetch(login, { method: "POST", headers, body, redirect: "manual", signal });
  if (answer.status === 400) throw new SignInRefused(`${username} is not signed in: ${faultOn(await answer.text())}`);
  return locationOf(answer, pages);
}

async function redeem({ pages, client, signal }: SignInRequest, code: string, verifier: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: client.id,
    redirect_uri: client.redirectUri,
    code,
    code_verifier: verifier,
  });
  const answer = await fetch(`${pages}/oauth2/token`, { method: "POST", headers: FORM, body, signal });
  if (answer.ok) return tokensSchema.parse(await answer.json()).access_token;
  // An error holds no token.
  throw new Failure(`the sign-in pages give no token: ${answer.status} ${await answer.text()}`);
}

/** Where an answer leads to. @throws Failure with what the page says, where it leads nowhere */
async function locationOf(answer: Response, pages: string): Promise<URL> {
  const location = answer.headers.get("location");
  if (location !== null) return new URL(location, pages);
  throw new Failure(`the sign-in pages answered ${answer.status}: ${faultOn(await answer.text())}`);
}

/** Faults that are the app's are told at its callback URL. Source: RFC 6749, 4.1.2.1. */
function requireNoError({ searchParams }: URL): void {
  const error = searchParams.get("error");
  if (error !== null) {
    throw new Failure(`the sign-in pages refuse this: ${error}: ${searchParams.get("error_description")}`);
  }
}

/** What a page says is wrong. */
function faultOn(page: string): string {
  const words = /class="fault"[^>]*>([^<]*)</.exec(page) ?? /<code>([^<]*)</.exec(page);
  return words?.[1] ?? "a page that says nothing of a fault";
}
