import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { formFields, queryText } from "./form";

let app: ServedApp;
beforeAll(async () => {
  const own = Router();
  own.post("/", (request, response) => void response.json(formFields(request, ["name", "city"])));
  own.get("/", (request, response) => void response.json({ q: queryText(request, "q") ?? null }));
  app = await serveApp(own);
});
afterAll(() => app.close());

const FORM = "application/x-www-form-urlencoded";
const headers = { accept: "application/json" };
const post = (body: string, type = FORM) =>
  fetch(app.url, { method: "POST", body, headers: { ...headers, "content-type": type } });

describe("formFields", () => {
  it("takes the known fields, and nothing else that was sent", async () => {
    const sent = await post("name=O%27Brien+%3Cb%3E&id=7&version=3&__proto__=x&constructor=y");
    expect(await sent.json()).toEqual({ name: "O'Brien <b>", city: "" });
  });

  it.each(["name=a&name=b", "name=a&city=x&name=b"])("refuses a field that was sent twice: %s", async (body) => {
    const sent = await post(body);
    expect([sent.status, await sent.json()]).toMatchObject([400, { detail: '"name" has to be given once, as text' }]);
  });

  it.each(["name[]=a", "name[x]=a", "name.x=a", "toString=1"])("takes no objects: %s", async (body) => {
    expect(await (await post(body)).json()).toEqual({ name: "", city: "" });
  });

  it.each([
    ['{"name":"a"}', "application/json"],
    ["name=a", "text/plain"],
    ["name=a", "multipart/form-data; boundary=x"],
  ])("refuses what is no form: %s as %s", async (body, type) => {
    expect((await post(body, type)).status).toBe(415);
  });
});

describe("queryText", () => {
  it("gives a parameter, or nothing, and refuses two", async () => {
    const get = async (query: string) => fetch(`${app.url}/${query}`, { headers });
    expect(await (await get("?q=a%00b")).json()).toEqual({ q: "a\0b" });
    expect(await (await get("")).json()).toEqual({ q: null });
    expect((await get("?q=a&q=b")).status).toBe(400);
  });
});
