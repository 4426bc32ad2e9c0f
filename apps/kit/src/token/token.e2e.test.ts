import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildService } from "../../build.mjs";
import { exposedScopes } from "../../testing/exposed-router";
import { killRunning, type RunningService, runBundle, runService, taskVariables } from "../../testing/run-service";
import { TokenIssuer } from "../../testing/token-issuer";
import { healthPaths } from "../routes";

/** Long, for a busy machine: it only ends a test that hangs. */
const TIMEOUT_MILLISECONDS = 300_000;
const COOLDOWN_MILLISECONDS = 2_000;

let folder: string;
let bundle: string;
let issuer: TokenIssuer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kit-token-"));
  const directory = join(import.meta.dirname, "..", "..", "testing", "exposed-service");
  bundle = (await buildService({ directory, version: "7.0.0", outdir: folder })).file;
});
beforeEach(async () => {
  issuer = await TokenIssuer.start();
});
afterEach(async () => {
  killRunning();
  await issuer.close();
});
afterAll(() => rm(folder, { recursive: true }));

const start = () => runService(bundle, { ...taskVariables, LOG_LEVEL: "debug", ...issuer.variables(exposedScopes) });
const ask = (service: RunningService, path: string, token?: string, init: RequestInit = {}) =>
  fetch(`${service.url}${path}`, {
    ...init,
    headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) },
  });
const status = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
const json = { method: "POST", headers: { "content-type": "application/json" }, body: '{"amount":7}' };

describe("a service that is exposed", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it("answers those with a good token and the scope, and nobody else; nothing of a token is in its log", async () => {
    const service = await start();
    const [read, write, other] = await Promise.all(
      ["shop/read", "shop/write", "other/read"].map((scope) => issuer.token({ scope })),
    );
    expect(await status(service, "/finance")).toBe(401);
    expect(await status(service, "/finance", read)).toBe(200);
    expect([await status(service, "/finance", write), await status(service, "/finance", other)]).toEqual([403, 403]);
    const written = await ask(service, "/finance", write, json);
    expect([written.status, await written.json()]).toMatchObject([200, { body: { amount: 7 } }]);
    expect([await status(service, "/finance", read, json), await status(service, "/internal", read)]).toEqual([
      403, 404,
    ]);
    const forgeries = await issuer.forgeries("shop/read");
    for (const { kind, token } of forgeries) {
      expect([kind, await status(service, "/finance", token)]).toEqual([kind, 401]);
    }
    for (const path of healthPaths) expect(await status(service, path)).toBe(200);
    // Of a service that has ended the log is complete.
    service.signal("SIGTERM");
    await service.exited;
    const log = JSON.stringify(service.lines);
    const sent = [read, write, other, ...forgeries.map(({ token }) => token)];
    const parts = sent.flatMap((token) => token?.split(".") ?? []).filter((part) => part.length > 8);
    expect(parts.filter((part) => log.includes(part))).toEqual([]);
    expect(log).toContain("the token has expired");
  });

  it("answers 503 while it has no keys, its health checks as ever, and recovers; later it goes on with those it has", async () => {
    issuer.state = "breaks off";
    const service = await start();
    const token = await issuer.token({ scope: "shop/read" });
    const refused = await ask(service, "/finance", token);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"]);
    expect([await status(service, "/finance"), await status(service, "/healthcheck")]).toEqual([401, 200]);
    issuer.state = "answers";
    await expect.poll(() => status(service, "/finance", token)).toBe(200);
    await service.line("keys of access tokens to be had again");
    issuer.state = "fails";
    const another = await issuer.token({ scope: "shop/read" });
    expect([await status(service, "/finance", token), await status(service, "/finance", another)]).toEqual([200, 200]);
    const told = service.lines.filter(({ msg }) => String(msg).startsWith("keys of")).map(({ msg }) => msg);
    expect(told).toEqual(["keys of access tokens not to be had", "keys of access tokens to be had again"]);
  });

  it("takes tokens of the old and of the new key, and forged ids have the keys fetched once a cooldown", async () => {
    const service = await start();
    const started = performance.now();
    const old = await issuer.token({ scope: "shop/read" });
    expect(await status(service, "/finance", old)).toBe(200);
    await issuer.rotate();
    const renewed = await issuer.token({ scope: "shop/read" });
    const forged = await Promise.all(Array.from({ length: 50 }, () => issuer.withUnknownKey("shop/read")));
    const tokens = forged.flatMap((token) => [token, old, renewed]);
    const statuses = await Promise.all(tokens.map((token) => status(service, "/finance", token)));
    expect(statuses).toEqual(forged.flatMap(() => [401, 200, 200]));
    const cooldowns = Math.floor((performance.now() - started) / COOLDOWN_MILLISECONDS);
    expect(issuer.fetches).toBeGreaterThan(1);
    expect(issuer.fetches).toBeLessThanOrEqual(2 + cooldowns);
  });

  it("ends at once when it is stopped: the renewal of the keys keeps no process", async () => {
    const service = await start();
    expect(await status(service, "/finance", await issuer.token({ scope: "shop/read" }))).toBe(200);
    service.signal("SIGTERM");
    expect((await service.exited).status).toBe(0);
  });
});

describe("a service without the variables", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it("asks for no token and looks at none", async () => {
    const service = await runService(bundle, taskVariables);
    const all = ["/finance", "/internal", "/users/admin", "/", "/LENIENT/ADMIN"];
    expect(await Promise.all(all.map((path) => status(service, path)))).toEqual(all.map(() => 200));
    const answer = await ask(service, "/finance", "forged");
    expect([answer.status, await answer.json(), issuer.fetches]).toEqual([200, { route: "/finance" }, 0]);
  });
});

describe("wrong variables", { timeout: TIMEOUT_MILLISECONDS }, () => {
  it("end the process with status 2, all faults named", async () => {
    const { API_TOKEN_CLIENTS: _left, ...rest } = issuer.variables(exposedScopes);
    const { exited } = runBundle(bundle, { ...taskVariables, ...rest, API_TOKEN_ISSUER: "http://pool.example" });
    const { status, stderr } = await exited;
    expect([status, stderr.trim().split("\n").length]).toEqual([2, 3]);
    expect(stderr).toContain('API_TOKEN_ISSUER is "http://pool.example"; allowed: the https URL of the user pool ');
    expect(stderr).toContain("API_TOKEN_CLIENTS is not set; allowed: ids of app clients, separated by commas, ");
  });
});
