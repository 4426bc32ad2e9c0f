import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  EnvironmentError,
  type EnvironmentSchema,
  integer,
  readEnvironment,
  type TaskEnvironment,
  taskEnvironment,
  variable,
} from "./environment";

const complete = {
  PORT: "5000",
  SERVICE_NAME: "service-a",
  LAUNCH_TYPE: "FARGATE",
  ENVIRONMENT: "dev",
  LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: "60",
  STOP_TIMEOUT_SECONDS: "30",
};

function faults(
  source: Record<string, string>,
  schema: EnvironmentSchema<TaskEnvironment> = taskEnvironment,
): string[] {
  try {
    readEnvironment(schema, source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("readEnvironment", () => {
  it("converts what the stack sets and fills in the defaults", () => {
    expect(readEnvironment(taskEnvironment, complete)).toEqual({
      PORT: 5000,
      HOST: "0.0.0.0",
      SERVICE_NAME: "service-a",
      LAUNCH_TYPE: "FARGATE",
      ENVIRONMENT: "dev",
      NODE_ENV: "production",
      LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: 60,
      STOP_TIMEOUT_SECONDS: 30,
      SHUTDOWN_DELAY_SECONDS: 0,
      LOG_LEVEL: "info",
    });
  });

  it("reports all faults at once, one a line, in the order of the schema", () => {
    const [title, ...lines] = faults({});
    expect(title).toBe("the environment does not fit: 6 variables are wrong");
    expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(Object.keys(complete));
  });

  it("says what was given, what is allowed and how to mend it", () => {
    expect(faults({ ...complete, LAUNCH_TYPE: "fargate" })).toEqual([
      "the environment does not fit: 1 variable is wrong",
      '  LAUNCH_TYPE is "fargate"; allowed: EC2 or FARGATE; to mend: "launchType" in service.json; the stack sets it in the ' +
        "task definition; a process started by hand needs it set",
    ]);
  });

  it.each([
    ["PORT", ["", "65536", "-1", "5000.5", "0x10", " 5000", "abc"]],
    ["HOST", ["", "example.com", "0.0.0.0.0"]],
    ["SERVICE_NAME", ["", "Service A", "1a"]],
    ["LAUNCH_TYPE", ["", "ec2", "EXTERNAL"]],
    ["ENVIRONMENT", ["", "Prod", "a b"]],
    ["NODE_ENV", ["", "prod"]],
    ["LOAD_BALANCER_IDLE_TIMEOUT_SECONDS", ["", "0", "4001"]],
    ["STOP_TIMEOUT_SECONDS", ["", "0", "86401", "30s"]],
    ["SHUTDOWN_DELAY_SECONDS", ["", "-1", "100", "1.2345"]],
    ["LOG_LEVEL", ["", "verbose"]],
  ])("refuses wrong values of %s", (name, values) => {
    for (const value of values) {
      expect(faults({ ...complete, [name]: value })[1]).toMatch(`  ${name} is ${JSON.stringify(value)}; allowed: `);
    }
  });

  const other = variable(z.literal("other").optional(), { allowed: "other", mend: "set it" });
  const schema = taskEnvironment.extend({
    DATABASE_PASSWORD: other,
    API_TOKEN: other,
    DATABASE_URL: other,
    NOTE: other,
  });

  it.each([
    ["DATABASE_PASSWORD", "hunter2"],
    ["API_TOKEN", "tok"],
    ["DATABASE_URL", "mysql://coffee:hunter2@db/COFFEE"],
    ["NOTE", "AKIAIOSFODNN7EXAMPLE"],
    ["NOTE", "0123456789abcdef0123456789abcdef"],
  ])("never prints a value that looks like a secret (%s)", (name, value) => {
    const [, line] = faults({ ...complete, [name]: value }, schema);
    expect(line).toBe(`  ${name} has a value that is not allowed (hidden); allowed: other; to mend: set it`);
  });

  describe("of a service that is exposed", () => {
    const exposed = {
      ...complete,
      API_TOKEN_ISSUER: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
      API_TOKEN_CLIENTS: "1example23456789,2example23456789",
      API_ROUTE_SCOPES: '{"GET /user/{name}":"users/read","POST /user":"users/write"}',
    };

    it("is read into clients and routes", () => {
      expect(readEnvironment(taskEnvironment, exposed)).toMatchObject({
        API_TOKEN_ISSUER: exposed.API_TOKEN_ISSUER,
        API_TOKEN_CLIENTS: ["1example23456789", "2example23456789"],
        API_ROUTE_SCOPES: [
          { method: "GET", path: "/user/{name}", scope: "users/read" },
          { method: "POST", path: "/user", scope: "users/write" },
        ],
      });
    });

    it.each([
      ["API_TOKEN_ISSUER", "the https URL of the user pool that issues the tokens, without a / at the end"],
      ["API_TOKEN_CLIENTS", "ids of app clients, separated by commas, without blanks"],
      [
        "API_ROUTE_SCOPES",
        'JSON with the scope of each route, as in {"GET /user/{name}":"users/read"}: at least one, and no two for the same requests',
      ],
    ])("needs %s with the others", (name, allowed) => {
      const { [name as keyof typeof exposed]: _left, ...rest } = exposed;
      const [title, line, ...others] = faults(rest as typeof complete);
      expect(title).toBe("the environment does not fit: 1 variable is wrong");
      expect(line).toMatch(`  ${name} is not set; allowed: ${allowed}; to mend: `);
      expect(line).toMatch(/the stack of the API sets it for a service with "expose" in service.json; leave it unset /);
      expect(others).toEqual([]);
    });

    it("needs all of it where the address of the keys is given", () => {
      const [, ...lines] = faults({ ...complete, API_TOKEN_JWKS_URL: "https://keys.example/jwks.json" });
      expect(lines.map((line) => line.trim().split(" ", 4).join(" "))).toEqual([
        "API_TOKEN_ISSUER is not set;",
        "API_TOKEN_CLIENTS is not set;",
        "API_ROUTE_SCOPES is not set;",
      ]);
    });

    it.each([
      ["API_TOKEN_ISSUER", ["", "pool", "http://a.example/pool", "https://a.example/pool/", "https://a.example/?pool"]],
      ["API_TOKEN_CLIENTS", ["", ",", "one,", "one, two", "a b"]],
      [
        "API_TOKEN_JWKS_URL",
        ["", "jwks.json", "http://a.example/jwks.json", "file:///jwks.json", "http://172.32.0.1/"],
      ],
      [
        "API_ROUTE_SCOPES",
        [
          "",
          "{}",
          "[]",
          "GET /a",
          '{"GET /a":""}',
          '{"GET /a":"read"}',
          '{"GET /a":"a/b c"}',
          '{"get /a":"a/b"}',
          '{"HEAD /a":"a/b"}',
          '{"OPTIONS /a":"a/b"}',
          '{"/a":"a/b"}',
          '{"GET a":"a/b"}',
          '{"GET /a/":"a/b"}',
          '{"GET //a":"a/b"}',
          '{"GET /a b":"a/b"}',
          '{"GET /a/{x":"a/b"}',
          '{"GET /a/x{y}":"a/b"}',
          '{"GET /{x+}/a":"a/b"}',
          '{"GET /a/:x":"a/b"}',
          '{"GET /a/{x}":"a/b","GET /a/{y}":"a/c"}',
        ],
      ],
    ])("refuses wrong values of %s, and shows them: they are no secret", (name, values) => {
      for (const value of values) {
        const shown = value.length > 60 ? `${value.slice(0, 60)}...` : value;
        expect(faults({ ...exposed, [name]: value })[1]).toContain(`  ${name} is ${JSON.stringify(shown)}; allowed: `);
      }
    });

    it.each([
      "http://127.0.0.1:4566/pool/jwks.json",
      "http://172.17.0.1/",
      "http://localhost:1/",
      "http://[::1]:1/",
      "https://a.example/",
    ])("takes keys from %s", (url) => {
      expect(readEnvironment(taskEnvironment, { ...exposed, API_TOKEN_JWKS_URL: url }).API_TOKEN_JWKS_URL).toBe(url);
    });

    it("hides a URL with a password", () => {
      const given = { ...exposed, API_TOKEN_ISSUER: "https://ada:hunter2@a.example/pool" };
      expect(faults(given)[1]).toContain("  API_TOKEN_ISSUER has a value that is not allowed (hidden); ");
    });
  });

  it("cuts a long value short and keeps it on one line", () => {
    const [, line, ...rest] = faults({ ...complete, LOG_LEVEL: `a\n${"b ".repeat(100)}` });
    expect(line).toContain(`LOG_LEVEL is "a\\n${"b ".repeat(29)}..."`);
    expect(rest).toEqual([]);
  });

  it("reads an app's own variables", () => {
    const schema = taskEnvironment.extend({
      POOL_SIZE: variable(integer(1, 50), { allowed: "1 to 50", mend: "set it" }),
    });
    expect(readEnvironment(schema, { ...complete, POOL_SIZE: "7" }).POOL_SIZE).toBe(7);
    expect(faults({ ...complete, POOL_SIZE: "51" }, schema)[1]).toBe(
      '  POOL_SIZE is "51"; allowed: 1 to 50; to mend: set it',
    );
  });
});
