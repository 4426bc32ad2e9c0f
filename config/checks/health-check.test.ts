import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, SERVICE_FILE } from "../testing/project";

describe("the health check", () => {
  it("refuses a timeout as long as the interval", () => {
    expect(faultsOf({ service: { healthCheck: { timeoutSeconds: 30 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.timeoutSeconds",
        given: "30",
        problem: "the timeout (30 s) is not shorter than the interval (30 s)",
        allowed: "a timeout shorter than the interval",
        mend: 'lower "timeoutSeconds" below 30, or raise "intervalSeconds" above 30',
      },
    ]);
  });

  it("refuses an interval that is shorter than the default timeout", () => {
    expect(faultsOf({ service: { healthCheck: { intervalSeconds: 5 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.intervalSeconds",
        given: "5",
        problem: "the timeout (5 s) is not shorter than the interval (5 s)",
        allowed: "a timeout shorter than the interval",
        mend: 'lower "timeoutSeconds" below 5, or raise "intervalSeconds" above 5',
      },
    ]);
  });

  it("refuses an interval under 5 seconds", () => {
    expect(faultsOf({ service: { healthCheck: { intervalSeconds: 4, timeoutSeconds: 2 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.intervalSeconds",
        given: "4",
        problem: "is less than 5",
        allowed: "a whole number from 5 to 300",
        mend: "write a whole number from 5 to 300",
      },
    ]);
  });

  it("refuses a timeout over 120 seconds", () => {
    expect(faultsOf({ service: { healthCheck: { intervalSeconds: 300, timeoutSeconds: 121 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.timeoutSeconds",
        given: "121",
        problem: "is more than 120",
        allowed: "a whole number from 2 to 120",
        mend: "write a whole number from 2 to 120",
      },
    ]);
  });

  it("refuses a threshold of 1", () => {
    expect(faultsOf({ service: { healthCheck: { healthyThreshold: 1 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.healthyThreshold",
        given: "1",
        problem: "is less than 2",
        allowed: "a whole number from 2 to 10",
        mend: "write a whole number from 2 to 10",
      },
    ]);
  });

  it("refuses a threshold of 11", () => {
    expect(faultsOf({ service: { healthCheck: { unhealthyThreshold: 11 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.unhealthyThreshold",
        given: "11",
        problem: "is more than 10",
        allowed: "a whole number from 2 to 10",
        mend: "write a whole number from 2 to 10",
      },
    ]);
  });

  it("refuses a path without a slash", () => {
    expect(faultsOf({ service: { healthCheck: { path: "healthcheck" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.path",
        given: '"healthcheck"',
        problem: 'does not start with "/"',
        allowed: '"/" and further visible ASCII characters, 1024 at most',
        mend: 'write for example "/healthcheck"',
      },
    ]);
  });

  it("refuses a path with a space", () => {
    expect(faultsOf({ service: { healthCheck: { path: "/health check" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.path",
        given: '"/health check"',
        problem: "holds a space, or a character that is not ASCII",
        allowed: '"/" and further visible ASCII characters, 1024 at most',
        mend: 'write for example "/healthcheck"',
      },
    ]);
  });

  it("refuses a path of more than 1024 characters", () => {
    expect(faultsOf({ service: { healthCheck: { path: `/${"a".repeat(1024)}` } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.path",
        given:
          '"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...',
        problem: "has 1025 characters",
        allowed: '"/" and further visible ASCII characters, 1024 at most',
        mend: "give a shorter path",
      },
    ]);
  });

  it("refuses a status code over 499", () => {
    expect(faultsOf({ service: { healthCheck: { matcher: "200-500" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.matcher",
        given: '"200-500"',
        problem: "is no list of HTTP status codes from 200 to 499",
        allowed: 'codes and ranges of codes, such as "200", "200,202" or "200-299"',
        mend: 'write for example "200-299"',
      },
    ]);
  });

  it("refuses a range of status codes that runs backwards", () => {
    expect(faultsOf({ service: { healthCheck: { matcher: "299-200" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.healthCheck.matcher",
        given: '"299-200"',
        problem: "is no list of HTTP status codes from 200 to 499",
        allowed: 'codes and ranges of codes, such as "200", "200,202" or "200-299"',
        mend: 'write for example "200-299"',
      },
    ]);
  });

  it("refuses an override's timeout, where the override stands", () => {
    expect(faultsOf({ environment: { services: { web: { healthCheck: { timeoutSeconds: 60 } } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.healthCheck.timeoutSeconds",
        given: "60",
        problem: "the timeout (60 s) is not shorter than the interval (30 s)",
        allowed: "a timeout shorter than the interval",
        mend: 'lower "timeoutSeconds" below 30, or raise "intervalSeconds" above 60',
      },
    ]);
  });

  it("refuses a stop timeout under 2 seconds", () => {
    expect(faultsOf({ service: { stopTimeoutSeconds: 1 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.stopTimeoutSeconds",
        given: "1",
        problem: "is less than 2",
        allowed: "a whole number from 2 to 120",
        mend: "write a whole number from 2 to 120",
      },
    ]);
  });

  it("refuses a stop timeout over 120 seconds", () => {
    expect(faultsOf({ service: { stopTimeoutSeconds: 121 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.stopTimeoutSeconds",
        given: "121",
        problem: "is more than 120",
        allowed: "a whole number from 2 to 120",
        mend: "write a whole number from 2 to 120",
      },
    ]);
  });

  it("refuses a deregistration delay over an hour", () => {
    expect(faultsOf({ service: { deregistrationDelaySeconds: 3601 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.deregistrationDelaySeconds",
        given: "3601",
        problem: "is more than 3600",
        allowed: "a whole number from 0 to 3600",
        mend: "write a whole number from 0 to 3600",
      },
    ]);
  });

  it("refuses port 0", () => {
    expect(faultsOf({ service: { port: 0 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.port",
        given: "0",
        problem: "is less than 1",
        allowed: "a whole number from 1 to 65535",
        mend: "write a whole number from 1 to 65535",
      },
    ]);
  });

  it("refuses port 65536", () => {
    expect(faultsOf({ service: { port: 65536 } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.port",
        given: "65536",
        problem: "is more than 65535",
        allowed: "a whole number from 1 to 65535",
        mend: "write a whole number from 1 to 65535",
      },
    ]);
  });
});
