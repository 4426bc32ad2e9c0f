import { describe, expect, it } from "vitest";
import { actingRefusal, readingRefusal, refusalOf, SAFE_HEADERS, TOKEN_HEADER } from "./protection";

const TOKEN = "the-token-of-this-run";

const GOOD = {
  host: "127.0.0.1:8000",
  origin: "http://127.0.0.1:8000",
  "sec-fetch-site": "same-origin",
  "content-type": "application/json",
  [TOKEN_HEADER]: TOKEN,
};

const acting = (headers: Record<string, string | undefined>, method = "POST") =>
  actingRefusal({ method, headers: { ...GOOD, ...headers } }, TOKEN);

describe("refusalOf", () => {
  it.each(["127.0.0.1:8000", "localhost:8000"])("answers to %s", (host) => {
    expect(refusalOf({ headers: { host } }, 8_000)).toBeUndefined();
  });

  it.each(["evil.example:8000", "127.0.0.1:8001", "127.0.0.1", "localhost", "[::1]:8000", undefined])(
    "refuses the Host header %s, whose name somebody else may have let lead to this machine",
    (host) => {
      expect(refusalOf({ headers: { host } }, 8_000)).toEqual({
        status: 421,
        message: "this server is 127.0.0.1:8000 or localhost:8000, and answers to no other name",
      });
    },
  );
});

describe("readingRefusal", () => {
  it("takes a request of the page, and one of a program that is no browser", () => {
    expect(readingRefusal({ headers: { "sec-fetch-site": "same-origin" } })).toBeUndefined();
    expect(readingRefusal({ headers: {} })).toBeUndefined();
  });

  it.each(["cross-site", "same-site", "none"])("refuses what a browser says is %s", (site) => {
    expect(readingRefusal({ headers: { "sec-fetch-site": site } })).toEqual({
      status: 403,
      message: `requests from elsewhere (Sec-Fetch-Site: ${site}) are refused`,
    });
  });
});

describe("actingRefusal", () => {
  it("takes what our page sends", () => {
    expect(acting({})).toBeUndefined();
    expect(acting({ "content-type": "application/json; charset=utf-8" })).toBeUndefined();
    expect(acting({ "sec-fetch-site": undefined })).toBeUndefined();
  });

  it.each(["GET", "PUT", "OPTIONS"])("refuses %s, which an image or a link could send", (method) => {
    expect(acting({}, method)).toEqual({ status: 405, message: "acts take POST only" });
  });

  it.each(["http://evil.example", "http://127.0.0.1:8001", "https://127.0.0.1:8000", "null", undefined])(
    "refuses the origin %s",
    (origin) => {
      expect(acting({ origin })).toEqual({
        status: 403,
        message: "the Origin header has to be that of the status page",
      });
    },
  );

  it("refuses what a browser says is from another site, whatever its origin", () => {
    expect(acting({ "sec-fetch-site": "cross-site" })).toEqual({
      status: 403,
      message: "requests from elsewhere (Sec-Fetch-Site: cross-site) are refused",
    });
  });

  it.each(["", "another-token-of-a-run", `${TOKEN} `, undefined])("refuses the token '%s'", (token) => {
    expect(acting({ [TOKEN_HEADER]: token })).toEqual({
      status: 403,
      message: "x-status-token has to be the token of this run: load the page again",
    });
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", undefined])(
    "refuses the content type %s, which a form could send",
    (type) => {
      expect(acting({ "content-type": type })).toEqual({
        status: 415,
        message: "the content type has to be application/json",
      });
    },
  );
});

describe("SAFE_HEADERS", () => {
  it("let nothing in but what is ours, and nobody frame or keep it", () => {
    expect(SAFE_HEADERS).toMatchObject({
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
  });
});
