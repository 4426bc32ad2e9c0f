import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { anyMethod, anyPath } from "../../testing/any-request";
import { exposedRouter, exposedScopes } from "../../testing/exposed-router";
import { type ServedApp, serveApp } from "../../testing/serve-app";
import { TokenIssuer } from "../../testing/token-issuer";
import { healthPaths } from "../routes";
import { KeySet } from "./key-set";
import { RouteScopes } from "./route-scopes";
import { TokenGuard } from "./token-guard";
import { TokenVerifier } from "./token-verifier";
import { routeScopes } from "./variables";

const REALM = 'Bearer realm="shop"';

let issuer: TokenIssuer;
let app: ServedApp;
/** What of the service's router was reached. */
const reached = vi.fn<(route: string) => void>();
/** Tokens by their scopes. */
let tokens: Readonly<Record<"read" | "write" | "all" | "foreign" | "none", string>>;

beforeAll(async () => {
  issuer = await TokenIssuer.start();
  const logger = pino({ level: "silent" });
  const keys = new KeySet({ url: new URL(issuer.jwksUrl), logger, pause: () => Promise.resolve() });
  const guard = new TokenGuard({
    realm: "shop",
    routes: new RouteScopes(routeScopes.parse(JSON.stringify(exposedScopes)) ?? []),
    tokens: new TokenVerifier({ issuer: issuer.issuer, clients: [issuer.client], keys }),
  });
  app = await serveApp(exposedRouter(reached), "api", guard);
  const [read, write, all, foreign, none] = await Promise.all(
    ["shop/read", "shop/write", "shop/read shop/write shop/self", "other/read other/write", ""].map((scope) =>
      issuer.token({ scope }),
    ),
  );
  tokens = { read, write, all, foreign, none } as typeof tokens;
});
beforeEach(() => reached.mockClear());
afterAll(async () => {
  await app.close();
  await issuer.close();
});

interface Answer {
  readonly status: number;
  readonly challenge: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends the target as it is written, which `fetch` would tidy up. @param authorization one header, or several */
async function ask(request: string, authorization: string | readonly string[] = [], body?: object): Promise<Answer> {
  const [method, path] = request.split(" ");
  const { hostname, port } = new URL(app.url);
  const headers = [authorization].flat().flatMap((value) => ["Authorization", value]);
  const more = body ? ["Content-Type", "application/json"] : [];
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers: ["Host", "shop", ...headers, ...more] });
    sent.once("error", reject).once("response", async (response) => {
      const text = (await response.toArray()).join("");
      const json = String(response.headers["content-type"]).includes("json") && text !== "";
      resolve({
        status: response.statusCode ?? 0,
        challenge: response.headers["www-authenticate"],
        body: json ? JSON.parse(text) : {},
      });
    });
    sent.end(body && JSON.stringify(body));
  });
}

const bearer = (token: string) => `Bearer ${token}`;
const status = async (request: string, authorization?: string) => (await ask(request, authorization)).status;

describe("a request without a token", () => {
  it("is answered 401, what is asked for, and no error code", async () => {
    const { status, challenge, body } = await ask("GET /finance");
    expect([status, challenge, body.title, body.detail]).toEqual([
      401,
      REALM,
      "Unauthorized",
      'an access token is needed; send it as "Authorization: Bearer TOKEN"',
    ]);
    expect(reached).not.toHaveBeenCalled();
  });

  it("is one with the token elsewhere, or under another scheme", async () => {
    const token = tokens.all;
    const requests: readonly [string, string?][] = [
      [`GET /finance?access_token=${token}`],
      [`GET /finance?token=${token}`],
      ["GET /finance", token],
      ["GET /finance", `bearer ${token}`],
      ["GET /finance", `BEARER ${token}`],
      ["GET /finance", `Bearer\t${token}`],
      ["GET /finance", `DPoP ${token}`],
      ["GET /finance", `Basic ${Buffer.from(`ada:${token}`).toString("base64")}`],
      ["GET /finance", "Bearer"],
      ["GET /finance", ""],
    ];
    for (const [request, authorization] of requests) {
      const { status, challenge } = await ask(request, authorization);
      expect([authorization, status, challenge]).toEqual([authorization, 401, REALM]);
    }
    expect(reached).not.toHaveBeenCalled();
  });

  it("gets to the health checks of old, and to no other path", async () => {
    for (const path of healthPaths) expect(await status(`GET ${path}`)).toBe(200);
    expect(await status("GET /")).toBe(404);
    expect(await status("GET /nowhere")).toBe(404);
    expect(reached).not.toHaveBeenCalled();
  });

  it("has no body read: what is no JSON is 401, not 400", async () => {
    const response = await fetch(`${app.url}/finance`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(response.status).toBe(401);
  });

  it("never reaches the router, whatever its method and its path", async () => {
    const property = fc.asyncProperty(anyMethod, anyPath, async (method, path) => {
      await ask(`${method} ${path}`);
      expect(reached).not.toHaveBeenCalled();
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

describe("a request with a token", () => {
  it("and the scope of the route reaches the handler, with its body and who asks", async () => {
    const token = await issuer.token({ scope: "shop/write", claims: { sub: "ada-1" } });
    for (const _again of [1, 2]) {
      const { status, body } = await ask("POST /finance", bearer(token), { amount: 7 });
      expect([status, body]).toEqual([
        200,
        {
          route: "/finance",
          body: { amount: 7 },
          token: { subject: "ada-1", clientId: issuer.client, scopes: ["shop/write"] },
        },
      ]);
    }
    expect(reached.mock.calls.flat()).toEqual(["middleware", "/finance", "middleware", "/finance"]);
  });

  it("that is no good is answered 401 invalid_token", async () => {
    for (const { kind, token } of await issuer.forgeries("shop/read")) {
      const { status, challenge } = await ask("GET /finance", bearer(token));
      expect([kind, status]).toEqual([kind, 401]);
      // Node takes the blank of an empty token away, so that there is no scheme.
      if (token !== "")
        expect(challenge).toMatch(/^Bearer realm="shop", error="invalid_token", error_description="the /);
    }
    expect(reached).not.toHaveBeenCalled();
  });

  it("in one of two headers is answered 400 invalid_request, whichever is good", async () => {
    for (const headers of [
      [bearer(tokens.read), bearer("x")],
      [bearer("x"), bearer(tokens.read)],
      [bearer(tokens.read), bearer(tokens.read)],
    ]) {
      const { status, challenge } = await ask("GET /finance", headers);
      expect([status, challenge]).toEqual([
        400,
        `${REALM}, error="invalid_request", error_description="the request has several Authorization headers"`,
      ]);
    }
    expect(reached).not.toHaveBeenCalled();
  });

  it.each(["none", "write", "foreign"] as const)(
    "and %s of the scopes is answered 403, with the scope",
    async (kind) => {
      const { status, challenge, body } = await ask("GET /finance", bearer(tokens[kind]));
      expect([status, challenge, body.detail]).toEqual([
        403,
        `${REALM}, error="insufficient_scope", error_description="the token lacks the scope shop/read", scope="shop/read"`,
        "the token lacks the scope shop/read; ask for it when you sign in",
      ]);
      expect(reached).not.toHaveBeenCalled();
    },
  );

  it("needs the scope of the method: HEAD is GET", async () => {
    const statuses = (token: string) =>
      Promise.all(["HEAD", "GET", "POST"].map((method) => status(`${method} /finance`, bearer(token))));
    expect(await statuses(tokens.read)).toEqual([200, 200, 403]);
    expect(await statuses(tokens.write)).toEqual([403, 403, 200]);
  });

  it.each(["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])(
    "is answered 404 to %s, which no scope names, though the router has it",
    async (method) => {
      expect(await status(`${method} /finance`, bearer(tokens.all))).toBe(404);
      expect(reached).not.toHaveBeenCalled();
    },
  );

  it.each([
    "//finance",
    "/finance/",
    "/FINANCE",
    "/Finance",
    "/%66inance",
    "/finance%2f",
    "/finance%00",
    "/finance;a=b",
    "/finance/.",
    "/finance/../finance",
    "/./finance",
    "/x/../finance",
    "/finance/../internal",
    "/users/ada/../admin",
    "/users/../internal",
    "/internal",
    "/nowhere",
    "/",
    "*",
    "http://elsewhere/internal",
    "http://elsewhere//finance",
  ])("is answered 404 to %s", async (path) => {
    expect(await status(`GET ${path}`, bearer(tokens.all))).toBe(404);
    expect(reached).not.toHaveBeenCalled();
  });

  it("gets to what a parameter stands for, and needs the scope of the route with that very name", async () => {
    const of = async (path: string, token: string) => {
      const { status, body } = await ask(`GET ${path}`, bearer(token));
      return [status, body.route];
    };
    expect(await of("/users/ada", tokens.read)).toEqual([200, "/users/:name"]);
    expect(await of("/users/a%2Fb", tokens.read)).toEqual([200, "/users/:name"]);
    expect(await of("/users/me", tokens.read)).toEqual([403, undefined]);
    expect(await of("/users/me", tokens.all)).toEqual([200, "/users/:name"]);
    expect(await of("/files/secret", tokens.read)).toEqual([200, "/files/secret"]);
    expect(await of("/lenient/ada", tokens.read)).toEqual([200, "/lenient/:name"]);
    expect(await of("http://elsewhere/finance?x#y", tokens.read)).toEqual([200, "/finance"]);
  });

  it.each(["/users/admin", "/lenient/admin", "/lenient/ADMIN", "/LENIENT/ada", "/users/x;x/x"])(
    "does not get by a parameter to a route that no scope names: %s",
    async (path) => {
      expect(await status(`GET ${path}`, bearer(tokens.all))).toBe(404);
      expect(reached.mock.calls.flat().filter((route) => route !== "middleware")).toEqual([]);
    },
  );

  it("reaches only handlers of routes whose scope it has, whatever its method and its path", async () => {
    const OF_READ = ["middleware", "/finance", "/users/:name", "/files/secret", "/lenient/:name"];
    const seen = new Set<string>();
    const property = fc.asyncProperty(anyMethod, anyPath, async (method, path) => {
      reached.mockClear();
      await ask(`${method} ${path}`, bearer(tokens.read));
      const routes = reached.mock.calls.flat();
      for (const route of routes) seen.add(route);
      expect(routes.filter((route) => !OF_READ.includes(route) || !["GET", "HEAD"].includes(method))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 300 });
    expect(seen.size).toBeGreaterThan(1);
  });
});

describe("the log", () => {
  it("has nothing of a token", async () => {
    const secret = await issuer.token({
      scope: "shop/read",
      claims: { sub: "subject-in-no-log", username: "name-in-no-log" },
    });
    const forgeries = await issuer.forgeries("shop/read");
    const sent = [secret, ...forgeries.map(({ token }) => token)];
    for (const token of sent) await ask("GET /finance", bearer(token));
    await ask("GET /users/me", bearer(secret));
    await ask(`GET /finance?access_token=${secret}`);
    await ask("GET /finance", [bearer(secret), secret]);
    const requests = () => app.lines.filter((line) => "durationMilliseconds" in line).length;
    await expect.poll(requests, { interval: 5 }).toBeGreaterThan(sent.length + 3);
    const log = JSON.stringify(app.lines);
    const parts = sent.flatMap((token) => token.split(".")).filter((part) => part.length > 8);
    expect(
      [...parts, "subject-in-no-log", "name-in-no-log", issuer.client].filter((part) => log.includes(part)),
    ).toEqual([]);
    expect(log).toContain("the token has expired");
  });
});
