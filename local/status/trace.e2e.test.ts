import type { RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { LoadBalancers } from "../load-balancer/load-balancers";
import { testTarget } from "../load-balancer/testing/balancer";
import { answerWith, rule, viewOf } from "../load-balancer/testing/view";
import type { Asked } from "./asked";
import { RequestLog } from "./server/request-log";
import { trace } from "./server/trace";

const ASKED: Asked<"trace"> = { listener: "listener", method: "GET", path: "/" };

/** A load balancer before one task, whose requests are written down. */
async function served(handler: RequestListener = (_, response) => response.end("hello")) {
  const port = await testTarget(handler);
  const requests = new RequestLog(() => "task-1");
  const reports: unknown[] = [];
  const balancers = new LoadBalancers({
    lifetime: testLifetime(),
    firstPort: 0,
    healthCheckCapMs: 20,
    onReport: (targets) => reports.push(...targets),
    onRequest: (request) => requests.add(request),
  });
  onTestFinished(() => balancers.close());
  const own = rule(10, [{ Field: "path-pattern", Values: ["/own"] }], answerWith("of the load balancer"));
  await balancers.update(viewOf({ groups: { group: { targets: [port] } }, rules: [own] }));
  await expect.poll(() => reports).toContainEqual(expect.objectContaining({ port, state: "healthy" }));
  return {
    port,
    trace: (asked: Partial<Asked<"trace">> = {}) => trace({ ...ASKED, ...asked }, balancers.served, requests),
  };
}

describe("trace", () => {
  it("gives the answer, and the rule, the target and the task that it came by", async () => {
    const { port, trace } = await served();
    const result = await trace({ path: "/hello?x=1" });
    expect(result).toMatchObject({
      status: 200,
      body: "hello",
      isCut: false,
      served: {
        ...{ method: "GET", path: "/hello", status: 200, listener: "listener", rule: "default", group: "group" },
        ...{ target: `127.0.0.1:${port}`, task: "task-1" },
      },
    });
    expect(result.headers.map(([name]) => name.toLowerCase())).toContain("content-length");
  });

  it("sends what is asked: method, Host header, content type and body", async () => {
    const { trace } = await served((request, response) => {
      const { method, url, headers } = request;
      request.setEncoding("utf8").on("data", (body: string) => {
        response.end(JSON.stringify({ method, url, host: headers.host, type: headers["content-type"], body }));
      });
    });
    const asked = {
      method: "POST",
      path: "/x?y=1",
      host: "app.example.test",
      contentType: "text/plain",
      body: "ä",
    } as const;
    const { body } = await trace(asked);
    expect(JSON.parse(body)).toEqual({
      ...{ method: "POST", url: "/x?y=1", host: "app.example.test", type: "text/plain", body: "ä" },
    });
  });

  it("tells its own request from others that come at the same time", async () => {
    const { trace } = await served();
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => trace({ path: `/${index}` })));
    expect(results.map((result) => result.served?.path)).toEqual(results.map((_, index) => `/${index}`));
  });

  it("says that the load balancer has answered itself", async () => {
    const { trace } = await served();
    expect(await trace({ path: "/own" })).toMatchObject({
      body: "of the load balancer",
      served: { rule: "rule-10", group: undefined, task: undefined },
    });
  });

  it("shows the beginning of a long answer, and waits for all of it", async () => {
    const { trace } = await served((_, response) => response.end("x".repeat(1_000_000)));
    const { body, isCut, served: request } = await trace();
    expect([body.length, isCut, request?.status]).toEqual([16 * 1024, true, 200]);
  });

  it("says it when an answer breaks off", async () => {
    const { trace } = await served((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("begun", () => response.destroy());
    });
    await expect(trace()).rejects.toThrow(/^the answer broke off after 5 bytes: /);
  });

  it("says it when the listener is gone", async () => {
    const { trace } = await served();
    await expect(trace({ listener: "gone" })).rejects.toThrow("there is no such listener any more: choose another one");
  });
});
