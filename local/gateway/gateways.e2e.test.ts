import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { close, listen } from "../../tools/listen";
import { portsInARow } from "../../tools/ports-in-a-row";
import { AUTHORIZER, apiOf, routeOf } from "./testing/api";
import { ask, HOST, portOf, testApi, testGateways, testKeys, viewOf } from "./testing/gateway";
import { signInOf } from "./testing/sign-in";
import { forged, ISSUER, poolKey } from "./testing/tokens";

const own = (message: string) => JSON.stringify({ message });

const READ = routeOf("GET /finance", { authorizer: AUTHORIZER, scopes: ["service-b-api/read"] });

describe("what is served", () => {
  it("are the APIs and sign-in pages of the view, each on a port of its own that it keeps", async () => {
    const { gateways } = await testGateways((_, response) => response.end());
    const [a, b] = [apiOf({ id: "a", name: "first" }), apiOf({ id: "b", name: "second", hosts: ["api.example.test"] })];
    await gateways.update(viewOf([a, b], { signIns: [signInOf()] }));
    const domain = signInOf().domain;
    const ports = [0, 1, 2].map((index) => portOf(gateways, index));
    expect(gateways.served).toEqual([
      { type: "api", name: "first", hosts: a.hosts, url: `http://${HOST}:${ports[0]}`, api: a },
      { type: "api", name: "second", hosts: ["api.example.test"], url: `http://${HOST}:${ports[1]}`, api: b },
      { type: "sign-in", name: domain, hosts: [domain], url: `http://${HOST}:${ports[2]}`, signIn: signInOf() },
    ]);
    await gateways.update(viewOf([b]));
    expect(gateways.served.map(({ url }) => url)).toEqual([`http://${HOST}:${ports[1]}`]);
    await expect(ask(ports[0] ?? 0, "/")).rejects.toThrow("ECONNREFUSED");
    await expect(ask(ports[2] ?? 0, "/")).rejects.toThrow("ECONNREFUSED");
  });

  it("is an API once for each of its stages", async () => {
    const { gateways } = await testGateways((request, response) => response.end(request.url));
    const stages = ["$default", "v1"].map((stage) => apiOf({ stage, routes: [routeOf("GET /a")] }));
    await gateways.update(viewOf(stages));
    const [first, second] = [portOf(gateways, 0), portOf(gateways, 1)];
    expect(first).not.toBe(second);
    expect([(await ask(first, "/a")).body, (await ask(second, "/v1/a")).body]).toEqual(["/a", "/v1/a"]);
  });

  it("has the ports from the first one on, and waits for one that is in use", async () => {
    const firstPort = await portsInARow(2);
    const other = createServer();
    await listen(other, firstPort);
    onTestFinished(() => close(other));
    const { gateways } = await testGateways((_, response) => response.end(), { firstPort });
    const hint = "give another one by --port N, or none for a free one";
    await expect(gateways.update(viewOf([apiOf()]))).rejects.toThrow(`port ${firstPort} of ${HOST} is in use; ${hint}`);
    expect(gateways.served).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
    await gateways.update(viewOf([apiOf()], { signIns: [signInOf()] }));
    expect([0, 1].map((index) => portOf(gateways, index))).toEqual([firstPort, firstPort + 1]);
  });

  it("is nothing once it is closed, not even by a later view", async () => {
    const { gateways, port } = await testApi(apiOf(), (_, response) => response.end());
    await gateways.close();
    await gateways.update(viewOf([apiOf()]));
    expect(gateways.served).toEqual([]);
    await expect(ask(port, "/")).rejects.toThrow("ECONNREFUSED");
  });

  it("answers by its names and by this machine's, and by no other one", async () => {
    const api = apiOf({ hosts: ["api.example.test"], routes: [routeOf("GET /a")] });
    const { port } = await testApi(api, (_, response) => response.end("served"));
    const by = async (host: string) => (await ask(port, "/a", { headers: { host } })).status;
    for (const host of ["API.example.test", `localhost:${port}`, "shop.localhost", "127.0.0.2"])
      expect(await by(host)).toBe(200);
    for (const host of ["evil.test", "api-1.execute-api.us-east-1.amazonaws.com", "127.0.0.1.evil.test"]) {
      expect(await by(host)).toBe(403);
    }
  });
});

describe("a request to an HTTP API", () => {
  it("without a route is answered 404, and nobody behind is asked", async () => {
    let asked = 0;
    const { port, requests } = await testApi(apiOf({ routes: [routeOf("GET /a")] }), (_, response) => {
      asked++;
      response.end();
    });
    for (const [method, path] of [
      ["GET", "/b"],
      ["POST", "/a"],
      ["HEAD", "/a"],
      ["OPTIONS", "/a"],
    ] as const) {
      const { status, body, headers } = await ask(port, path, { method });
      expect([status, body]).toEqual([404, method === "HEAD" ? "" : own("Not Found")]);
      expect(headers["content-type"]).toBe("application/json");
      expect(headers["apigw-requestid"]).toMatch(/^[\w-]+=$/);
    }
    expect(asked).toBe(0);
    expect(requests.map(({ status, routeKey, error }) => ({ status, routeKey, error }))).toEqual(
      Array.from({ length: 4 }, () => ({ status: 404, routeKey: undefined, error: "Not Found" })),
    );
  });

  it("needs a token with the scope of its route", async () => {
    const { keys, jwksUrl } = await testKeys();
    const { port, requests } = await testApi(apiOf({ routes: [READ] }), (_, response) => response.end("money"), {
      jwksUrl,
    });
    const [key] = keys;
    if (!key) throw new Error("no key");
    const by = async (token: string) => {
      const { status, body, headers } = await ask(port, "/finance", { headers: { authorization: `Bearer ${token}` } });
      return { status, body, challenge: headers["www-authenticate"] };
    };
    const token = await key.sign();
    expect(await by(token)).toEqual({ status: 200, body: "money", challenge: undefined });
    expect(await ask(port, "/finance")).toMatchObject({
      status: 401,
      body: own("Unauthorized"),
      headers: { "www-authenticate": "Bearer" },
    });
    const refused: readonly string[] = [
      forged(token, { alg: "none", kid: "key-1" }),
      forged(token, { alg: "HS256", kid: "key-1" }, key.pem),
      await poolKey("key-1").sign(),
      await key.sign({ iss: `${ISSUER}2` }),
      await key.sign({ client_id: "other" }),
      await key.sign({ exp: 1 }),
      await key.sign({}, {}),
    ];
    for (const one of refused) {
      const challenge = expect.stringMatching(/^Bearer scope="" error="invalid_token" error_description="[\w ]+"$/);
      expect(await by(one)).toEqual({ status: 401, body: own("Unauthorized"), challenge });
    }
    expect(await by(await key.sign({ scope: "openid" }))).toEqual({
      status: 403,
      body: own("Forbidden"),
      challenge: `Bearer scope="service-b-api/read" error="insufficient_scope" error_description="the token does not include a required scope"`,
    });
    const [first, second] = requests;
    const last = requests.at(-1);
    expect(first).toMatchObject({
      routeKey: "GET /finance",
      claims: { sub: "somebody" },
      integration: { status: 200 },
    });
    expect(second).toMatchObject({ authorizerError: "there is no token", claims: {}, integration: undefined });
    expect(last).toMatchObject({ authorizerError: "the token does not include a required scope", status: 403 });
  });

  it("goes on with tokens of the old key and of the new one when the pool's key is rotated", async () => {
    const { keys, jwksUrl, fetches } = await testKeys();
    const { port } = await testApi(apiOf({ routes: [READ] }), (_, response) => response.end(), { jwksUrl });
    const statusBy = async (token = "") =>
      (await ask(port, "/finance", { headers: { authorization: `Bearer ${token}` } })).status;
    const old = await keys[0]?.sign();
    expect([await statusBy(old), await statusBy(old)]).toEqual([200, 200]);
    expect(fetches()).toBe(1);
    const rotated = poolKey("key-2");
    keys.push(rotated);
    const renewed = await rotated.sign();
    const statuses = await Promise.all([old, renewed, old, renewed, renewed].map(statusBy));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(await statusBy(await poolKey("key-3").sign())).toBe(401);
    expect(fetches()).toBe(3);
  });

  it("is refused where the keys can't be had, or its authoriser is not there", async () => {
    const { keys } = await testKeys();
    const headers = { authorization: `Bearer ${await keys[0]?.sign()}` };
    const routes = [READ, routeOf("GET /lost", { authorizer: "lost" })];
    const { port, requests } = await testApi(apiOf({ routes }), (_, response) => response.end());
    expect((await ask(port, "/finance", { headers })).status).toBe(401);
    expect((await ask(port, "/lost", { headers })).status).toBe(401);
    expect(requests[0]?.authorizerError).toBe("the keys of the issuer can't be had");
  });

  it("is answered 429 beyond the throttle of the stage, which a new view does not fill again", async () => {
    const api = apiOf({ routes: [routeOf("GET /a")], throttle: { rate: 0.001, burst: 3 } });
    const { port, update } = await testApi(api, (_, response) => response.end());
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask(port, "/a")).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    await update({ ...api, routes: [routeOf("GET /b")] });
    expect(await ask(port, "/b")).toMatchObject({ status: 429, body: own("Too Many Requests") });
    expect((await ask(port, "/a")).status).toBe(404);
    await update({ ...api, throttle: { rate: 0.001, burst: 1 } });
    expect((await ask(port, "/a")).status).toBe(200);
  });

  const ORIGIN = "https://app.example.test";
  const cors = {
    allowOrigins: [ORIGIN],
    allowMethods: ["GET"],
    allowHeaders: ["authorization"],
    exposeHeaders: [],
    allowCredentials: false,
  };

  it("of a page of another origin is answered by the API's CORS, preflights without a token", async () => {
    const { port, requests } = await testApi(apiOf({ routes: [READ], cors }), (_, response) => response.end());
    const asked = { origin: ORIGIN, "access-control-request-method": "GET" };
    const { status, body, headers } = await ask(port, "/finance", { method: "OPTIONS", headers: asked });
    expect([status, body]).toEqual([204, ""]);
    expect(headers).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "authorization",
    });
    const refused = await ask(port, "/finance", { headers: { origin: ORIGIN } });
    expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([401, ORIGIN]);
    const evil = await ask(port, "/finance", { method: "OPTIONS", headers: { origin: "https://evil.test" } });
    expect(evil.headers["access-control-allow-origin"]).toBeUndefined();
    expect(requests.map(({ status: logged }) => logged)).toEqual([204, 401, 204]);
  });

  it("gets no CORS headers of what is behind where the API has its own", async () => {
    const handler = (_: unknown, response: import("node:http").ServerResponse) =>
      response.writeHead(200, { "access-control-allow-origin": "*", "x-other": "1" }).end();
    const { port, update } = await testApi(apiOf({ routes: [routeOf("GET /a")], cors }), handler);
    const headers = { origin: "https://evil.test" };
    const answer = await ask(port, "/a", { headers });
    expect(answer.headers).toMatchObject({ "x-other": "1" });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    await update(apiOf({ routes: [routeOf("GET /a")] }));
    expect((await ask(port, "/a", { headers })).headers["access-control-allow-origin"]).toBe("*");
  });

  it("is answered 503 where its listener is not served, or its port is closed", async () => {
    const closed = createServer();
    const closedPort = await listen(closed, 0);
    await new Promise((resolve) => closed.close(resolve));
    const addresses: Record<string, string> = { closed: `http://${HOST}:${closedPort}` };
    const routes = ["closed", "none"].map((arn) => routeOf(`ANY /${arn}`, { target: { listener: arn } }));
    const { port } = await testApi(apiOf({ routes }), () => undefined, { listenerAddress: (arn) => addresses[arn] });
    for (const path of ["/closed", "/none"]) {
      expect(await ask(port, path)).toMatchObject({ status: 503, body: own("Service Unavailable") });
      expect((await ask(port, path, { method: "POST" }, "body")).status).toBe(503);
    }
  });

  it("with a stage that has a name begins with it, and what is behind gets it too", async () => {
    const api = apiOf({ stage: "v1", routes: [routeOf("GET /a")] });
    const { gateways, port } = await testApi(api, (request, response) => response.end(request.url));
    expect(gateways.served[0]?.url).toBe(`http://${HOST}:${port}/v1`);
    expect(await ask(port, "/v1/a?b=c")).toMatchObject({ status: 200, body: "/v1/a?b=c" });
    expect([(await ask(port, "/a")).status, (await ask(port, "/v1a")).status]).toEqual([404, 404]);
  });
});
