import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import type { RouteMethod } from "../aws/api-forms";
import { PropCheck } from "../prop-check";
import { refusalOf } from "../testing/synth";
import { DOMAIN, httpApi, ROUTES, restApi, target } from "./api-gateway.fixtures";
import type { HttpApiProps } from "./http-api";
import { RestAccount } from "./rest-account";
import type { RestApiProps } from "./rest-api";
import { type ApiRoute, checkRoutes } from "./route";
import { VpcLink, type VpcLinkProps } from "./vpc-link";

const later = Token.asString({ resolve: () => "later" });
const http = (props: Partial<HttpApiProps>) => refusalOf((stack) => httpApi(stack, props));
const rest = (props: Partial<RestApiProps>) => refusalOf((stack) => restApi(stack, props));

const NAME = "1 to 128 visible ASCII characters and spaces";
const PATH =
  '"/", or parts after a "/" each: letters, digits and . _ -, or a name in braces such as {id}; the last may be greedy, such as {path+}';
const get = (path: string, scope = "cart/read"): ApiRoute => ({ method: "GET", path, scope });
const many = (count: number) => Array.from({ length: count }, (_, index) => get(`/carts/${index}`));

describe("an API of either kind", () => {
  it.each<[string, Partial<HttpApiProps & RestApiProps>, string]>([
    ["a name of 129 characters", { name: "n".repeat(129) }, `"name" is "${"n".repeat(129)}"; allowed: ${NAME}`],
    [
      "a description of 1025 characters",
      { description: "d".repeat(1025) },
      '"description" has 1025 characters; allowed: 1024 at most',
    ],
    ["no route", { routes: [] }, '"routes" has 0 members; allowed: one route or more'],
    ["301 routes", { routes: many(301) }, '"routes" has 301 members; allowed: 300 at most'],
    [
      "a method that is API Gateway's own",
      { routes: [{ ...get("/carts"), method: "OPTIONS" as RouteMethod }] },
      '"routes[0].method" is "OPTIONS"; allowed: GET, POST, PUT, PATCH, DELETE',
    ],
    ["a path without a slash", { routes: [get("carts")] }, `"routes[0].path" is "carts"; allowed: ${PATH}`],
    [
      "a greedy part before the last",
      { routes: [get("/{path+}/carts")] },
      `"routes[0].path" is "/{path+}/carts"; allowed: ${PATH}`,
    ],
    [
      "a parameter twice",
      { routes: [get("/carts/{id}/items/{id}")] },
      '"routes[0].path[1]" repeats "id"; allowed: each member once',
    ],
    [
      "a scope of no service",
      { routes: [get("/carts", "read")] },
      '"routes[0].scope" is "read"; allowed: the identifier of a resource server, a slash and the name of a scope, such as cart/read',
    ],
    [
      "two routes for the same requests",
      { routes: [get("/carts/{id}"), get("/carts/{cart}")] },
      '"routes[1]" is "GET /carts/{cart}", which matches the same requests as "GET /carts/{id}"; allowed: one route for a method and path',
    ],
    [
      "no requests at all",
      { throttling: { ratePerSecond: 0, burst: 1 } },
      '"throttling.ratePerSecond" is 0; allowed: a whole number from 1 to 10000',
    ],
    [
      "a burst of 5001",
      { throttling: { ratePerSecond: 1, burst: 5001 } },
      '"throttling.burst" is 5001; allowed: a whole number from 1 to 5000',
    ],
    [
      "a log group of AWS's own",
      { logGroupName: "aws/shop" },
      '"logGroupName" is "aws/shop"; allowed: 1 to 512 letters, digits and _ - . / #, not starting with aws/',
    ],
    [
      "a domain that is a URL",
      { domain: { ...DOMAIN, name: "https://api.example.com" } },
      '"domain.name" is "https://api.example.com"; allowed: up to 253 characters: labels of up to 63 letters, digits and hyphens, joined by single dots, "*" only as the first',
    ],
    [
      "a domain without a certificate",
      { domain: { ...DOMAIN, certificateArn: "" } },
      '"domain.certificateArn" is ""; allowed: the ARN of an issued certificate',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(http(props)).toBe(`test/Api: ${message}`);
    expect(rest(props)).toBe(`test/Api: ${message}`);
  });

  it("refuses to keep its log for days that there is no choice of", () => {
    expect(http({ logRetentionDays: 2 })).toMatch(/^test\/Api: "logRetentionDays" is 2; allowed: 1, 3, 5, 7,/);
  });

  it("takes 300 routes", () => {
    expect(refusalOf((stack) => checkRoutes(new PropCheck(stack), many(300)))).toBeUndefined();
  });

  it("takes both ends of every limit, and what is known at apply only", () => {
    const props = { name: "n".repeat(128), throttling: { ratePerSecond: 10_000, burst: 5_000 }, routes: [get("/")] };
    expect(http(props)).toBeUndefined();
    expect(rest({ ...props, name: later, url: `http://${later}` })).toBeUndefined();
  });
});

describe("an HTTP API", () => {
  const issuer = (clientIds: string[]) => ({ issuer: { url: "https://issuer.example.com", clientIds } });
  const clients = (count: number) => issuer(Array.from({ length: count }, (_, index) => `client-${index}`));
  const origins = ["https://shop.example.com"];

  it.each<[string, Partial<HttpApiProps>, string]>([
    ["no client", issuer([]), '"issuer.clientIds" has 0 members; allowed: one client or more'],
    ["a client twice", issuer(["a", "a"]), '"issuer.clientIds[1]" repeats "a"; allowed: each member once'],
    ["51 clients", clients(51), '"issuer.clientIds" has 51 members; allowed: 50 at most'],
    ["CORS for nobody", { cors: { origins: [] } }, '"cors.origins" has 0 members; allowed: one origin or more'],
    [
      "an origin with a path",
      { cors: { origins: ["https://shop.example.com/"] } },
      '"cors.origins[0]" is "https://shop.example.com/"; allowed: "*", or scheme and host in lower case without a path, such as https://app.example.com',
    ],
    [
      "a header with a blank that may be sent",
      { cors: { origins, allowHeaders: ["x a"] } },
      '"cors.allowHeaders[0]" is "x a"; allowed: the name of a header, such as Content-Type',
    ],
    [
      "a header with a colon that may be read",
      { cors: { origins, exposeHeaders: ["etag:"] } },
      '"cors.exposeHeaders[0]" is "etag:"; allowed: the name of a header, such as Content-Type',
    ],
    [
      "answers that are kept for more than a day",
      { cors: { origins, maxAgeSeconds: 86_401 } },
      '"cors.maxAgeSeconds" is 86401; allowed: a whole number from 0 to 86400',
    ],
    [
      "cookies of any origin",
      { cors: { origins: ["*"], allowCredentials: true } },
      '"cors.origins" is "*" with "cors.allowCredentials"; allowed: each by its name, for browsers take no wildcard with credentials',
    ],
    [
      "any header with cookies",
      { cors: { origins, allowHeaders: ["*"], allowCredentials: true } },
      '"cors.allowHeaders" is "*" with "cors.allowCredentials"; allowed: each by its name, for browsers take no wildcard with credentials',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(http(props)).toBe(`test/Api: ${message}`);
  });

  it("refuses to trust whatever certificate a listener shows", () => {
    expect(
      refusalOf((stack) => httpApi(stack, { target: target(stack, { certificateArn: DOMAIN.certificateArn }) })),
    ).toBe(
      'test/Api: "target.serverName" is missing with a listener of HTTPS; allowed: the name that its certificate is for',
    );
  });

  it("refuses the name of a certificate that there is not", () => {
    expect(refusalOf((stack) => httpApi(stack, { target: target(stack, { serverName: "api.example.com" }) }))).toBe(
      'test/Api: "target.serverName" is "api.example.com" with a listener of HTTP; allowed: none, for it shows no certificate',
    );
  });

  it("takes any origin without cookies, and 50 clients", () => {
    expect(http({ cors: { origins: ["*"] }, ...clients(50) })).toBeUndefined();
  });
});

describe("a REST API", () => {
  const plan = { name: "shop", throttling: { ratePerSecond: 1, burst: 1 } };

  it.each<[string, Partial<RestApiProps>, string]>([
    [
      "a URL with a path",
      { url: "https://origin.example.com/" },
      '"url" is "https://origin.example.com/"; allowed: http or https and a host without a path, such as https://origin.example.com',
    ],
    [
      "a stage with a dot",
      { stageName: "v1.0" },
      '"stageName" is "v1.0"; allowed: 1 to 128 letters, digits, hyphens and underscores',
    ],
    [
      "two names for one part",
      { routes: [get("/carts/{id}"), { ...get("/carts/{cart}/items"), method: "POST" }] },
      '"routes[1].path" is "/carts/{cart}/items", with {cart} where another route has {id}; allowed: one name for a part of paths that begin alike, in a REST API',
    ],
    ["301 resources", { routes: many(299) }, '"routes" makes 301 resources; allowed: 300 at most in a REST API'],
  ])("refuses %s", (_, props, message) => {
    expect(rest(props)).toBe(`test/Api: ${message}`);
  });

  it("refuses a usage plan without a name, without requests, and with a quota of none", () => {
    const refusal = (usagePlan: Partial<NonNullable<RestApiProps["usagePlan"]>>) =>
      rest({ usagePlan: { ...plan, ...usagePlan } });
    expect(refusal({ name: "" })).toBe(`test/Api/UsagePlan: "name" is ""; allowed: ${NAME}`);
    expect(refusal({ throttling: { ratePerSecond: 1, burst: 0 } })).toBe(
      'test/Api/UsagePlan: "throttling.burst" is 0; allowed: a whole number from 1 to 5000',
    );
    expect(refusal({ quota: { requests: 0, period: "DAY" } })).toMatch(
      /^test\/Api\/UsagePlan: "quota\.requests" is 0; allowed: a whole number from 1 to/,
    );
  });

  it("refuses a role's name with a slash for its account", () => {
    expect(refusalOf((stack) => new RestAccount(stack, "Account", { roleName: "api/logs", partition: "aws" }))).toBe(
      'test/Account: "roleName" is "api/logs"; allowed: 1 to 64 letters, digits and _ + = , . @ -',
    );
  });

  it("takes one name for a part below different parents, and many methods of one", () => {
    const routes = [get("/carts/{id}"), get("/items/{item}"), { ...get("/carts/{id}"), method: "PUT" } as const];
    expect(rest({ routes })).toBeUndefined();
    expect(rest({ routes: ROUTES, usagePlan: plan })).toBeUndefined();
  });
});

describe("a VPC link", () => {
  const refusal = (props: Partial<VpcLinkProps>) =>
    refusalOf(
      (stack) => new VpcLink(stack, "Link", { name: "shop", subnetIds: ["a"], securityGroupIds: ["sg-1"], ...props }),
    );
  const subnets = (count: number) => Array.from({ length: count }, (_, index) => `subnet-${index}`);

  it.each<[string, Partial<VpcLinkProps>, string]>([
    ["no name", { name: "" }, `"name" is ""; allowed: ${NAME}`],
    ["no subnet", { subnetIds: [] }, '"subnetIds" has 0 members; allowed: one subnet or more'],
    ["11 subnets", { subnetIds: subnets(11) }, '"subnetIds" has 11 members; allowed: 10 at most'],
    ["a subnet twice", { subnetIds: ["a", "a"] }, '"subnetIds[1]" repeats "a"; allowed: each member once'],
    ["no group", { securityGroupIds: [] }, '"securityGroupIds" has 0 members; allowed: one group or more'],
    ["a group twice", { securityGroupIds: ["a", "a"] }, '"securityGroupIds[1]" repeats "a"; allowed: each member once'],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Link: ${message}`);
  });

  it("takes ten subnets", () => {
    expect(refusal({ subnetIds: subnets(10) })).toBeUndefined();
  });
});
