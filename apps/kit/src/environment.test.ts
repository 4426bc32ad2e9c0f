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
