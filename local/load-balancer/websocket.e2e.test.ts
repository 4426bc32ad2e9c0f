import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { serveForTest } from "../../tools/testing/test-server";
import { balancerBefore, sendRaw, testBalancer } from "./testing/balancer";
import { answerWith, draining, HOST, type TestView } from "./testing/view";

/** A balancer before a target that sends back what it gets, in capital letters; 403 to those that ask for `/closed`. */
async function balancerBeforeEcho(view: TestView = {}) {
  const server = createServer((_request, response) => response.end());
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/closed") socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    else if (request.url === "/broken") socket.destroy();
    else if (request.url === "/silent") socket.resume().on("end", () => socket.end());
    else
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on("message", (data) => webSocket.send(String(data).toUpperCase()));
        webSocket.send(JSON.stringify(request.headers));
      });
  });
  onTestFinished(() => sockets.close());
  const target = await serveForTest(server);
  return { ...(await testBalancer({ ...view, groups: { group: { targets: [target] } } })), target };
}

async function open(port: number, path = "/") {
  const client = new WebSocket(`ws://${HOST}:${port}${path}`);
  onTestFinished(() => client.terminate());
  const [greeting] = await once(client, "message");
  return { client, headers: JSON.parse(String(greeting)) };
}

async function echo(client: WebSocket, text: string): Promise<string> {
  client.send(text);
  return String((await once(client, "message"))[0]);
}

/** Status with which an upgrade is refused. */
async function refusal(port: number, path: string): Promise<number | undefined> {
  const client = new WebSocket(`ws://${HOST}:${port}${path}`);
  const [, response] = await once(client, "unexpected-response");
  response.resume();
  client.on("error", () => undefined).terminate();
  return response.statusCode;
}

describe("a WebSocket", () => {
  it("carries data both ways, and counts as a request in flight until it is closed", async () => {
    const { port, balancers, target, requests } = await balancerBeforeEcho();
    const { client, headers } = await open(port, "/chat?room=1");
    expect(headers).toMatchObject({ "x-forwarded-for": HOST, upgrade: "websocket" });
    expect(await echo(client, "hello")).toBe("HELLO");
    expect(await echo(client, "x".repeat(300_000))).toHaveLength(300_000);
    expect(balancers.inFlight(HOST, target)).toBe(1);
    client.close();
    await once(client, "close");
    await expect.poll(() => balancers.inFlight(HOST, target)).toBe(0);
    expect(requests).toMatchObject([{ url: "/chat?room=1", targetGroupArn: "group", status: 101 }]);
  });

  it("carries what came right behind the request", async () => {
    const { port } = await balancerBeforeEcho();
    const lines = [
      "GET / HTTP/1.1",
      "Host: a",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    ];
    const head = [...lines, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""].join("\r\n");
    // A text and a close frame, each masked with zeros.
    expect(await sendRaw(port, `${head}\x81\x82\0\0\0\0hi\x88\x80\0\0\0\0`)).toContain("HI");
  });

  it("is not opened before the answer to the request ahead of it", async () => {
    const { port, requests } = await balancerBeforeEcho();
    const upgrade = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    expect(await sendRaw(port, `GET /ahead HTTP/1.1\r\nHost: a\r\n\r\n${upgrade}`)).not.toContain("101");
    // It is told of when its connection is closed, which the client may hear of first.
    await expect.poll(() => requests.map(({ url }) => url)).toEqual(["/ahead"]);
    expect((await open(port)).headers.upgrade).toBe("websocket");
    expect(requests.map(({ url }) => url)).toEqual(["/ahead"]);
  });

  it("is closed where the target is gone", async () => {
    const { port, balancers, target } = await balancerBeforeEcho();
    const { client } = await open(port);
    balancers.targetGone(HOST, target);
    await once(client, "close");
    await expect.poll(() => balancers.inFlight(HOST, target)).toBe(0);
  });

  it("outlives the draining of its target until the deregistration delay is over", async () => {
    const { port, balancers, target, update, reports } = await balancerBeforeEcho();
    const { client } = await open(port);
    const attributes = { "deregistration_delay.timeout_seconds": "60" };
    // Only what is set from here on stands still: the delay.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    await update({ groups: { group: { targets: [draining(target)], attributes } } });
    vi.advanceTimersByTime(59_999);
    expect(await echo(client, "still")).toBe("STILL");
    expect(reports.map(({ state }) => state)).toEqual(["healthy"]);
    const closed = once(client, "close");
    vi.advanceTimersByTime(1);
    const [code] = await closed;
    expect(code).toBe(1006);
    expect(reports.map(({ state }) => state)).toEqual(["healthy", "drained"]);
    await expect.poll(() => balancers.inFlight(HOST, target)).toBe(0);
  });

  it("that is silent for the idle timeout is closed", async () => {
    // Long enough for a busy machine to open it.
    const { port } = await balancerBeforeEcho({ attributes: { "idle_timeout.timeout_seconds": "2" } });
    const { client } = await open(port);
    await once(client, "close");
    expect(await refusal(port, "/silent")).toBe(504);
  });

  it("is refused in the words of the target, of a rule, or with 502 where the target breaks off", async () => {
    const rules = [
      { Priority: "1", Conditions: [{ Field: "path-pattern", Values: ["/rule"] }], Actions: [answerWith("rule")] },
    ];
    const { port } = await balancerBeforeEcho({ rules });
    expect(await refusal(port, "/closed")).toBe(403);
    expect(await refusal(port, "/rule")).toBe(200);
    expect(await refusal(port, "/broken")).toBe(502);
    expect(await refusal((await testBalancer({})).port, "/")).toBe(503);
  });
});

describe("the offer of another protocol", () => {
  it.each(["GET", "POST"])("is passed over, and the %s request served", async (method) => {
    const { port } = await balancerBefore((request, response) => {
      const { upgrade, connection } = request.headers;
      request
        .on("data", (body) => response.write(body))
        .on("end", () => response.end(JSON.stringify({ upgrade, connection })));
    });
    const offer = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
    const lines = [`${method} / HTTP/1.1`, "Host: a", ...offer, `Content-Length: ${method === "POST" ? 4 : 0}`];
    const next = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const answer = await sendRaw(port, `${lines.join("\r\n")}\r\n\r\n${method === "POST" ? "body" : ""}${next}`);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(answer).toContain('{"connection":"keep-alive"}');
    expect(answer.includes("body")).toBe(method === "POST");
  });
});
