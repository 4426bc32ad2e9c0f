import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { csrfProtection } from "./csrf";
import { Flash } from "./flash";

const SECRET = "a secret of thirty-two characters";

function router(secret: string): Router {
  const flash = new Flash(secret, "/own", ["added", "removed"]);
  const own = Router();
  own.use(...csrfProtection(secret).middleware);
  own.get("/own/leave", (request, response) => {
    flash.leave(request, response, "added", String(request.query.subject));
    response.end();
  });
  own.get("/own/take", (request, response) => void response.json(flash.take(request, response) ?? null));
  return own;
}

let app: ServedApp;
let other: ServedApp;
beforeAll(async () => {
  [app, other] = await Promise.all([serveApp(router(SECRET)), serveApp(router(`${SECRET}, and another one`))]);
});
afterAll(() => Promise.all([app.close(), other.close()]));

async function leave(subject: string, { url } = app, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/own/leave?${new URLSearchParams({ subject })}`, { headers });
  return response.headers.getSetCookie()[0] ?? "";
}

const take = (cookie: string) => fetch(`${app.url}/own/take`, { headers: { cookie: cookie.split(";")[0] ?? "" } });

describe("Flash", () => {
  it.each(["O'Brien <b>", "☕️ Kaffee; Path=/", "a.b", ""])("carries %j to the next page, once", async (subject) => {
    const taken = await take(await leave(subject));
    expect(await taken.json()).toEqual({ kind: "added", subject });
    expect(taken.headers.getSetCookie()[0]).toMatch(/^flash=; Path=\/own; Expires=Thu, 01 Jan 1970/);
  });

  it("sets a cookie for the pages below its path, for a minute, that no script reads", async () => {
    const plain = await leave("x");
    expect(
      plain
        .split("; ")
        .slice(1)
        .filter((part) => !part.startsWith("Expires")),
    ).toEqual(["Max-Age=60", "Path=/own", "HttpOnly", "SameSite=Strict"]);
    expect(await leave("x", app, { "x-forwarded-proto": "https" })).toContain("; Secure");
  });

  it("cuts a long subject short", async () => {
    const message = await (await take(await leave("☕".repeat(255)))).json();
    expect(message).toEqual({ kind: "added", subject: `${"☕".repeat(99)}…` });
  });

  it("says nothing that somebody else wrote", async () => {
    const payload = Buffer.from(JSON.stringify(["added", "evil"])).toString("base64url");
    const [, signature] = (await leave("x")).split(";")[0]?.split(".") ?? [];
    const forged = [`flash=${payload}.${signature}`, `flash=${payload}.`, `flash=${payload}`, "flash=j:[]", "flash=.."];
    for (const cookie of [...forged, await leave("evil", other)]) expect(await (await take(cookie)).json()).toBeNull();
  });

  it("has no message without a cookie", async () => {
    const taken = await take("");
    expect([await taken.json(), taken.headers.getSetCookie()]).toEqual([null, []]);
  });
});
