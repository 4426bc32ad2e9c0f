import { Router } from "express";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedApp, serveApp } from "../testing/serve-app";
import { Assets } from "./assets";

const assets = new Assets("/own", [
  { name: "style.css", type: "text/css; charset=utf-8", content: "p { color: red; }" },
]);
let app: ServedApp;

beforeAll(async () => {
  app = await serveApp(Router().get("/own/:file", assets.handler));
});
afterAll(() => app.close());

describe("Assets", () => {
  it("are served below their path, to be kept for good", async () => {
    expect(assets.path("style.css")).toMatch(/^\/own\/style\.[0-9a-f]{16}\.css$/);
    const response = await fetch(app.url + assets.path("style.css"));
    expect([response.status, await response.text()]).toEqual([200, "p { color: red; }"]);
    expect(response.headers.get("content-type")).toBe("text/css; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("have another path when their content is another", () => {
    const other = new Assets("/own", [{ name: "style.css", type: "text/css", content: "p { color: blue; }" }]);
    expect(other.path("style.css")).not.toBe(assets.path("style.css"));
  });

  it("are served to a page of another release, for this time only", async () => {
    const response = await fetch(`${app.url}/own/style.0123456789abcdef.css`);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-cache"]);
  });

  it.each(["style.css", "other.0123456789abcdef.css", "style.0123456789abcdef.js", "..%2fmain.cjs"])(
    "are no others: %s is 404",
    async (file) => {
      expect((await fetch(`${app.url}/own/${file}`)).status).toBe(404);
    },
  );

  it("that a page names and that is missing is a fault of the code", () => {
    expect(() => assets.path("missing.css")).toThrow("no asset missing.css");
  });
});
