import type { RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { redirectLocation } from "./own-answers";

const REQUEST = { protocol: "HTTP", host: "App.example.com:8080", path: "/a/b", query: "c=1&d=?" };

const leadsTo = (config: Omit<RedirectActionConfig, "StatusCode">, request = {}) =>
  redirectLocation({ StatusCode: "HTTP_301", ...config }, { ...REQUEST, ...request });

describe("where a redirect leads", () => {
  it("keeps what the action does not change", () => {
    const same = { Protocol: "#{protocol}", Host: "#{host}", Port: "#{port}", Path: "/#{path}", Query: "#{query}" };
    expect(leadsTo(same)).toBe("http://app.example.com:8080/a/b?c=1&d=?");
    expect(leadsTo({})).toBe(leadsTo(same));
  });

  it("goes to HTTPS", () => {
    expect(leadsTo({ Protocol: "HTTPS", Port: "443" })).toBe("https://app.example.com:443/a/b?c=1&d=?");
  });

  it("puts the parts where the action wants them", () => {
    const config = { Host: "www.#{host}", Path: "/new/#{path}", Query: "from=#{port}&#{query}" };
    const request = { host: "example.com", path: "/a", query: "" };
    expect(leadsTo(config, request)).toBe("http://www.example.com:80/new/a?from=80&");
  });

  it("leaves out an empty query, and an unknown word as it is", () => {
    expect(leadsTo({ Path: "/#{nothing}" }, { query: "" })).toBe("http://app.example.com:8080/#{nothing}");
  });

  it("has the port of the protocol where the client named none", () => {
    expect(leadsTo({}, { protocol: "HTTPS", host: "a.test", query: "" })).toBe("https://a.test:443/a/b");
  });
});
