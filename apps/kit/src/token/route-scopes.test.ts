import { describe, expect, it } from "vitest";
import type { Method } from "../routes";
import { ExposedRoute, RouteScopes } from "./route-scopes";

function scopes(keys: readonly string[]): RouteScopes {
  return new RouteScopes(
    keys.map((key) => {
      const [method, path = ""] = key.split(" ");
      return { method: method as Method, path, scope: `shop/of-${key}` };
    }),
  );
}

const found = (routes: RouteScopes, request: string) => {
  const [method = "", path = ""] = request.split(" ");
  return routes.find(method, path)?.path;
};

describe("the route of a request", () => {
  const routes = scopes([
    "GET /files/{path+}",
    "GET /users/{name}",
    "GET /users/me",
    "GET /users/{name}/mails",
    "POST /users",
    "GET /",
  ]);

  it.each([
    ["GET /users/ada", "/users/{name}"],
    ["HEAD /users/ada", "/users/{name}"],
    ["GET /users/me", "/users/me"],
    ["GET /users/ada/mails", "/users/{name}/mails"],
    ["GET /users/a%2Fb", "/users/{name}"],
    ["POST /users", "/users"],
    ["GET /", "/"],
    ["GET /files/a", "/files/{path+}"],
    ["GET /files/a/b/c", "/files/{path+}"],
  ])("of %s is %s", (request, path) => {
    expect(found(routes, request)).toBe(path);
  });

  it.each([
    "GET /users",
    "GET /users/",
    "POST /users/",
    "POST //users",
    "POST /USERS",
    "POST /us%65rs",
    "POST /users;x",
    "GET /users/ada/",
    "GET /users//mails",
    "GET /users/ada/mails/",
    "GET /users%2fada",
    "GET /files",
    "GET /files/",
    "GET /files/a//b",
    "GET //",
    "GET users/ada",
    "GET x/users/ada",
    "GET *",
    "DELETE /users/ada",
    "OPTIONS /users/ada",
    "get /users/ada",
    "PROPFIND /users/ada",
  ])("is none for %s", (request) => {
    expect(found(routes, request)).toBeUndefined();
  });

  it("is the most specific one, in whatever order they are declared", () => {
    const keys = ["GET /{any+}", "GET /a/{x}", "GET /a/{x+}", "GET /a/{x}/b/{y}", "GET /a/{x}/{y}/c", "GET /a/b"];
    for (const routes of [scopes(keys), scopes([...keys].reverse())]) {
      const of = (path: string) => found(routes, `GET ${path}`);
      expect(["/z", "/a/x", "/a/b", "/a/x/b/c", "/a/x/z/c", "/a/x/z/z"].map(of)).toEqual([
        "/{any+}",
        "/a/{x}",
        "/a/b",
        "/a/{x}/b/{y}",
        "/a/{x}/{y}/c",
        "/a/{x+}",
      ]);
    }
  });
});

describe("a route of the API", () => {
  const names = (path: string, route: string) => new ExposedRoute({ method: "GET", path, scope: "a/b" }).names(route);

  it.each([
    ["/users/{name}", "/users/:username"],
    ["/users/{name}", "/users/:username/"],
    ["/users/me", "/users/me"],
    ["/users/me", "/users/:name"],
    ["/files/{path+}", "/files/*rest"],
    ["/files/{path+}", "/files/secret/:id"],
    ["/files/one", "/files/*rest"],
    ["/", "/"],
  ])("%s names the service's %s", (path, route) => {
    expect(names(path, route)).toBe(true);
  });

  it.each([
    ["/users/{name}", "/users/admin"],
    ["/users/{name}", "/Users/:name"],
    ["/users/{name}", "/users"],
    ["/users/{name}", "/users/:name/mails"],
    ["/users/{name}", "/users{/:name}"],
    ["/users/me", "/users/ME"],
    ["/files/{path+}", "/files"],
    ["/files/{path+}", "/other/*rest"],
    ["/", "/a"],
  ])("%s does not name the service's %s", (path, route) => {
    expect(names(path, route)).toBe(false);
  });
});
