import { Assets } from "@express-on-ecs/kit/assets";
import { describe, expect, it } from "vitest";
import { errorPage } from "./error-page";
import { homePage } from "./home-page";
import type { SuppliersSite } from "./layout";
import { type ListPage, listPage } from "./list-page";
import { siteAssets } from "./site-assets";

const site: SuppliersSite = {
  brand: "Coffee <suppliers>",
  home: "/own",
  links: [
    { label: "Home", path: "/own" },
    { label: "List", path: "/own/list" },
  ],
  assets: new Assets("/own/assets", siteAssets),
};

const evil = `O'Brien <b>"&`;
const escaped = "O&#39;Brien &lt;b&gt;&quot;&amp;";
const supplier = { id: 7, name: evil, address: evil, city: evil, state: evil, email: evil, phone: evil, version: 1 };
const list: ListPage = {
  path: "/own/list",
  page: { suppliers: [supplier], hasPrevious: true, hasNext: true },
  search: evil,
  message: `${evil} was added.`,
};

const about = { status: 404, title: "Not Found", detail: "no page /x", requestId: "id-1" };

describe("every page", () => {
  const pages = [
    homePage(site, "/own/list"),
    listPage(site, list),
    ...[400, 404, 409, 500, 503].map((status) => errorPage(site)({ ...about, status })),
  ];

  it("has a language, a title, one heading, a skip link and its brand", () => {
    for (const page of pages) {
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(page.match(/<h1[ >]/g)).toHaveLength(1);
      expect(page).toContain('<a class="skip" href="#content">');
      expect(page).toContain("Coffee &lt;suppliers&gt;</title>");
    }
  });

  it("loads nothing but the assets of the service, and has no script and no style within it", () => {
    for (const page of pages) {
      const loaded = [...page.matchAll(/<(?:link|img)[^>]* (?:href|src)="([^"]*)"/g)].map(([, path]) => path);
      expect(loaded.length).toBeGreaterThan(2);
      for (const path of loaded) expect(path).toMatch(/^\/own\/assets\/(style|coffee)\.[0-9a-f]{16}\.(css|svg)$/);
      expect(page).not.toMatch(/<script|<style|\son\w+=|style=|https?:/i);
    }
  });
});

describe("the list", () => {
  const page = listPage(site, list);

  it("escapes all that was stored, searched for or said", () => {
    expect(page).not.toContain("<b>");
    expect(page.split(escaped)).toHaveLength(10);
    expect(page).toContain('href="mailto:O&#39;Brien%20%3Cb%3E%22%26"');
  });

  it("marks the link of the page as the current one", () => {
    expect(page).toContain('<a href="/own/list" aria-current="page">List</a>');
    expect(page.match(/aria-current/g)).toHaveLength(1);
  });

  it("leads to the pages around, with what was searched for", () => {
    const links = [...page.matchAll(/rel="(prev|next)" href="([^"]+)"/g)].map(([, rel, href]) => [rel, href]);
    const query = "q=O%27Brien+%3Cb%3E%22%26&amp;";
    expect(links).toEqual([
      ["prev", expect.stringContaining(`/own/list?${query}before=`)],
      ["next", expect.stringContaining(`/own/list?${query}after=`)],
    ]);
  });

  it("has words for no suppliers and for nothing found, and no table", () => {
    const none = { ...list, page: { suppliers: [], hasPrevious: false, hasNext: false } };
    expect(listPage(site, { ...none, search: undefined })).toContain("No suppliers yet");
    const nothing = listPage(site, none);
    expect(nothing).toContain(`begins with “${escaped}”`);
    expect(nothing).not.toContain("<table");
  });
});

describe("the page about an error", () => {
  it("of a page that is not there says so in the words of old, with the way home", () => {
    const page = errorPage(site)(about);
    expect(page).toContain(`<p class="lead">Sorry, we don't seem to have that page in stock</p>`);
    expect(page).toContain('<a class="button" href="/own">Return to home page</a>');
  });

  it("of a database that is gone offers to try again", () => {
    const page = errorPage(site)({ ...about, status: 503 });
    expect(page).toContain('<a class="button" href="">Try again</a>');
    expect(page).toContain("Request id: id-1");
  });

  it("of a fault of ours tells nothing of it, of one of the client's what is wrong", () => {
    expect(errorPage(site)({ ...about, status: 500, detail: "hidden" })).not.toContain("hidden");
    expect(errorPage(site)({ ...about, status: 400, detail: evil })).toContain(`<p class="lead">${escaped}</p>`);
  });
});
