import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { DatabaseUnavailable } from "./mysql-fault";
import { Problem } from "./problem";

let app: ServedApp;
beforeAll(async () => {
  const own = Router();
  own.get("/refused", () => {
    throw new Problem(409, "taken");
  });
  own.get("/gone", () => {
    throw new DatabaseUnavailable("ECONNREFUSED");
  });
  own.get("/broken", () => {
    throw new Error("SELECT hidden");
  });
  app = await serveApp(own, { errorPage: (about) => `own page: ${JSON.stringify(about)}` });
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(app.url + path, { headers });

describe("a site", () => {
  it.each([
    ["/refused", { status: 409, title: "Conflict", detail: "taken" }],
    ["/nowhere", { status: 404, title: "Not Found" }],
    ["/broken", { status: 500, title: "Internal Server Error" }],
  ])("has its own page about the error at %s", async (path, about) => {
    const response = await get(path, { "x-request-id": "abc" });
    const text = await response.text();
    expect(response.status).toBe(about.status);
    expect(JSON.parse(text.replace("own page: ", ""))).toMatchObject({ ...about, requestId: "abc" });
    expect(text).not.toContain("hidden");
  });

  it("answers problem details to those who ask for JSON", async () => {
    const response = await get("/refused", { accept: "application/json" });
    expect(await response.json()).toMatchObject({ status: 409, detail: "taken", instance: "/refused" });
  });

  it("says when to come back while the database is gone, and logs why", async () => {
    const response = await get("/gone", { "x-request-id": "gone" });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    const line = () => app.lines.find(({ requestId }) => requestId === "gone");
    await expect.poll(line).toMatchObject({ level: "error", err: { reason: "ECONNREFUSED" } });
  });

  it("may load its own stylesheets and pictures, and no script or style within a page", async () => {
    const policy = (await get("/refused")).headers.get("content-security-policy");
    expect(policy).toBe(
      "default-src 'none';style-src 'self';img-src 'self' data:;base-uri 'none';form-action 'self';frame-ancestors 'none'",
    );
  });

  it("lets browsers name it as the origin of its forms", async () => {
    expect((await get("/refused")).headers.get("referrer-policy")).toBe("same-origin");
  });
});
