import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { csrfProtection } from "./csrf";

const SECRET = "a secret of thirty-two characters";

function router(secret: string): Router {
  const csrf = csrfProtection(secret);
  const own = Router();
  own.use(...csrf.middleware);
  own.get("/form", (request, response) => void response.send(csrf.field(request, response).toString()));
  own.post("/form", (_request, response) => void response.send("done"));
  return own;
}

let app: ServedApp;
let other: ServedApp;
beforeAll(async () => {
  [app, other] = await Promise.all([serveApp(router(SECRET)), serveApp(router(`${SECRET}, and another one`))]);
});
afterAll(() => Promise.all([app.close(), other.close()]));

interface Form {
  readonly cookie: string;
  readonly token: string;
  readonly attributes: string;
}

async function openForm(headers: Record<string, string> = {}, { url } = app): Promise<Form> {
  const response = await fetch(`${url}/form`, { headers });
  const [cookie = "", ...attributes] = (response.headers.getSetCookie()[0] ?? "").split("; ");
  const token = /name="_csrf" value="([^"]+)"/.exec(await response.text())?.[1] ?? "";
  return { cookie, token, attributes: attributes.join("; ") };
}

async function send(form: Partial<Form>, headers: Record<string, string> = {}): Promise<number> {
  const body = new URLSearchParams({ ...(form.token !== undefined && { _csrf: form.token }) });
  const cookie = form.cookie === undefined ? {} : { cookie: form.cookie };
  return (await fetch(`${app.url}/form`, { method: "POST", body, headers: { ...cookie, ...headers } })).status;
}

describe("csrfProtection", () => {
  it("takes a form with its token and its cookie", async () => {
    expect(await send(await openForm())).toBe(200);
  });

  it("marks the cookie Secure, with the prefix __Host-, over HTTPS, and neither over plain HTTP", async () => {
    const https = { "x-forwarded-proto": "https" };
    const secure = await openForm(https);
    expect(secure.cookie).toMatch(/^__Host-csrf=/);
    expect(secure.attributes).toBe("Path=/; HttpOnly; Secure; SameSite=Strict");
    expect(await send(secure, https)).toBe(200);
    const plain = await openForm();
    expect(plain.cookie).toMatch(/^csrf=/);
    expect(plain.attributes).toBe("Path=/; HttpOnly; SameSite=Strict");
  });

  it("refuses a form without token, without cookie, and with another one's token", async () => {
    const [form, second] = await Promise.all([openForm(), openForm()]);
    expect(await send({ cookie: form.cookie })).toBe(403);
    expect(await send({ token: form.token })).toBe(403);
    expect(await send({ cookie: form.cookie, token: second.token })).toBe(403);
    expect(await send({})).toBe(403);
  });

  it("refuses a token that was signed with another secret", async () => {
    expect(await send(await openForm({}, other))).toBe(403);
  });

  it("refuses a token over HTTPS that was given over plain HTTP", async () => {
    expect(await send(await openForm(), { "x-forwarded-proto": "https" })).toBe(403);
  });

  it.each([
    ["sec-fetch-site", "cross-site"],
    ["sec-fetch-site", "same-site"],
    ["origin", "https://evil.example"],
    ["origin", "null"],
    ["origin", "http://localhost:1"],
  ])("refuses a form from elsewhere, token or not: %s %s", async (name, value) => {
    expect(await send(await openForm(), { [name]: value })).toBe(403);
  });

  it("takes one from its own pages", async () => {
    expect(await send(await openForm(), { "sec-fetch-site": "same-origin", origin: "null" })).toBe(200);
    expect(await send(await openForm(), { origin: app.url })).toBe(200);
    const https = { "x-forwarded-proto": "https" };
    const origin = app.url.replace("http:", "https:");
    expect(await send(await openForm(https), { ...https, origin })).toBe(200);
    expect(await send(await openForm(https), { ...https, origin: app.url })).toBe(403);
  });

  it("gives a browser that has a token the same one again, so that two tabs both work", async () => {
    const first = await openForm();
    const second = await openForm({ cookie: first.cookie });
    expect(second.token).toBe(first.token);
  });

  it.each(['csrf=j:{"a":1}', "csrf=", "csrf=.", "csrf=a.b.c", "csrf=%00", "__proto__=x; csrf=1"])(
    "takes the cookie %s for none",
    async (cookie) => {
      expect((await openForm({ cookie })).token).not.toBe("");
      expect(await send({ cookie, token: "x" })).toBe(403);
    },
  );

  it("refuses JSON and lists in place of the token", async () => {
    const { cookie, token } = await openForm();
    const post = (body: string, type: string) =>
      fetch(`${app.url}/form`, { method: "POST", body, headers: { cookie, "content-type": type } });
    expect((await post(JSON.stringify([token]), "application/json")).status).toBe(403);
    expect((await post(`_csrf=${token}&_csrf=${token}`, "application/x-www-form-urlencoded")).status).toBe(403);
  });
});
