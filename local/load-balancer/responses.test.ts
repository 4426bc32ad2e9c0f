import { describe, expect, it } from "vitest";
import type { RedirectAction } from "../cloud/deployment";
import { redirectLocation } from "./responses";

const SAME: RedirectAction = {
  type: "redirect",
  statusCode: 301,
  protocol: "#{protocol}",
  host: "#{host}",
  port: "#{port}",
  path: "/#{path}",
  query: "#{query}",
};

const REQUEST = { protocol: "HTTP", host: "App.example.com:8080", url: "/a/b?c=1&d=?" };

describe("where a redirect leads", () => {
  it("keeps what the action does not change", () => {
    expect(redirectLocation(SAME, REQUEST)).toBe("http://app.example.com:8080/a/b?c=1&d=?");
  });

  it("goes to HTTPS", () => {
    const action = { ...SAME, protocol: "HTTPS", port: "443" };
    expect(redirectLocation(action, REQUEST)).toBe("https://app.example.com:443/a/b?c=1&d=?");
  });

  it("puts the parts where the action wants them", () => {
    const action = { ...SAME, host: "www.#{host}", path: "/new/#{path}", query: "from=#{port}&#{query}" };
    const request = { protocol: "HTTP", host: "example.com", url: "/a" };
    expect(redirectLocation(action, request)).toBe("http://www.example.com:80/new/a?from=80&");
  });

  it("leaves out an empty query, and an unknown word as it is", () => {
    const action = { ...SAME, path: "/#{nothing}" };
    expect(redirectLocation(action, { ...REQUEST, url: "/" })).toBe("http://app.example.com:8080/#{nothing}");
  });
});
