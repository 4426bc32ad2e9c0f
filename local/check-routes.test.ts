import type { RequestListener } from "node:http";
import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { testServer } from "../tools/testing/test-server";
import { checkRoutes } from "./check-routes";
import type { RunningService } from "./cloud/services";
import { type Route, routesOf, type ServedListener } from "./routes";

const SERVICE: RunningService = {
  name: "service-a",
  clusterArn: "cluster",
  launchType: "EC2",
  service: { loadBalancers: [{ targetGroupArn: "group-a" }] },
  taskDefinition: {
    containerDefinitions: [{ name: "service-a", environment: [{ name: "MEDICAL_SERVICE", value: "Medical" }] }],
  },
};

const RULE: Rule = {
  Priority: "100",
  Conditions: [
    { Field: "path-pattern", PathPatternConfig: { Values: ["/medical", "/medical/*", "/x*"] } },
    { Field: "host-header", HostHeaderConfig: { Values: ["*.example.com", "app.example.com"] } },
  ],
  Actions: [{ Type: "forward", ForwardConfig: { TargetGroups: [{ TargetGroupArn: "group-a", Weight: 1 }] } }],
};

const DEFAULT: Rule = {
  Priority: "default",
  IsDefault: true,
  Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404", MessageBody: "not found" } }],
};

function served(port: number): ServedListener {
  const listener = { arn: "listener", port: 80, protocol: "HTTP" as const, rules: [DEFAULT, RULE] };
  return {
    loadBalancer: {
      arn: "lb",
      name: "lb",
      dnsName: "lb.test",
      aliases: [],
      attributes: {},
      internal: false,
      listeners: [listener],
    },
    listener,
    port,
  };
}

function routes(port: number): readonly Route[] {
  return routesOf(served(port), [SERVICE]);
}

describe("the routes of a listener", () => {
  it("are the plain paths of rules that lead to a service", () => {
    expect(routes(8080)).toEqual([
      {
        path: "/medical",
        url: "http://127.0.0.1:8080/medical",
        host: "app.example.com",
        service: SERVICE,
        hasSubPaths: true,
      },
    ]);
  });

  it("has the root where what no rule matches goes to a service, whichever of its task sets gets it", () => {
    const toGreen: Rule = { IsDefault: true, Actions: [{ Type: "forward", TargetGroupArn: "green" }] };
    const taskSets = [
      { loadBalancers: [{ targetGroupArn: "blue" }] },
      { loadBalancers: [{ targetGroupArn: "green" }] },
    ];
    const service = { ...SERVICE, name: "customer", service: { loadBalancers: taskSets[0]?.loadBalancers, taskSets } };
    const { listener, ...rest } = served(8080);
    const found = routesOf({ ...rest, listener: { ...listener, rules: [toGreen, RULE] } }, [SERVICE, service]);
    expect(found.map(({ path, service: { name } }) => [path, name])).toEqual([
      ["/medical", "service-a"],
      ["/", "customer"],
    ]);
  });
});

/** The faults that are found where everything is answered like this. */
async function faults(answer: (path: string | undefined) => [status: number, body: unknown, server?: string]) {
  const handler: RequestListener = (request, response) => {
    const [status, body, server] = answer(request.url);
    if (server) response.setHeader("server", server);
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  };
  const port = await testServer(handler);
  const checks = await checkRoutes(served(port), routes(port));
  return checks.map(({ url, fault }) => [url.replace(`http://127.0.0.1:${port}`, ""), fault]);
}

const RIGHT = { application: "service-a", service: "Medical" };

function right(path: string | undefined): [number, unknown, string?] {
  if (path === "/medical") return [200, RIGHT];
  return path?.startsWith("/medical/") ? [404, "nothing here"] : [404, "not found", "awselb/2.0"];
}

describe("checking the routes", () => {
  it("finds nothing wrong where each is answered by its service", async () => {
    expect(await faults(right)).toEqual([
      ["/medical", undefined],
      ["/medical/below", undefined],
      ["/no-such-path", undefined],
    ]);
  });

  it.each([
    ["another label", 200, { ...RIGHT, service: "Security" }],
    ["another service", 200, { ...RIGHT, application: "service-b" }],
    ["another status", 503, RIGHT],
    ["no JSON", 200, "<html>"],
  ])("finds %s", async (_, status, body) => {
    const found = await faults((path) => (path === "/medical" ? [status, body] : right(path)));
    expect(found[0]?.[1]).toMatch(new RegExp(`^${status} `));
    expect(found.slice(1).map(([, fault]) => fault)).toEqual([undefined, undefined]);
  });

  it("finds a path below a route that the load balancer answers itself", async () => {
    const found = await faults((path) => (path === "/medical/below" ? right("/no-such-path") : right(path)));
    expect(found.map(([, fault]) => fault)).toEqual([undefined, "404 not found", undefined]);
  });

  it.each([
    ["nothing wrong with a page of its own", [200, "<html>"], undefined],
    ["nothing wrong with a redirection", [302, ""], undefined],
    ["nothing wrong where only other methods are answered", [405, "POST"], undefined],
    ["an error", [404, "nothing here"], "404 nothing here"],
    ["an answer of the load balancer", [200, "ok", "awselb/2.0"], "200 ok"],
  ] as const)("finds, of a service without labels, %s", async (_, [status, body, server], fault) => {
    const plain = { ...SERVICE, taskDefinition: {} };
    const port = await testServer((_request, response) => {
      if (server) response.setHeader("server", server);
      response.writeHead(status).end(body);
    });
    const [checked] = await checkRoutes(served(port), routesOf(served(port), [plain]));
    expect(checked?.fault).toBe(fault);
  });

  it("asks for the page that is known, of a service without labels, where the route leads to it", async () => {
    const plain = { ...SERVICE, taskDefinition: {} };
    const port = await testServer((request, response) => {
      response.writeHead(request.url === "/medical/health" ? 200 : 404).end();
    });
    const found = async (page: string) => {
      const [checked] = await checkRoutes(served(port), routesOf(served(port), [plain]), () => page);
      return [checked?.url, checked?.fault];
    };
    expect(await found("/medical/health")).toEqual([`http://127.0.0.1:${port}/medical/health`, undefined]);
    for (const page of ["/health", "/medicalcare/health"])
      expect(await found(page)).toEqual([`http://127.0.0.1:${port}/medical`, "404 "]);
  });

  describe("of a service that is exposed by the API", () => {
    const exposed = (scopes: Readonly<Record<string, string>>): RunningService => ({
      ...SERVICE,
      taskDefinition: {
        containerDefinitions: [
          { environment: [{ name: "MEDICAL_SERVICE", value: "Medical" }] },
          { environment: [{ name: "API_ROUTE_SCOPES", value: JSON.stringify(scopes) }] },
        ],
      },
    });

    const READ = { "GET /medical": "service-a/read" };

    it.each([
      ["nothing wrong where it wants a token", READ, [401, ""], undefined],
      ["a route that is open", READ, [200, "open"], "200 open"],
      ["a refusal of the load balancer", READ, [401, "", "awselb/2.0"], "401 "],
      ["nothing wrong where it does not have what no scope is for", { "POST /medical": "a/b" }, [404, ""], undefined],
      ["what is open though no scope is for it", { "POST /medical": "a/b" }, [200, "open"], "200 open"],
    ] as const)("finds %s", async (_, scopes, [status, body, server], fault) => {
      const port = await testServer((_request, response) => {
        if (server) response.setHeader("server", server);
        response.writeHead(status).end(body);
      });
      const page = () => "/medical/health";
      const [checked] = await checkRoutes(served(port), routesOf(served(port), [exposed(scopes)]), page);
      expect([checked?.url, checked?.fault]).toEqual([`http://127.0.0.1:${port}/medical`, fault]);
    });
  });

  it("finds an unknown path that is not answered by the default action", async () => {
    const found = await faults((path) => (path === "/no-such-path" ? [200, RIGHT] : right(path)));
    expect(found.map(([, fault]) => fault === undefined)).toEqual([true, true, false]);
  });

  it("finds a listener that does not answer", async () => {
    const checks = await checkRoutes(served(1), routes(1));
    expect(checks.map(({ fault }) => fault?.includes("ECONNREFUSED"))).toEqual([true, true, true]);
  });
});
