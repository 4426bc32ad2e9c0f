import { describe, expect, it } from "vitest";
import { appOf } from "./app";
import { apiVariables, exposedRoutes, scopesOf, withApi } from "./exposure";

const SERVICE = {
  name: "service-b-api",
  scopes: { "POST /finance": "write", "GET /finance/{id}": "read", "GET /payment": "read" },
};

describe("exposedRoutes", () => {
  it("are those of scopes, in their order, with the service's name before each scope", () => {
    expect(exposedRoutes(SERVICE)).toEqual([
      { method: "POST", path: "/finance", scope: "service-b-api/write" },
      { method: "GET", path: "/finance/{id}", scope: "service-b-api/read" },
      { method: "GET", path: "/payment", scope: "service-b-api/read" },
    ]);
  });

  it("are none of a service that is not exposed", () => {
    expect(exposedRoutes({ name: "service-b" })).toEqual([]);
  });
});

describe("scopesOf", () => {
  it("has each scope once, sorted", () => {
    expect(scopesOf(SERVICE)).toEqual(["read", "write"]);
    expect(scopesOf({})).toEqual([]);
  });
});

describe("appOf", () => {
  it("is the service's own folder, unless it runs another's image", () => {
    expect(appOf({ name: "service-b" })).toBe("service-b");
    expect(appOf({ name: "service-b-api", app: "service-b" })).toBe("service-b");
  });
});

describe("apiVariables", () => {
  it("are the names that the services' token check reads", () => {
    expect(Object.values(apiVariables)).toEqual([
      "API_TOKEN_ISSUER",
      "API_TOKEN_CLIENTS",
      "API_ROUTE_SCOPES",
      "API_TOKEN_JWKS_URL",
    ]);
  });
});

describe("withApi", () => {
  const services = [
    { system: "shop", expose: "api" as const },
    { system: "blog", expose: undefined },
  ];

  it("adds the API's system where it exposes a service of these systems, once", () => {
    expect(withApi(["shop"], services)).toEqual(["shop", "public-api"]);
    expect(withApi(["public-api", "shop"], services)).toEqual(["public-api", "shop"]);
  });

  it("adds nothing to systems without such a service", () => {
    expect(withApi(["blog"], services)).toEqual(["blog"]);
  });
});
