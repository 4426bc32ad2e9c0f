import { type TerraformStack, Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { AppClient, type AppClientProps } from "./app-client";
import { PoolDomain } from "./pool-domain";
import { ResourceServer, type ResourceServerProps, type Scope } from "./resource-server";
import { UserPool, type UserPoolProps } from "./user-pool";

const NAME = "1 to 128 letters, digits, spaces and _ + = , . @ -";
const later = Token.asString({ resolve: () => "later" });
const userPool = (stack: TerraformStack, props: Partial<UserPoolProps> = {}) =>
  new UserPool(stack, "Pool", { name: "shop-dev", deletionProtection: false, ...props });

describe("a user pool", () => {
  const refusal = (props: Partial<UserPoolProps>) => refusalOf((stack) => userPool(stack, props));

  it.each<[string, Partial<UserPoolProps>, string]>([
    ["a name of 129 characters", { name: "n".repeat(129) }, `"name" is "${"n".repeat(129)}"; allowed: ${NAME}`],
    ["a name with a slash", { name: "shop/dev" }, `"name" is "shop/dev"; allowed: ${NAME}`],
    [
      "passwords of 5 characters",
      { minimumPasswordLength: 5 },
      '"minimumPasswordLength" is 5; allowed: a whole number from 6 to 99',
    ],
    [
      "invitations for 0 days, which Cognito reads as 7",
      { temporaryPasswordDays: 0 },
      '"temporaryPasswordDays" is 0; allowed: a whole number from 1 to 365',
    ],
    [
      "a sender with a name",
      { mail: { identityArn: "arn:identity", sender: "Shop <no-reply@example.com>" } },
      '"mail.sender" is "Shop <no-reply@example.com>"; allowed: a mail address without a name, such as no-reply@example.com',
    ],
    [
      "a configuration set with a dot",
      { mail: { identityArn: "arn:identity", sender: "a@example.com", configurationSet: "mail.dev" } },
      '"mail.configurationSet" is "mail.dev"; allowed: 1 to 64 letters, digits, hyphens and underscores',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Pool: ${message}`);
  });

  it("takes both ends of every limit, and a name that is known at apply only", () => {
    expect(refusal({ name: "n".repeat(128), minimumPasswordLength: 6, temporaryPasswordDays: 1 })).toBeUndefined();
    expect(refusal({ name: later, minimumPasswordLength: 99, temporaryPasswordDays: 365 })).toBeUndefined();
  });
});

const read: Scope = { name: "read", description: "see carts" };
const many = (count: number): Scope[] =>
  Array.from({ length: count }, (_, index) => ({ name: `s${index}`, description: "a scope" }));

describe("a resource server", () => {
  const refusal = (props: Partial<ResourceServerProps>) =>
    refusalOf(
      (stack) =>
        new ResourceServer(stack, "Cart", { pool: userPool(stack), identifier: "cart", scopes: [read], ...props }),
    );
  const IDENTIFIER = "1 to 256 letters, digits and . _ -, a letter or digit first";

  it.each<[string, Partial<ResourceServerProps>, string]>([
    ["a slash in its identifier", { identifier: "shop/cart" }, `"identifier" is "shop/cart"; allowed: ${IDENTIFIER}`],
    ["a name with a colon", { name: "shop: cart" }, `"name" is "shop: cart"; allowed: ${NAME}`],
    ["no scope", { scopes: [] }, '"scopes" has 0 members; allowed: one scope or more'],
    ["101 scopes", { scopes: many(101) }, '"scopes" has 101 members; allowed: 100 at most'],
    ["a scope twice", { scopes: [read, read] }, '"scopes[1]" repeats "read"; allowed: each member once'],
    [
      "a scope with a slash",
      { scopes: [{ ...read, name: "read/all" }] },
      '"scopes[0]" is "read/all"; allowed: 1 to 256 visible ASCII characters, none of them " / or \\',
    ],
    [
      "a scope without a description",
      { scopes: [{ ...read, description: "" }] },
      '"scopes[0].description" is empty; allowed: what a token with the scope may be used for',
    ],
    [
      "a description of 257 characters",
      { scopes: [{ ...read, description: "d".repeat(257) }] },
      '"scopes[0].description" has 257 characters; allowed: 256 at most',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Cart: ${message}`);
  });

  it("takes both ends of every limit", () => {
    expect(refusal({ scopes: many(100) })).toBeUndefined();
    expect(refusal({ scopes: [{ name: "n".repeat(256), description: "d".repeat(256) }] })).toBeUndefined();
  });
});

describe("an app client", () => {
  const refusal = (props: Partial<AppClientProps>, scopes: readonly Scope[] = [read]) =>
    refusalOf((stack) => {
      const pool = userPool(stack);
      new AppClient(stack, "Client", {
        pool,
        name: "shop-dev",
        resourceServers: [new ResourceServer(stack, "Cart", { pool, identifier: "cart", scopes })],
        callbackUrls: ["https://shop.example.com/callback"],
        ...props,
      });
    });
  const urls = (count: number) => Array.from({ length: count }, (_, index) => `https://shop.example.com/${index}`);
  const URL =
    "a URL of up to 1024 characters without a fragment: https, or http for localhost, 127.0.0.1 and [::1] alone";

  it.each<[string, Partial<AppClientProps>, string]>([
    ["a name with an exclamation mark", { name: "shop!" }, `"name" is "shop!"; allowed: ${NAME}`],
    ["no callback URL", { callbackUrls: [] }, '"callbackUrls" has 0 members; allowed: one URL or more'],
    ["101 callback URLs", { callbackUrls: urls(101) }, '"callbackUrls" has 101 members; allowed: 100 at most'],
    [
      "http for another machine",
      { callbackUrls: ["http://localhost.example.com/callback"] },
      `"callbackUrls[0]" is "http://localhost.example.com/callback"; allowed: ${URL}`,
    ],
    [
      "a callback URL with a fragment",
      { callbackUrls: ["https://shop.example.com/#in"] },
      `"callbackUrls[0]" is "https://shop.example.com/#in"; allowed: ${URL}`,
    ],
    ["a logout URL without a scheme", { logoutUrls: ["shop"] }, `"logoutUrls[0]" is "shop"; allowed: ${URL}`],
    [
      "a logout URL twice",
      { logoutUrls: ["https://shop.example.com", "https://shop.example.com"] },
      '"logoutUrls[1]" repeats "https://shop.example.com"; allowed: each member once',
    ],
    ["101 logout URLs", { logoutUrls: urls(101) }, '"logoutUrls" has 101 members; allowed: 100 at most'],
    [
      "access tokens of 4 minutes",
      { accessTokenMinutes: 4 },
      '"accessTokenMinutes" is 4; allowed: a whole number from 5 to 1440',
    ],
    [
      "refresh tokens of 3651 days",
      { refreshTokenDays: 3651 },
      '"refreshTokenDays" is 3651; allowed: a whole number from 1 to 3650',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(refusal(props)).toBe(`test/Client: ${message}`);
  });

  it("refuses more scopes than Cognito gives a client, its own two among them", () => {
    expect(refusal({}, many(49))).toBe('test/Client: "resourceServers" has 49 scopes; allowed: 48 at most in a client');
  });

  it("refuses one resource server twice", () => {
    const twice = refusalOf((stack) => {
      const pool = userPool(stack);
      const cart = new ResourceServer(stack, "Cart", { pool, identifier: "cart", scopes: [read] });
      const resourceServers = [cart, cart];
      new AppClient(stack, "Client", { pool, name: "shop", resourceServers, callbackUrls: urls(1) });
    });
    expect(twice).toBe('test/Client: "resourceServers[1]" repeats "cart"; allowed: each member once');
  });

  it("takes both ends of every limit, and http for this very machine", () => {
    expect(refusal({ callbackUrls: urls(100), accessTokenMinutes: 5, refreshTokenDays: 1 }, many(48))).toBeUndefined();
    const local = ["http://localhost:8080/callback", "http://127.0.0.1/callback", "http://[::1]:8080/callback"];
    expect(refusal({ callbackUrls: local, accessTokenMinutes: 1440, refreshTokenDays: 3650 })).toBeUndefined();
  });
});

describe("a pool's domain", () => {
  const refusal = (prefix: string, region = "eu-central-1") =>
    refusalOf((stack) => new PoolDomain(stack, "Domain", { pool: userPool(stack), prefix, region }));
  const PREFIX =
    "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last, without the words aws, amazon and cognito";

  it.each([
    ["an upper-case letter", "Shop"],
    ["a hyphen first", "-shop"],
    ["64 characters", "p".repeat(64)],
    ["a word that AWS keeps", "shop-cognito-dev"],
  ])("refuses %s", (_, prefix) => {
    expect(refusal(prefix)).toBe(`test/Domain: "prefix" is "${prefix}"; allowed: ${PREFIX}`);
  });

  it("refuses a Region that there is not", () => {
    expect(refusal("shop", "Frankfurt")).toBe(
      'test/Domain: "region" is "Frankfurt"; allowed: a Region as AWS writes it, such as eu-central-1',
    );
  });

  it("takes both ends of every limit", () => {
    expect(refusal("p")).toBeUndefined();
    expect(refusal("p".repeat(63), later)).toBeUndefined();
  });
});
