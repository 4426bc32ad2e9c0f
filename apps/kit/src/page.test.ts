import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { html } from "./html";
import { facts, page, STYLESHEET_HASH } from "./page";

describe("page", () => {
  const markup = page("<Medical>", facts([["Launch type", "<EC2>"]]));

  it("escapes title and facts", () => {
    expect(markup).toContain("<title>&lt;Medical&gt;</title>");
    expect(markup).toContain("<h1>&lt;Medical&gt;</h1>");
    expect(markup).toContain("<dt>Launch type</dt><dd>&lt;EC2&gt;</dd>");
  });

  it("has exactly the stylesheet that the content security policy allows", () => {
    const styles = [...markup.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style ?? "");
    expect(styles).toHaveLength(1);
    const hashes = styles.map((style) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    expect(hashes).toEqual([STYLESHEET_HASH]);
  });

  it("has no script, no inline handler and nothing to fetch", () => {
    expect(page("x", html``)).not.toMatch(/<script|\son\w+=|src=|https?:|url\(|@import|style=/i);
  });

  it("has a language, a title and one heading", () => {
    expect(markup).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(markup.match(/<h1>/g)).toHaveLength(1);
    expect(markup.match(/<main>/g)).toHaveLength(1);
  });
});
