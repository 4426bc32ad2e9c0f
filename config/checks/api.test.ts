import { describe, expect, it } from "vitest";
import { API, ENVIRONMENT_FILE, faultsOf, load } from "../testing/project";

const faults = (api: object) => faultsOf({ environment: { api: { ...API, ...api } } });

describe("the API of an environment", () => {
  it("is optional, and has defaults", () => {
    expect(load().environment.api).toBeUndefined();
    expect(load({ environment: { api: API } }).environment.api).toEqual({
      type: "http",
      throttling: { ratePerSecond: 100, burst: 200 },
      corsOrigins: [],
      callbackUrls: ["https://app.example.com/callback"],
      logoutUrls: [],
      mfa: "optional",
      signInPrefix: "shop-test",
      accessTokenMinutes: 60,
    });
  });

  it("refuses to be without throttling", () => {
    expect(faults({ throttling: undefined })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.api.throttling",
        given: "nothing",
        problem: '"throttling" is missing',
        allowed: "an object with ratePerSecond and burst",
        mend: 'add "throttling": an object with ratePerSecond and burst',
      },
    ]);
  });

  it.each<[string, object, string, string]>([
    [
      "a rate of none",
      { throttling: { ratePerSecond: 0, burst: 1 } },
      "$.api.throttling.ratePerSecond",
      "is less than 1",
    ],
    [
      "a burst beyond AWS's",
      { throttling: { ratePerSecond: 1, burst: 5001 } },
      "$.api.throttling.burst",
      "is more than 5000",
    ],
    ["tokens for less than five minutes", { accessTokenMinutes: 4 }, "$.api.accessTokenMinutes", "is less than 5"],
    ["tokens for more than a day", { accessTokenMinutes: 1441 }, "$.api.accessTokenMinutes", "is more than 1440"],
    ["no URL to come back to", { callbackUrls: [] }, "$.api.callbackUrls", "is empty"],
    ["another type", { type: "websocket" }, "$.api.type", "is none of the values allowed"],
  ])("refuses %s", (_, api, path, problem) => {
    expect(faults(api)).toMatchObject([{ file: ENVIRONMENT_FILE, path, problem }]);
  });

  it("takes URLs of https, and of http on the user's own machine", () => {
    const urls = ["https://a.example/cb?x=1", "http://localhost:3000/cb", "http://127.0.0.1:8080"];
    expect(faults({ callbackUrls: urls, logoutUrls: urls })).toEqual([]);
  });

  it.each([
    ["http://app.example.com/cb", 'write "https://app.example.com/cb"'],
    ["https://app.example.com/#signed-in", 'write "https://app.example.com/"'],
    ["http://localhost.example.com", 'write "https://localhost.example.com"'],
    ["/callback", 'write for example "https://app.example.com/"'],
    ["https://a:b", 'write for example "https://app.example.com/"'],
  ])("refuses to send users to %s", (url, mend) => {
    for (const list of ["callbackUrls", "logoutUrls"]) {
      expect(faults({ [list]: [url] })).toEqual([
        {
          file: ENVIRONMENT_FILE,
          path: `$.api.${list}[0]`,
          given: JSON.stringify(url),
          problem: "is not a URL that Cognito sends users to",
          allowed:
            "a URL of up to 1024 characters without a fragment: https, or http for localhost, 127.0.0.1 and [::1] alone",
          mend,
        },
      ]);
    }
  });

  it.each([
    ["https://app.example.com/", 'write "https://app.example.com"'],
    ["app.example.com", 'write "https://app.example.com"'],
  ])("refuses %s as an origin", (origin, mend) => {
    expect(faults({ corsOrigins: ["https://a.example:8443", origin] })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.api.corsOrigins[1]",
        given: JSON.stringify(origin),
        problem: "is not an origin as browsers send it",
        allowed: '"*", or scheme and host in lower case without a path, such as https://app.example.com',
        mend,
      },
    ]);
  });

  it("refuses origins for a REST API, which answers none", () => {
    expect(faults({ type: "rest", corsOrigins: ["https://app.example.com"] })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.api.corsOrigins",
        given: '["https://app.example.com"]',
        problem:
          'lists web pages that may call the API, and a REST API answers none of other origins ("api.type" is "rest")',
        allowed: 'an empty list where "api.type" is "rest"',
        mend: 'write "type": "http", or remove "corsOrigins"',
      },
    ]);
    expect(faults({ type: "rest", corsOrigins: [] })).toEqual([]);
  });

  it.each(["corsOrigins", "callbackUrls", "logoutUrls"])("refuses a member of %s twice", (list) => {
    expect(faults({ [list]: ["https://a.example", "https://a.example"] })).toMatchObject([
      { path: `$.api.${list}[1]`, mend: "remove one of the two" },
    ]);
  });

  it.each(["my-cognito", "Shop", "-shop", "shop-", "s".repeat(64)])(
    "refuses %s as the name of sign-in pages",
    (prefix) => {
      expect(faults({ signInPrefix: prefix })).toEqual([
        {
          file: ENVIRONMENT_FILE,
          path: "$.api.signInPrefix",
          given: JSON.stringify(prefix),
          problem: "is not a name that Cognito takes for the domain of its sign-in pages",
          allowed:
            "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last, without the words aws, amazon and cognito",
          mend: 'write for example "my-company-shop"',
        },
      ]);
    },
  );
});
