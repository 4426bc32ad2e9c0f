import { describe, expect, it } from "vitest";
import { AUTHORIZER, apiOf, routeOf } from "./testing/api";
import { ask, HOST, portOf, testApi, testGateways, testKeys, viewOf } from "./testing/gateway";

const own = (message: string) => JSON.stringify({ message });

const READ = routeOf("GET /finance", { authorizer: AUTHORIZER, scopes: ["service-b-api/read"] });

describe("a request to a REST API", () => {
  const URL_OF = "http://internal-1.us-east-1.elb.amazonaws.com";
  const rest = (changes = {}) => apiOf({ kind: "REST", stage: "local", ...changes });

  it("goes to the listener of its URL's load balancer, with the path's parameters, the query and the URL's host", async () => {
    const target = { url: `${URL_OF}/user/{name}/{rest}` };
    const api = rest({ routes: [routeOf("GET /people/{name}/{rest+}", { target })] });
    const { port } = await testApi(api, (request, response) =>
      response.end(`${request.headers.host} ${request.url} ${request.headers["x-forwarded-for"]}`),
    );
    const headers = { "x-forwarded-for": "192.0.2.1" };
    expect(await ask(port, "/local/people/a%20b/c/d?e=f", { headers })).toMatchObject({
      status: 200,
      body: "internal-1.us-east-1.elb.amazonaws.com /user/a%20b/c/d?e=f 192.0.2.1, 127.0.0.1",
    });
  });

  it("reaches no other host, no other port, and nothing outside", async () => {
    let asked = 0;
    const { gateways, listener } = await testGateways((_, response) => {
      asked++;
      response.end();
    });
    // The listener's own address is there to be reached, but is no load balancer's name.
    const urls = [
      `http://127.0.0.1:${listener}/`,
      "http://example.com/",
      `${URL_OF}:8080/`,
      `https${URL_OF.slice(4)}/`,
    ];
    const routes = urls.map((url, index) => routeOf(`GET /${index}`, { target: { url } }));
    await gateways.update(viewOf([rest({ routes })]));
    const port = portOf(gateways);
    for (const index of urls.keys()) {
      expect(await ask(port, `/local/${index}`)).toMatchObject({
        status: 504,
        body: own("Network error communicating with endpoint"),
      });
    }
    expect(asked).toBe(0);
  });

  it("is answered in the words of REST APIs", async () => {
    const { keys, jwksUrl } = await testKeys();
    const { port } = await testApi(rest({ routes: [READ] }), (_, response) => response.end(), { jwksUrl });
    const by = async (path: string, claims?: object) => {
      const headers = claims ? { authorization: (await keys[0]?.sign({ ...claims })) ?? "" } : {};
      const { status, body, headers: received } = await ask(port, path, { headers });
      return [status, JSON.parse(body || "{}").message, received["x-amzn-errortype"]];
    };
    expect(await by("/local/finance", {})).toEqual([200, undefined, undefined]);
    expect(await by("/local/none")).toEqual([
      403,
      "Missing Authentication Token",
      "MissingAuthenticationTokenException",
    ]);
    expect(await by("/finance")).toEqual([403, "Missing Authentication Token", "MissingAuthenticationTokenException"]);
    expect(await by("/local/finance")).toEqual([401, "Unauthorized", "UnauthorizedException"]);
    const expired = "The incoming token has expired";
    expect(await by("/local/finance", { exp: 1 })).toEqual([401, expired, "UnauthorizedException"]);
    const denied = "User is not authorized to access this resource";
    expect(await by("/local/finance", { scope: "openid" })).toEqual([403, denied, "AccessDeniedException"]);
  });

  it("has no stage in its path by a custom domain, nor by this machine's name, which then stands for that", async () => {
    const hosts = ["api.example.test", "api-1.execute-api.us-east-1.amazonaws.com"];
    const { gateways, port } = await testApi(rest({ hosts, routes: [routeOf("GET /a")] }), (_, response) =>
      response.end(),
    );
    const by = async (host: string, path: string) => (await ask(port, path, { headers: { host } })).status;
    expect(await by("api.example.test", "/a")).toBe(200);
    expect(await by(`localhost:${port}`, "/a")).toBe(200);
    expect(await by("api-1.execute-api.us-east-1.amazonaws.com", "/local/a")).toBe(200);
    expect(await by("api-1.execute-api.us-east-1.amazonaws.com", "/a")).toBe(403);
    expect(gateways.served[0]?.url).toBe(`http://${HOST}:${port}`);
  });
});
