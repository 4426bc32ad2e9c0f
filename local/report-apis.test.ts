import { describe, expect, it } from "vitest";
import { recordingTerminal } from "../tools/testing/recording-terminal";
import type { RunningService } from "./cloud/services";
import type { ViewApi } from "./cloud/view";
import type { ServedGateway } from "./gateway/gateways";
import { AUTHORIZER, apiOf, routeOf } from "./gateway/testing/api";
import { signInOf } from "./gateway/testing/sign-in";
import { apiReports, printApi } from "./report-apis";

const SERVICE: RunningService = {
  name: "service-b-api",
  clusterArn: "cluster",
  launchType: "FARGATE",
  service: { runningCount: 1, desiredCount: 2 },
  taskDefinition: {},
};

const SIGN_IN: ServedGateway = {
  type: "sign-in",
  name: signInOf().domain,
  hosts: [signInOf().domain],
  url: "http://127.0.0.1:5001",
  signIn: signInOf(),
};

const guarded = (key: string, scope: string) => routeOf(key, { authorizer: AUTHORIZER, scopes: [scope] });

/** What is printed of an API beside these others, in lines. */
function printed(changes: Partial<ViewApi>, others: readonly ServedGateway[] = [SIGN_IN]): readonly string[] {
  const api = apiOf({ name: "public-api-local", ...changes });
  const served: ServedGateway = { type: "api", name: api.name, hosts: api.hosts, url: "http://127.0.0.1:5000", api };
  const { terminal, written } = recordingTerminal();
  for (const report of apiReports([served, ...others], [SERVICE])) printApi(terminal, report);
  return written()
    .split("\n")
    .map((line) => line.replaceAll(/ {2,}/g, " | "));
}

const TOKEN = 'curl -H "Authorization: Bearer $(npm run --silent local -- token)"';
const PAGES = ` | sign-in pages: http://127.0.0.1:5001 (${signInOf().domain}); a user: npm run local -- user EMAIL`;

describe("what is printed of an API", () => {
  it("are its routes by path with scope and service, its own name, and how to call it", () => {
    const routes = [
      guarded("POST /user", "user-api/write"),
      guarded("GET /finance/{id}", "service-b-api/read"),
      guarded("GET /finance", "service-b-api/read"),
    ];
    const hosts = ["id.execute-api.us-east-1.amazonaws.com", "api.example.test"];
    expect(printed({ routes, hosts })).toEqual([
      "",
      "public-api-local, HTTP API: http://127.0.0.1:5000",
      " | route | scope | service | tasks",
      " | GET /finance | service-b-api/read | service-b-api | 1/2",
      " | GET /finance/{id} | service-b-api/read | service-b-api | 1/2",
      " | POST /user | user-api/write",
      " | in Route 53: api.example.test",
      PAGES,
      ` | with a token: ${TOKEN} http://127.0.0.1:5000/finance`,
      "",
    ]);
  });

  it("says what needs no scope, or no token at all", () => {
    const routes = [routeOf("GET /any", { authorizer: AUTHORIZER }), routeOf("GET /open")];
    expect(printed({ routes }).slice(3, 5)).toEqual([" | GET /any | any token", " | GET /open | open to anybody"]);
  });

  it("has no command that can be run as it is where each route wants something filled in", () => {
    const routes = [guarded("GET /user/{name}", "user-api/read"), guarded("POST /user", "user-api/write")];
    expect(printed({ routes }).at(-2)).toBe(` | with a token: ${TOKEN} http://127.0.0.1:5000/...`);
  });

  it("are the sign-in pages whose tokens it takes, and no others", () => {
    const other = { ...SIGN_IN, signIn: { ...signInOf(), pool: "us-east-1_Other" } };
    expect(printed({}, [other]).filter((line) => line.includes("sign-in"))).toEqual([]);
    expect(printed({}, [other, SIGN_IN]).filter((line) => line.includes("sign-in"))).toEqual([PAGES]);
  });
});
