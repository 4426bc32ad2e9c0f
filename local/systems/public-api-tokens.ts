import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, ask, type PublicApi, type WithApi } from "../testing/public-api";

const READ = "service-b-api/read";

/** Three ways to service-b-api: as everybody comes, and round the gateway. */
const PLACES = {
  "through the gateway": (api: PublicApi) => Promise.resolve(api.gateway),
  "through the load balancer behind it": (api: PublicApi) => Promise.resolve(api.loadBalancer),
  "at a task's own address": (api: PublicApi) => api.task(),
} as const;

type Place = keyof typeof PLACES;

const GATEWAY: Place = "through the gateway";

interface Case {
  readonly token: (api: PublicApi, good: string) => Promise<string | undefined>;
  readonly path?: string;
  readonly method?: string;
  /** What the gateway answers, and what the service does. Where they differ, the reason is said. */
  readonly status: number | { readonly gateway: number; readonly service: number };
}

const CASES: Readonly<Record<string, Case>> = {
  "no token": { token: async () => undefined, status: 401 },
  "what is no token": { token: async () => "hunter2", status: 401 },
  "a token of another issuer": { token: (api) => api.tokenOfAnotherPool(READ), status: 401 },
  "a token of another client of the pool": { token: (api) => api.tokenOfAnotherClient(READ), status: 401 },
  "a token that is not signed (alg none)": { token: (api, good) => api.forgery(good, "none"), status: 401 },
  "a token signed with the public key as the secret (HS256)": {
    token: (api, good) => api.forgery(good, "HS256"),
    status: 401,
  },
  "a token whose scopes were changed": { token: (api) => withScope(api, READ), status: 401 },
  // To a JWT authoriser an id token is a token of its audience that has no scope. Source: "Control access to HTTP APIs with
  // JWT authorizers in API Gateway", which advises scopes for that.
  "an id token": { token: (api) => api.idToken(), status: { gateway: 403, service: 401 } },
  "a token without the scope": { token: (api) => api.token("user-management-api/read", "openid"), status: 403 },
  "a good token": { token: async (_, good) => good, status: 200 },
  "a good token for a path of no route": { token: async (_, good) => good, path: "/finance/none", status: 404 },
  "a good token for a method of no route": { token: async (_, good) => good, method: "POST", status: 404 },
  "no token for a path of no route": { token: async () => undefined, path: "/finance/none", status: 404 },
};

/** Who is let in with what, whichever way they come. */
export function testPublicApiTokens(running: () => WithApi): void {
  describe("a request", () => {
    let api: PublicApi;
    let good: string;
    const tokens = new Map<string, string | undefined>();

    beforeAll(async () => {
      ({ api } = running());
      good = await api.token(READ);
      for (const [kind, { token }] of Object.entries(CASES)) tokens.set(kind, await token(api, good));
    });

    const places = Object.keys(PLACES) as Place[];
    const all = Object.entries(CASES).flatMap(([kind, one]) => places.map((place) => [kind, place, one] as const));

    it.each(all)("with %s gets what is right for it, %s", async (kind, place, { path, method = "GET", status }) => {
      const token = tokens.get(kind);
      const url = `${await PLACES[place](api)}${path ?? "/finance"}`;
      const answer = await ask(url, { token, method, headers: { accept: "application/json" } });
      const byGateway = place === GATEWAY;
      const expected = typeof status === "number" ? status : status[byGateway ? "gateway" : "service"];
      expect(answer.status).toBe(expected);
      if (expected === 200) expectFinance(answer.body);
      else if (byGateway) expectOfGateway(answer);
      else expectOfService(answer, token);
      if (token !== undefined) expect(textOf(answer)).not.toContain(token);
    });

    it("that goes round the gateway meets the same lock at user-management-api", async () => {
      const users = `${api.loadBalancer}/usermgmt/users`;
      expect((await ask(users)).status).toBe(401);
      expect((await ask(users, { token: good })).status).toBe(403);
      expect((await ask(users, { token: await api.token("user-management-api/read") })).status).toBe(200);
    });

    it("of a health check needs no token, at a task and nowhere else", async () => {
      expect((await ask(`${await api.task()}/healthcheck`)).status).toBe(200);
      expect((await ask(`${api.loadBalancer}/healthcheck`)).status).toBe(404);
      expect((await ask(`${api.gateway}/healthcheck`)).status).toBe(404);
    });
  });
}

/** What was let in when it was short-lived, some minutes ago: to be called when that time is up. */
export async function expectExpired(api: PublicApi, token: string): Promise<void> {
  for (const place of Object.values(PLACES)) {
    const answer = await ask(`${await place(api)}/finance`, { token });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringContaining('error_description="the token has expired"'),
    ]);
  }
}

/** That a token is good, whichever way it comes. */
export async function expectGood(api: PublicApi, token: string): Promise<void> {
  for (const place of Object.values(PLACES)) {
    expect((await ask(`${await place(api)}/finance`, { token })).status).toBe(200);
  }
}

/** A token of other scopes, in which somebody has put this one. */
async function withScope(api: PublicApi, scope: string): Promise<string> {
  const [header, claims = "", signature] = (await api.token("openid")).split(".");
  const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), scope };
  return `${header}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}.${signature}`;
}

const MESSAGES: Readonly<Record<number, string>> = { 401: "Unauthorized", 403: "Forbidden", 404: "Not Found" };

/** The gateway answers in AWS's words; a service is not reached. */
function expectOfGateway({ status, headers, body }: Answer): void {
  expect(JSON.parse(body)).toEqual({ message: MESSAGES[status] });
  if (status === 404) return;
  expect(headers.get("www-authenticate")).toMatch(status === 403 ? /error="insufficient_scope"/ : /^Bearer/);
}

/** The service answers as RFC 6750 says, with problem details. */
function expectOfService({ status, headers, body }: Answer, token: string | undefined): void {
  expect(headers.get("content-type")).toContain("application/problem+json");
  expect(JSON.parse(body)).toMatchObject({ status });
  if (status === 404) return;
  const error = status === 403 ? "insufficient_scope" : "invalid_token";
  expect(headers.get("www-authenticate")).toMatch(
    token === undefined
      ? /^Bearer realm="service-b-api"$/
      : new RegExp(`^Bearer realm="service-b-api", error="${error}"`),
  );
}

function expectFinance(body: string): void {
  expect(JSON.parse(body)).toMatchObject({ service: "Finance", launchType: "FARGATE", environment: "local" });
}

function textOf({ headers, body }: Answer): string {
  return `${[...headers].flat().join("\n")}\n${body}`;
}
