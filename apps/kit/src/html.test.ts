import { describe, expect, it } from "vitest";
import { html } from "./html";

describe("html", () => {
  it("escapes every value, in text and in attributes", () => {
    const value = `<script>alert("1 & 2")</script>'`;
    const escaped = "&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;&#39;";
    expect(html`<a title="${value}">${value}</a>`.toString()).toBe(`<a title="${escaped}">${escaped}</a>`);
  });

  it("keeps markup made by itself, joins lists and leaves out what is undefined", () => {
    const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${undefined}</ul>${3}`.toString()).toBe("<ul><li>a</li><li>&lt;b&gt;</li></ul>3");
  });

  it("does not take a look-alike for markup", () => {
    const lookAlike = { toString: () => "<b>" } as unknown as string;
    expect(html`${lookAlike}`.toString()).toBe("&lt;b&gt;");
  });
});
