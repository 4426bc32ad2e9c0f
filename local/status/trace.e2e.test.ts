import type { RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { AUTHORIZER, apiOf, routeOf } from "../gateway/testing/api";
import { testGateways, viewOf as viewOfApis } from "../gateway/testing/gateway";
import { LoadBalancers } from "../load-balancer/load-balancers";
import { testTarget } from "../load-balancer/testing/balancer";
import { answerWith, rule, viewOf } from "../load-balancer/testing/view";
import type { Asked } from "./asked";
import { RequestLog } from "./server/request-log";
import { trace } from "./server/trace";

const ASKED: Asked<"trace"> = { to: "listener", method: "GET", path: "/" };

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
    balancers,
    requests,
    trace: (asked: Partial<Asked<"trace">> = {}) =>
      trace({ ...ASKED, ...asked }, { served: balancers.served, gateways: [] }, requests),
  };
}

/** The same, and an API before it, whose route `/finance` asks for a token. */
async function servedByApi(stage = "$default") {
  const { balancers, requests } = await served((request, response) => {
    response.end(JSON.stringify([request.url, request.headers.authorization]));
  });
  const [listener] = balancers.served;
  const { gateways } = await testGateways(() => undefined, {
    listenerAddress: () => `http://127.0.0.1:${listener?.port}`,
    onRequest: (request) => requests.addAtApi(request),
  });
  const routes = [routeOf("GET /open"), routeOf("GET /finance", { authorizer: AUTHORIZER })];
  await gateways.update(viewOfApis([apiOf({ stage, routes })]));
  return (asked: Partial<Asked<"trace">>) =>
    trace({ ...ASKED, to: "api-1", ...asked }, { served: balancers.served, gateways: gateways.served }, requests);
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
    await expect(trace({ to: "gone" })).rejects.toThrow(
      "there is no such listener or API any more: choose another one",
    );
  });

  it.each(["$default", "v1"])("goes through an API, of stage %s, to the task behind it", async (stage) => {
    const traced = await servedByApi(stage);
    const result = await traced({ path: "/open?x=1", token: "given" });
    expect(result).toMatchObject({
      status: 200,
      api: { name: "public-api", route: "GET /open", refusal: undefined },
      served: { status: 200, listener: "listener", group: "group", task: "task-1" },
    });
    expect(JSON.parse(result.body)[1]).toBe("Bearer given");
  });

  it.each([
    ["/finance", 401, { name: "public-api", route: "GET /finance", refusal: expect.stringMatching(/./) }],
    ["/of-nobody", 404, { name: "public-api", route: undefined, refusal: "Not Found" }],
  ])("says that the API has answered %s itself", async (path, status, api) => {
    const traced = await servedByApi();
    expect(await traced({ path })).toMatchObject({ status, api, served: undefined });
  });
});
