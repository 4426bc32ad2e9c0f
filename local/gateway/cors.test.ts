import { describe, expect, it } from "vitest";
import type { ViewCors } from "../cloud/view";
import { corsHeaders, isPreflight, preflightHeaders } from "./cors";
import { requestWith } from "./testing/request";

const ORIGIN = "https://app.example.test";

const CORS: ViewCors = {
  allowOrigins: [ORIGIN, "http://localhost:3000"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["etag"],
  maxAge: 300,
  allowCredentials: false,
};

const from = (origin: string | undefined, cors: Partial<ViewCors> = {}) =>
  corsHeaders({ ...CORS, ...cors }, requestWith("GET", "/", origin === undefined ? {} : { origin }));

describe("the CORS headers of an answer", () => {
  it("name the page's origin where it is allowed", () => {
    const expected = ["access-control-allow-origin", ORIGIN, "access-control-expose-headers", "etag", "vary", "Origin"];
    expect(from(ORIGIN)).toEqual(expected);
  });

  it.each([
    undefined,
    "null",
    "https://app.example.test.evil.test",
    "http://app.example.test",
    "https://app.example.test:444",
  ])("are none for the origin %s", (origin) => expect(from(origin)).toEqual([]));

  it("allow any origin by *, and credentials only where that is said", () => {
    const any = { allowOrigins: ["*"], exposeHeaders: [] };
    expect(from("https://any.test", any)).toEqual(["access-control-allow-origin", "*"]);
    expect(from(ORIGIN, { exposeHeaders: [], allowCredentials: true })).toEqual([
      "access-control-allow-origin",
      ORIGIN,
      "access-control-allow-credentials",
      "true",
      "vary",
      "Origin",
    ]);
  });

  it("allow any origin of a scheme", () => {
    const https = { allowOrigins: ["https://*"], exposeHeaders: [] };
    expect(from("https://any.test", https)).toEqual([
      "access-control-allow-origin",
      "https://any.test",
      "vary",
      "Origin",
    ]);
    expect(from("http://any.test", https)).toEqual([]);
  });
});

describe("a preflight", () => {
  it("is told methods, headers and how long that holds", () => {
    expect(preflightHeaders(CORS, requestWith("OPTIONS", "/", { origin: ORIGIN }))).toEqual([
      ...from(ORIGIN),
      "access-control-allow-methods",
      "GET,POST",
      "access-control-allow-headers",
      "authorization,content-type",
      "access-control-max-age",
      "300",
    ]);
  });

  it("of an origin that is not allowed is told nothing", () => {
    expect(preflightHeaders(CORS, requestWith("OPTIONS", "/", { origin: "https://evil.test" }))).toEqual([]);
  });

  it("is OPTIONS with an origin", () => {
    expect(isPreflight(requestWith("OPTIONS", "/", { origin: ORIGIN }))).toBe(true);
    expect(isPreflight(requestWith("OPTIONS", "/", {}))).toBe(false);
    expect(isPreflight(requestWith("GET", "/", { origin: ORIGIN }))).toBe(false);
  });
});
