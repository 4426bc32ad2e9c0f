import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express, { type Request, type Response } from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import { createExpressServer } from "./express-server";

describe("the server of an Express app", () => {
  it("makes requests and responses with the prototypes that Express would give them", async () => {
    const app = express();
    const server = createExpressServer(app);
    onTestFinished(() => void server.close());
    const seen: unknown[] = [];
    server.prependListener("request", (request, response) => {
      seen.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    });
    app.get("/", (request: Request, response: Response) => {
      expect([request.app, response.app]).toEqual([app, app]);
      response.status(201).json({ accepts: request.accepts("json"), has: request.get("x-given") });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { "x-given": "this", connection: "close" } });
    expect([answer.status, await answer.json()]).toEqual([201, { accepts: "json", has: "this" }]);
    expect(seen).toEqual([app.request, app.response]);
    // Another app's are left as they are.
    expect(Object.getPrototypeOf(express().request)).toBe(Object.getPrototypeOf(app.request));
    expect(express().request).not.toBe(app.request);
  });
});
