import { describe, expect, it } from "vitest";
import { API, EXPOSED, faultsOf, SERVICE_FILE } from "../testing/project";

const faults = (service: object, api: object = {}) =>
  faultsOf({ service: { ...EXPOSED, ...service }, environment: { api: { ...API, ...api } } });

const scopes = (...keys: readonly string[]) => ({ scopes: Object.fromEntries(keys.map((key) => [key, "read"])) });

describe("the scopes of a service", () => {
  it.each([
    [undefined, "nothing"],
    [{}, "{}"],
  ])("are needed where it is exposed, and not %o", (given, shown) => {
    expect(faults({ scopes: given })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.scopes",
        given: shown,
        problem: 'no route of the API leads to this service, which "expose" says is reached through it only',
        allowed: 'an object of at least one route and its scope, such as {"GET /finance/{id}": "read"}',
        mend: 'add "scopes", or remove "expose"',
      },
    ]);
  });

  it("take all methods, parameters and greedy ones", () => {
    const keys = ["GET", "POST", "PUT", "PATCH", "DELETE"].flatMap((method) => [
      `${method} /web`,
      `${method} /web/{id}`,
      `${method} /web/files/{path+}`,
    ]);
    expect(faults(scopes(...keys))).toEqual([]);
    expect(faults(scopes(...keys), { type: "rest" })).toEqual([]);
  });

  it.each(["/web", "GET:/web", "GET  /web", " GET /web", "GET /web HTTP/1.1", ""])(
    "refuse %o, which is no route",
    (key) => {
      expect(faults(scopes("GET /web", key))).toEqual([
        {
          file: SERVICE_FILE,
          path: `$.scopes[${JSON.stringify(key)}]`,
          given: JSON.stringify(key),
          problem: `${JSON.stringify(key)} is not a route of an API`,
          allowed: 'a method, a blank, and a path, such as "GET /finance/{id}"',
          mend: 'write a method, a blank, and a path, such as "GET /finance/{id}"',
        },
      ]);
    },
  );

  it.each([
    ["get /web", "get", 'write "GET /web"'],
    ["OPTIONS /web", "OPTIONS", "write one of these"],
    ["ANY /web", "ANY", "write one of these"],
  ])("refuse the method of %s", (key, method, mend) => {
    expect(faults(scopes("GET /web", key))).toEqual([
      {
        file: SERVICE_FILE,
        path: `$.scopes["${key}"]`,
        given: `"${key}"`,
        problem: `"${method}" is not a method of a route; what a browser asks first (OPTIONS) is answered by the gateway`,
        allowed: '"GET", "POST", "PUT", "PATCH" or "DELETE"',
        mend,
      },
    ]);
  });

  it.each([
    ["/web/:id", 'write "GET /web/{id}"'],
    ["/web/*rest", 'write "GET /web/{rest+}"'],
    ["/web/", 'write "GET /web"'],
    ["web", 'write "GET /web"'],
    ["/web/{a+}/b", 'write for example "GET /finance/{id}"'],
    ["/web/{a}/{a}", 'write for example "GET /finance/{id}"'],
    ["/web/~me", 'write for example "GET /finance/{id}"'],
    ["/web/a%20b", 'write for example "GET /finance/{id}"'],
    ["/web/größe", 'write for example "GET /finance/{id}"'],
    ["/web/a@b", 'write for example "GET /finance/{id}"'],
    ["/web/a;v=1", 'write for example "GET /finance/{id}"'],
    ["/web/a?b", 'write for example "GET /finance/{id}"'],
    ["/web/a*b", 'write for example "GET /finance/{id}"'],
    ["/web//b", 'write "GET /web/b"'],
    ["/web/{}", 'write for example "GET /finance/{id}"'],
    ["/web/{a-b}", 'write for example "GET /finance/{id}"'],
    ["/web/{1}", 'write for example "GET /finance/{id}"'],
    ["/web/a{b}", 'write for example "GET /finance/{id}"'],
  ])("refuse the path %s", (path, mend) => {
    expect(faults(scopes("GET /web/x", `GET ${path}`))).toEqual([
      {
        file: SERVICE_FILE,
        path: `$.scopes["GET ${path}"]`,
        given: `"GET ${path}"`,
        problem: `"${path}" is not a path of an API`,
        allowed:
          'parts after a "/" each: letters, digits and ". _ -", {name} for any one part, {name+} at the end for all that is left; no name twice, no "/" at the end',
        mend,
      },
    ]);
  });

  it.each(["Read", "web/read", "1st", "r".repeat(32)])("refuse %s as the name of one", (scope) => {
    expect(faults({ scopes: { "GET /web": scope } })).toEqual([
      {
        file: SERVICE_FILE,
        path: '$.scopes["GET /web"]',
        given: JSON.stringify(scope),
        problem: "is not the name of a scope",
        allowed: "up to 31 lower-case letters, digits and hyphens, a letter first",
        mend: 'write for example "read"; the service\'s name and a slash are put before it',
      },
    ]);
  });

  it("refuse a route that the load balancer would send to nobody", () => {
    expect(faults(scopes("GET /web", "GET /website"))).toEqual([
      {
        file: SERVICE_FILE,
        path: '$.scopes["GET /website"]',
        given: '"GET /website"',
        problem: '"/website" lies below none of "routes.paths": the load balancer would send it to nobody',
        allowed: '"/web", or a path below',
        mend: 'add its first parts to "routes.paths", or remove the route',
      },
    ]);
  });

  it("refuse a public path that nobody could ask for", () => {
    expect(faults({ routes: { paths: ["/web", "/spare"] } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[1]",
        given: '"/spare"',
        problem: 'no route of "scopes" is "/spare" or lies below it: nobody could ask for it',
        allowed: 'paths that a key of "scopes" begins with',
        mend: 'add "GET /spare" with its scope to "scopes", or remove the path',
      },
    ]);
  });

  it("refuse a public path with a wildcard", () => {
    expect(faults({ routes: { paths: ["/web", "/w*"] } })).toMatchObject([
      {
        file: SERVICE_FILE,
        path: "$.routes.paths[1]",
        given: '"/w*"',
        problem: 'holds a wildcard, and the routes of the API are compared with "routes.paths" part by part',
        allowed: 'paths without "*" and "?"; sub-paths belong to a path anyway',
        mend: "write the part before the wildcard",
      },
    ]);
  });

  it("refuse two routes for a request of which neither is more exact", () => {
    expect(faults(scopes("GET /web/{x}", "POST /web/{x}", "GET /web/{y}"))).toEqual([
      {
        file: SERVICE_FILE,
        path: '$.scopes["GET /web/{y}"]',
        given: '"GET /web/{y}"',
        problem: 'a request could be for "GET /web/{x}" as well, and neither is more exact',
        allowed: "routes that match no request of another one, or are more exact than it",
        mend: "change one of the two, or make them one",
      },
    ]);
  });

  it("take routes of which one is more exact, and the same path of two methods", () => {
    expect(faults(scopes("GET /web/{x}", "POST /web/{y}", "GET /web/new", "GET /web/{rest+}"))).toEqual([]);
  });

  it("refuse two variables in a place where the API is a REST API, which has one", () => {
    const routes = scopes("GET /web/{id}/items", "POST /web/{name}", "GET /web/{id}/new");
    expect(faults(routes)).toEqual([]);
    expect(faults(routes, { type: "rest" })).toMatchObject([
      {
        path: '$.scopes["GET /web/{id}/new"]',
        problem: 'a REST API has one variable in a place, and "POST /web/{name}" has {name} where this has {id}',
      },
      {
        file: SERVICE_FILE,
        path: '$.scopes["POST /web/{name}"]',
        given: '"POST /web/{name}"',
        problem: 'a REST API has one variable in a place, and "GET /web/{id}/items" has {id} where this has {name}',
        allowed: 'the same name in the same place, where "api.type" of the environment is "rest"',
        mend: "write {id}, too",
      },
    ]);
  });
});
