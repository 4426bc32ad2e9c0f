import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { testServer } from "../tools/testing/test-server";
import { checkApi } from "./check-apis";
import { apiOf, routeOf } from "./gateway/testing/api";

const API = apiOf({
  routes: [
    routeOf("GET /finance"),
    routeOf("POST /user/{name}/{rest+}"),
    routeOf("ANY /any"),
    { ...routeOf("ANY "), path: "$default" },
  ],
});

type Answer = readonly [status: number, body: string];

const REFUSED: Answer = [401, '{"message":"Unauthorized"}'];

/** What is found where everything is answered like this: request and fault. */
async function checked(answer: (request: IncomingMessage) => Answer) {
  const port = await testServer((request, response) => {
    const [status, body] = answer(request);
    response.writeHead(status).end(body);
  });
  const url = `http://127.0.0.1:${port}/v1`;
  const checks = await checkApi({ url, api: API });
  return checks.map(({ method, url: asked, fault }) => [`${method} ${asked.replace(url, "")}`, fault]);
}

describe("checking an API", () => {
  it("asks each route, with something for its parameters and without a token", async () => {
    const authorizations: unknown[] = [];
    const found = await checked(({ headers }) => {
      authorizations.push(headers.authorization);
      return REFUSED;
    });
    expect(found).toEqual([
      ["GET /finance", undefined],
      ["POST /user/name/rest", undefined],
      ["GET /any", undefined],
      ["GET /", undefined],
    ]);
    expect(authorizations).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    ["that lets everybody in", [200, "finance"], "200 finance"],
    ["whose service refuses in its place", [401, '{"title":"Unauthorized"}'], '401 {"title":"Unauthorized"}'],
    ["that it does not have", [404, '{"message":"Not Found"}'], '404 {"message":"Not Found"}'],
  ] as const)("finds a route %s", async (_, answer, fault) => {
    const found = await checked(({ url }) => (url === "/v1/finance" ? answer : REFUSED));
    expect(found.map(([, one]) => one)).toEqual([fault, undefined, undefined, undefined]);
  });
});
