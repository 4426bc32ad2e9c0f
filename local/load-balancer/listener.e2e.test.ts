import { describe, expect, it } from "vitest";
import { balancerBefore, sendRaw, testBalancer } from "./testing/balancer";
import { answerWith, rule } from "./testing/view";

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** The bytes of a request for a connection of its own, from its lines. */
const bytes = (...lines: string[]) => [...lines, "Connection: close", "", ""].join("\r\n");

describe("the load balancer's own answers", () => {
  it("are the fixed response, with length and type", async () => {
    const { port, update } = await testBalancer({ action: answerWith("nö") });
    const answer = await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(
      /^server: awselb\/2\.0\r\ncontent-type: text\/plain; charset=utf-8\r\ncontent-length: 3\r\n/m,
    );
    expect(Buffer.from(answer, "latin1").toString("utf8")).toMatch(/\r\n\r\nnö$/);
    expect(await sendRaw(port, bytes("HEAD / HTTP/1.1", "Host: a"))).toMatch(/content-length: 3\r\n[\s\S]*\r\n\r\n$/);
    await update({ action: { Type: "fixed-response", FixedResponseConfig: { StatusCode: "503" } } });
    expect(await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a"))).toMatch(/^HTTP\/1\.1 503 .*\r\n[\s\S]*\r\n\r\n$/);
  });

  it("are the redirect", async () => {
    const RedirectConfig = { StatusCode: "HTTP_301", Protocol: "HTTPS", Port: "443" } as const;
    const { port, update } = await testBalancer({ action: { Type: "redirect", RedirectConfig } });
    const answer = await sendRaw(port, bytes("GET /a?b=c HTTP/1.1", "Host: example.com"));
    expect(answer).toMatch(/^HTTP\/1\.1 301 Moved Permanently\r\n/);
    expect(answer).toMatch(/^location: https:\/\/example\.com:443\/a\?b=c\r$/m);
    await update({ action: { Type: "redirect", RedirectConfig: { ...RedirectConfig, StatusCode: "HTTP_302" } } });
    expect(await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a"))).toMatch(/^HTTP\/1\.1 302 Found\r\n/);
  });

  it("are 503 where there is no target, nor a target group", async () => {
    const { port, update } = await testBalancer({ groups: { group: {} } });
    const answer = await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a"));
    expect(answer).toMatch(/^HTTP\/1\.1 503 Service Temporarily Unavailable\r\nserver: awselb\/2\.0\r\n/);
    expect(answer).toContain("<center><h1>503 Service Temporarily Unavailable</h1></center>");
    await update({});
    expect(statusOf(await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a")))).toBe(503);
  });

  it("leave the connection to the next request, also where the body of the first was not wanted", async () => {
    const { port } = await testBalancer({ action: answerWith("!\r\n") });
    const body = "x".repeat(500_000);
    const first = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await sendRaw(port, first + bytes("GET / HTTP/1.1", "Host: a"));
    expect(answer.match(/^HTTP\/1\.1 200 OK/gm)).toHaveLength(2);
  });
});

describe("a request that is none", () => {
  it.each([
    ["garbage", "garbage\r\n\r\n", 400],
    ["without a Host header", bytes("GET / HTTP/1.1"), 400],
    ["with two Host headers", bytes("GET / HTTP/1.1", "Host: a", "Host: b"), 400],
    ["with a bad Host header", bytes("GET / HTTP/1.1", "Host: a/b@c"), 400],
    ["that names no path", bytes("GET http://example.com/ HTTP/1.1", "Host: example.com"), 400],
    ["CONNECT", bytes("CONNECT example.com:443 HTTP/1.1", "Host: example.com"), 400],
    ["with a space in a header's name", bytes("GET / HTTP/1.1", "Host: a", "X : b"), 400],
    ["with a folded header", bytes("GET / HTTP/1.1", "Host: a", "X: b", " c"), 400],
    ["TRACE", bytes("TRACE / HTTP/1.1", "Host: a"), 405],
    ["with too long a URL", bytes(`GET /${"x".repeat(17_000)} HTTP/1.1`, "Host: a"), 414],
    ["with too long a header", bytes("GET / HTTP/1.1", "Host: a", `X: ${"x".repeat(17_000)}`), 400],
    ["with too many headers", bytes("GET / HTTP/1.1", "Host: a", ...Array(10).fill(`X: ${"x".repeat(9_000)}`)), 400],
    ["from too far away", bytes("GET / HTTP/1.1", "Host: a", `X-Forwarded-For: ${Array(31).fill("10.0.0.1")}`), 463],
    ["with an unknown coding", bytes("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked"), 501],
  ])("%s is answered with %i", async (_, text, status) => {
    const { port } = await testBalancer({ action: answerWith("taken") });
    const answer = await sendRaw(port, text);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^server: awselb\/2\.0\r$/im);
    expect(answer).toMatch(/^connection: close\r$/im);
  });
});

describe("a request within a request", () => {
  const inner = "GET /inner HTTP/1.1\r\nHost: a\r\n\r\n";
  const chunked = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;

  it.each([
    ["length and chunks", ["POST / HTTP/1.1", "Host: a", "Content-Length: 4", "Transfer-Encoding: chunked"]],
    ["chunks and length", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 4"]],
    ["two lengths", ["POST / HTTP/1.1", "Host: a", "Content-Length: 4", "Content-Length: 5"]],
    ["two codings", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"]],
    ["a space before the colon", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding : chunked"]],
    ["an unknown coding", ["POST / HTTP/1.1", "Host: a", "Transfer-Encoding: xchunked"]],
    ["a length with a sign", ["POST / HTTP/1.1", "Host: a", "Content-Length: +4"]],
  ])("is refused: %s", async (_, lines) => {
    const { port, requests } = await balancerBefore((_request, response) => response.end());
    const answer = await sendRaw(port, [...lines, "", chunked].join("\r\n"));
    expect(answer.match(/^HTTP\/1\.1 [45]../gm)).toHaveLength(1);
    expect(requests.filter(({ target }) => target)).toEqual([]);
  });

  // http-proxy and its successors send the body of a chunked DELETE behind `Content-Length: 0`.
  it.each([
    ["of a DELETE", ["DELETE / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Connection: close"]],
    ["of a GET", ["GET / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Connection: close"]],
    [
      "of a GET whose length is called a matter of the connection",
      ["GET / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Connection: close, transfer-encoding"],
    ],
  ])("stays in the body %s", async (_, lines) => {
    const seen: string[] = [];
    const { port } = await balancerBefore((request, response) => {
      request.setEncoding("utf8").on("data", (piece: string) => seen.push(piece));
      request.on("end", () => response.end(`${request.method} ${request.url}`));
    });
    const answer = await sendRaw(port, [...lines, "", chunked].join("\r\n"));
    expect(answer).toContain(`${lines[0]?.split(" ")[0]} /`);
    expect(answer).not.toContain("/inner");
    expect(seen.join("")).toBe(inner);
  });
});

describe("an HTTPS listener", () => {
  it("is served without TLS, and says https to its targets", async () => {
    const { port } = await balancerBefore((request, response) => response.end(request.headers["x-forwarded-proto"]), {
      protocol: "HTTPS",
    });
    expect(await sendRaw(port, bytes("GET / HTTP/1.1", "Host: a"))).toMatch(/https/);
  });
});

describe("a client that is silent", () => {
  // Before its first bytes are read, nobody is answered: that may take a while on a busy machine.
  const attributes = { "idle_timeout.timeout_seconds": "1" };

  it("in the middle of its body gets 408", async () => {
    const { port } = await balancerBefore(() => undefined, { attributes });
    const answer = await sendRaw(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome");
    expect(statusOf(answer)).toBe(408);
  });

  it("between two requests is disconnected", async () => {
    const { port } = await testBalancer({ attributes, action: answerWith("one") });
    expect(await sendRaw(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(/one$/);
    expect(await sendRaw(port, "")).toBe("");
  });
});

describe("a rule", () => {
  it("is told for each request, with the target that served it", async () => {
    const rules = [rule(1, [{ Field: "path-pattern", Values: ["/own"] }], answerWith("own"))];
    const { port, requests, target } = await balancerBefore((_request, response) => response.writeHead(201).end(), {
      rules,
    });
    await sendRaw(port, bytes("GET /own HTTP/1.1", "Host: a"));
    await sendRaw(port, bytes("GET /other?x HTTP/1.1", "Host: a"));
    const listenerArn = "listener";
    expect(requests).toMatchObject([
      { listenerArn, ruleArn: "rule-1", targetGroupArn: undefined, target: undefined, url: "/own", status: 200 },
      {
        listenerArn,
        ruleArn: "default",
        targetGroupArn: "group",
        target: { options: { port: target } },
        url: "/other?x",
        status: 201,
      },
    ]);
  });
});
