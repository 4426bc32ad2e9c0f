import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { healthStatus } from "./health";
import { Problem } from "./problem";
import type { Readiness } from "./readiness";

const readiness: Readiness = { state: "ready" };
let app: ServedApp;

beforeAll(async () => {
  const own = Router();
  own.get("/own-health", healthStatus(readiness, "up"));
  own.post("/refused", () => {
    throw new Problem(422, "wrong", { "X-More": "yes" }, { errors: [{ pointer: "#/name", detail: "wrong" }] });
  });
  app = await serveApp(own, "api");
});
afterAll(() => app.close());

describe("an api", () => {
  it.each(["text/html", "image/png", "*/*", "application/json"])(
    "has problem details for all, also for %s",
    async (accept) => {
      const response = await fetch(`${app.url}/refused`, { method: "POST", headers: { accept } });
      expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
      expect([response.status, response.headers.get("x-more"), response.headers.get("vary")]).toEqual([
        422,
        "yes",
        null,
      ]);
      expect(await response.json()).toEqual({
        type: "about:blank",
        status: 422,
        title: "Unprocessable Entity",
        detail: "wrong",
        requestId: response.headers.get("x-request-id"),
        instance: "/refused",
        errors: [{ pointer: "#/name", detail: "wrong" }],
      });
    },
  );

  it("has nothing in its log of a body that is no JSON", async () => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${app.url}/refused`, { method: "POST", headers, body: '{"email":"ada@example' });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ detail: "the body is not valid JSON" }),
    ]);
    expect(JSON.stringify(app.lines)).not.toContain("ada@");
  });
});

describe("a health check of a service's own", () => {
  it("is 503 while draining, kept by no cache, and logged at debug", async () => {
    const ask = async () => {
      const response = await fetch(`${app.url}/own-health`);
      return [response.status, await response.text(), response.headers.get("cache-control")];
    };
    expect(await ask()).toEqual([200, "up", "no-store"]);
    readiness.state = "draining";
    expect(await ask()).toEqual([503, "Draining", "no-store"]);
    const logged = app.lines.filter(({ route }) => route === "/own-health");
    expect(logged.map(({ level }) => level)).toEqual(["debug", "debug"]);
  });
});
