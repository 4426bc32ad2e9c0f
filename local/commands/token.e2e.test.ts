import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiCloud, BEHIND, ROOT } from "../gateway/testing/api-cloud";

describe("npm run local", () => {
  let cloud: ApiCloud;
  beforeAll(async () => {
    cloud = await ApiCloud.start();
  });
  afterAll(() => cloud.end());

  /** Runs the command as `npm run --silent local` does, with this on its standard input. */
  async function local(args: readonly string[], input = "") {
    const file = ["tools/with-packages.mjs", "local/local.ts", ...args, "--run", cloud.run.name];
    const child = spawn(process.execPath, file, { cwd: ROOT, stdio: "pipe" });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (piece) => {
        printed[name] += String(piece);
      });
    }
    child.stdin.end(input);
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { status, ...printed };
  }

  /** The status and the body of an answer of each API. */
  const answers = (token?: string) =>
    Promise.all(
      ["public-api-local", "rest-api"].map(async (name) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token.trim()}` };
        const answer = await fetch(`${cloud.urlOf(name)}/finance`, { headers });
        return [answer.status, await answer.text()];
      }),
    );

  const REFUSED = [401, '{"message":"Unauthorized"}'];

  it("token prints a token of all scopes, with which both APIs let through to the listener", async () => {
    expect(await answers()).toEqual([REFUSED, REFUSED]);
    const { status, stdout, stderr } = await local(["token"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(stdout).scope).toBe("openid service-b-api/read service-b-api/write");
    expect(await answers(stdout)).toEqual([
      [200, BEHIND],
      [200, BEHIND],
    ]);
  });

  it("token takes the scopes that it is told, and no others", async () => {
    const { stdout } = await local(["token", "--scope", "service-b-api/write", "--scope", "openid"]);
    expect(decodeJwt(stdout).scope).toBe("service-b-api/write openid");
    expect((await answers(stdout)).map(([status]) => status)).toEqual([403, 403]);
  });

  it("token may be asked for by several at once, for one user", async () => {
    const printed = await Promise.all([1, 2, 3].map(() => local(["token"])));
    expect(printed.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(new Set(printed.map(({ stdout }) => decodeJwt(stdout).sub)).size).toBe(1);
  });

  it("user prints a password once, by which that user signs in, until there is a new one", async () => {
    const first = await local(["user", "ada@example.com"]);
    expect([first.status, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(/^[\w-]{28}\n$/);
    const signIn = (password: string) => local(["token", "--user", "ada@example.com", "--password-stdin"], password);
    const signedIn = await signIn(first.stdout);
    expect(signedIn.status, signedIn.stderr).toBe(0);
    expect((await answers(signedIn.stdout)).map(([status]) => status)).toEqual([200, 200]);
    const second = await local(["user", "ada@example.com"]);
    expect(second.stdout).not.toBe(first.stdout);
    expect(await signIn(first.stdout)).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("ada@example.com is not signed in: Incorrect user name or password."),
    });
    expect((await signIn(second.stdout)).status).toBe(0);
  });

  it.each([
    [
      ["token", "--scope", "other/read"],
      '--scope is "other/read"; there are: openid, service-b-api/read, service-b-api/',
    ],
    [["token", "--bogus"], "unknown option '--bogus'"],
    [["user", "ada"], 'the user is "ada"; it has to be an e-mail address such as ops@example.com'],
  ])("%j is refused, with nothing on standard output", async (args, message) => {
    expect(await local(args)).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining(message) });
  });

  it("status shows the APIs and the sign-in pages", async () => {
    const { stdout } = await local(["status"]);
    expect(stdout).toContain(`public-api-local API: ${cloud.urlOf("public-api-local")}\n`);
    expect(stdout).toContain(`rest-api API: ${cloud.urlOf("rest-api")}\n`);
    const domain = "shop-local.auth.us-east-1.amazoncognito.com";
    expect(stdout).toContain(`sign-in pages of ${domain}: ${cloud.urlOf(domain)}\n`);
  });

  it("has no password or token in its folder", async () => {
    const { stdout: password } = await local(["user", "bob@example.com"]);
    const { stdout: token } = await local(["token", "--user", "bob@example.com", "--password-stdin"], password);
    await answers(token);
    const kept = textsBelow(cloud.run.path);
    for (const secret of [password, token]) expect(kept.filter((text) => text.includes(secret.trim()))).toEqual([]);
  });

  it("has the last requests in the access log when it ends", async () => {
    const before = (await cloud.accessLog()).length;
    for (let request = 0; request < 3; request++) await answers();
    await cloud.endDataPlane();
    const lines = await cloud.accessLog();
    expect(lines.slice(-3)).toEqual(Array(3).fill("401 GET /finance"));
    expect(lines.length).toBeGreaterThan(before);
  });
});

/** The contents of all files of a folder and those below. */
function textsBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  // A file that is being written gets its name a moment later.
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".new"));
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
}
