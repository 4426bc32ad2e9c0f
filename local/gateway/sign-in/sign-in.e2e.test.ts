import { describe, expect, it } from "vitest";
import { type Answer, ask } from "../testing/gateway";
import { authorizeQuery, CALLBACK, signInOf, testSignIn, VERIFIER } from "../testing/sign-in";
import { CLIENT } from "../testing/tokens";

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const QUERY = authorizeQuery().toString();

/** What a browser keeps of an answer's cookies, as it sends it. */
function cookiesOf({ headers }: Answer): string {
  const cookies = [headers["set-cookie"] ?? []].flat();
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

const tokenOf = ({ body }: Answer) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? "";

/** Opens the sign-in page and sends its form. */
async function signInBy(
  port: number,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
  query = QUERY,
): Promise<Answer> {
  const page = await ask(port, `/login?${query}`);
  const form = new URLSearchParams({ _csrf: tokenOf(page), username: "ada", password: "right", ...fields });
  const sent = { ...FORM, cookie: cookiesOf(page), ...headers };
  return ask(port, `/login?${query}`, { method: "POST", headers: sent }, form.toString());
}

/** Exchanges the code of an answer's Location. */
async function exchange(port: number, { headers }: Answer): Promise<Answer> {
  const code = new URL(String(headers.location)).searchParams.get("code") ?? "";
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: CLIENT,
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });
  return ask(port, "/oauth2/token", { method: "POST", headers: FORM }, form.toString());
}

describe("somebody who signs in", () => {
  it("is sent back with a code and the state, for tokens of what was asked for", async () => {
    const { port, asked } = await testSignIn();
    const begun = await ask(port, `/oauth2/authorize?${QUERY}`);
    expect(begun).toMatchObject({ status: 302, headers: { location: `/login?${QUERY}` } });
    const answer = await signInBy(port, {});
    expect(answer.status).toBe(303);
    const location = new URL(String(answer.headers.location));
    expect(location.origin + location.pathname).toBe(CALLBACK);
    expect([...location.searchParams.keys()]).toEqual(["code", "state"]);
    expect(location.searchParams.get("state")).toBe("a state & more");
    const tokens = await exchange(port, answer);
    expect(tokens.status).toBe(200);
    expect(tokens.headers).toMatchObject({ "cache-control": "no-store", "access-control-allow-origin": "*" });
    expect(JSON.parse(tokens.body)).toEqual({ access_token: "for-ada", expires_in: 3_600, token_type: "Bearer" });
    const scopes = ["openid", "service-b-api/read"];
    expect(asked).toEqual([{ pool: "us-east-1_Pool", client: CLIENT, username: "ada", scopes, nonce: "a-nonce" }]);
    expect((await exchange(port, answer)).status).toBe(400);
  });

  it("need not do so again until they sign out", async () => {
    const { port } = await testSignIn();
    const cookie = cookiesOf(await signInBy(port, {}));
    const again = await ask(port, `/oauth2/authorize?${QUERY}`, { headers: { cookie } });
    expect(await exchange(port, again)).toMatchObject({ status: 200 });
    const logoutUri = signInOf().clients[0]?.logoutUrls[0] ?? "";
    const logout = new URLSearchParams({ client_id: CLIENT, logout_uri: logoutUri });
    const out = await ask(port, `/logout?${logout}`, { headers: { cookie } });
    expect(out).toMatchObject({ status: 302, headers: { location: logoutUri } });
    const after = await ask(port, `/oauth2/authorize?${QUERY}`, { headers: { cookie } });
    expect(after.headers.location).toBe(`/login?${QUERY}`);
  });

  it("has cookies that no script sees, of this pool", async () => {
    const { port } = await testSignIn();
    const [session, csrf] = [(await signInBy(port, {})).headers["set-cookie"]].flat();
    expect(session).toMatch(/^cognito-session-shop-local=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(csrf).toBe("cognito-csrf-shop-local=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  });
});

describe("the form", () => {
  it.each([
    [{ password: "wrong" }, "Incorrect user name or password."],
    [{ username: "nobody" }, "Incorrect user name or password."],
    [{ username: " " }, "Enter your user name or e-mail address."],
    [{ password: "" }, "Enter your password."],
    [{ username: "UserNotConfirmedException" }, "This user is not confirmed yet"],
    [{ username: "PasswordResetRequiredException" }, "The password of this user was reset"],
    [{ username: "NewPasswordRequired" }, "This user has a temporary password"],
    [{ username: "TooManyRequestsException" }, "This user can&#39;t be signed in: TooManyRequestsException."],
  ])("with %j is shown again and says why", async (fields, words) => {
    const { port } = await testSignIn();
    const answer = await signInBy(port, fields);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(words) });
    expect(answer.body).not.toContain("wrong");
    expect(answer.headers.location).toBeUndefined();
  });

  it.each([
    ["with another token", { _csrf: "forged" }, {}],
    ["without a token", { _csrf: "" }, {}],
    ["without its cookie", {}, { cookie: "" }],
    [
      "with a cookie and token of somebody else's making, from another site",
      { _csrf: "x" },
      { cookie: "cognito-csrf-shop-local=x", "sec-fetch-site": "cross-site" },
    ],
    ["from another port of this machine", {}, { "sec-fetch-site": "same-site" }],
    ["from another origin", {}, { origin: "http://127.0.0.1:1" }],
  ])("is refused %s", async (_, fields: Record<string, string>, headers: Record<string, string>) => {
    const { port } = await testSignIn();
    const answer = await signInBy(port, fields, headers);
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining("did not come from this page") });
    expect(answer.headers.location).toBeUndefined();
  });

  it("is checked anew when it is sent: nobody is sent to an address that it was changed to", async () => {
    const { port } = await testSignIn();
    const page = await ask(port, `/login?${QUERY}`);
    const form = new URLSearchParams({ _csrf: tokenOf(page), username: "ada", password: "right" });
    const query = authorizeQuery({ redirect_uri: "https://evil.test/" });
    const headers = { ...FORM, cookie: cookiesOf(page) };
    const answer = await ask(port, `/login?${query}`, { method: "POST", headers }, form.toString());
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("redirect_mismatch") });
    expect(answer.headers.location).toBeUndefined();
  });

  it.each([
    [415, { "content-type": "application/json" }, "{}"],
    [413, FORM, `username=${"x".repeat(20_000)}`],
    [400, FORM, "username=a&username=b"],
  ])("that is none is refused with %i", async (status, headers, body) => {
    const { port } = await testSignIn();
    expect((await ask(port, `/login?${QUERY}`, { method: "POST", headers }, body)).status).toBe(status);
  });

  it("says so where the emulator does not answer", async () => {
    const { port } = await testSignIn();
    expect((await signInBy(port, { username: "broken" })).status).toBe(502);
  });
});

describe("the pages", () => {
  it("have no script, take nothing from elsewhere, and are kept nowhere", async () => {
    const { port } = await testSignIn();
    const { headers, body } = await ask(port, `/login?${QUERY}`);
    expect(headers["content-security-policy"]).toContain("form-action 'self' https://app.example.test;");
    expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    expect(body).not.toMatch(/<script|src=|@import|https?:/);
  });

  it("allow the form's answer to lead to an app by its own scheme", async () => {
    const { port } = await testSignIn();
    const query = authorizeQuery({ redirect_uri: "com.example.app://signed-in" });
    const { headers } = await ask(port, `/login?${query}`);
    expect(headers["content-security-policy"]).toContain("form-action 'self' com.example.app:;");
  });

  it.each(["/", "/oauth2/token", "/login/", "//evil.test/login", "/signup"])("are not at %s", async (path) => {
    const { port } = await testSignIn();
    expect((await ask(port, path)).status).toBe(404);
  });

  it("answer by the domain and this machine's names, and by no other one", async () => {
    const { port } = await testSignIn();
    const by = async (host: string) => (await ask(port, `/login?${QUERY}`, { headers: { host } })).status;
    expect([await by(signInOf().domain), await by("localhost"), await by("evil.test")]).toEqual([200, 200, 403]);
  });

  it("send nobody who signs out to an address that is not registered, but sign them out", async () => {
    const { port } = await testSignIn();
    const cookie = cookiesOf(await signInBy(port, {}));
    for (const logoutUri of ["https://evil.test/", "//evil.test", CALLBACK]) {
      const query = new URLSearchParams({ client_id: CLIENT, logout_uri: logoutUri });
      const answer = await ask(port, `/logout?${query}`, { headers: { cookie } });
      expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
    }
    const after = await ask(port, `/oauth2/authorize?${QUERY}`, { headers: { cookie } });
    expect(after.headers.location).toBe(`/login?${QUERY}`);
  });

  it("follow the view: a client that is no longer there gets nothing", async () => {
    const { signIn, port } = await testSignIn();
    signIn.update({ ...signInOf(), clients: [] });
    expect(await ask(port, `/login?${QUERY}`)).toMatchObject({
      status: 400,
      body: expect.stringContaining("invalid_client"),
    });
  });
});

describe("the token endpoint", () => {
  it("is for pages of any origin", async () => {
    const { port } = await testSignIn();
    const answer = await ask(port, "/oauth2/token", {
      method: "OPTIONS",
      headers: { origin: "https://app.example.test" },
    });
    expect(answer).toMatchObject({
      status: 204,
      headers: { "access-control-allow-origin": "*", "access-control-allow-methods": "POST" },
    });
  });

  it("refuses what is no form in its own words", async () => {
    const { port } = await testSignIn();
    const answer = await ask(port, "/oauth2/token", { method: "POST" }, "{}");
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      error: "invalid_request",
      error_description: "the body has to be application/x-www-form-urlencoded",
    });
  });
});
