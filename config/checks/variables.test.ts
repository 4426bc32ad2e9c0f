import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf, load, SERVICE_FILE } from "../testing/project";

describe("environment variables and secrets", () => {
  it("refuses a name in small letters", () => {
    expect(faultsOf({ service: { environment: { medicalService: "Medical" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.medicalService",
        given: '"Medical"',
        problem: '"medicalService" is not a name for an environment variable',
        allowed: "capital letters, digits and underscores, no digit first",
        mend: 'rename it to "MEDICAL_SERVICE"',
      },
    ]);
  });

  it("refuses a name that starts with a digit", () => {
    expect(faultsOf({ service: { environment: { "2ND": "second" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: '$.environment["2ND"]',
        given: '"second"',
        problem: '"2ND" is not a name for an environment variable',
        allowed: "capital letters, digits and underscores, no digit first",
        mend: 'rename it to "_2ND"',
      },
    ]);
  });

  it("refuses the name of a secret that is no variable's name", () => {
    expect(
      faultsOf({ service: { secrets: { "db-host": "arn:aws:ssm:us-east-1:123456789012:parameter/db/host" } } }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: '$.secrets["db-host"]',
        given: "(not shown, it may be a secret)",
        problem: '"db-host" is not a name for an environment variable',
        allowed: "capital letters, digits and underscores, no digit first",
        mend: 'rename it to "DB_HOST"',
      },
    ]);
  });

  it("refuses a value that is no text", () => {
    expect(faultsOf({ service: { environment: { MAX: 5 } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.MAX",
        given: "5",
        problem: "is a number",
        allowed: "a text, in quotes",
        mend: "write a text, in quotes",
      },
    ]);
  });

  it("refuses a name that is given as plain value and as secret, and shows neither", () => {
    expect(
      faultsOf({
        service: {
          environment: { DB: "swordfish" },
          secrets: { DB: "arn:aws:ssm:us-east-1:123456789012:parameter/db" },
        },
      }),
    ).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.DB",
        given: "(not shown, it may be a secret)",
        problem: '"DB" is given in "environment" and in "secrets"',
        allowed: "each name in one of the two",
        mend: 'remove it from "environment"',
      },
    ]);
  });

  it("refuses a plain value whose name says that it is a secret, and does not show it", () => {
    expect(faultsOf({ service: { environment: { DB_PASSWORD: "swordfish" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.DB_PASSWORD",
        given: "(not shown, it may be a secret)",
        problem:
          '"DB_PASSWORD" is the name of a secret; plain values are readable by everybody who may see the task definition',
        allowed: "values that may be public",
        mend: 'store it in Secrets Manager or Parameter Store and move "DB_PASSWORD" to "secrets" with the ARN; if it is not a secret, rename it',
      },
    ]);
  });

  it("refuses a plain value that looks like an access key, and does not show it", () => {
    expect(faultsOf({ service: { environment: { BACKUP_USER: "AKIAIOSFODNN7EXAMPLE" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.BACKUP_USER",
        given: "(not shown, it may be a secret)",
        problem:
          '"BACKUP_USER" holds what looks like a secret; plain values are readable by everybody who may see the task definition',
        allowed: "values that may be public",
        mend: 'store it in Secrets Manager or Parameter Store and move "BACKUP_USER" to "secrets" with the ARN; if it is not a secret, rename it',
      },
    ]);
  });

  it("refuses a plain value with a password in a URL, and does not show it", () => {
    expect(faultsOf({ service: { environment: { DATABASE: "mysql://app:swordfish@db.example.com/app" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.environment.DATABASE",
        given: "(not shown, it may be a secret)",
        problem:
          '"DATABASE" holds what looks like a secret; plain values are readable by everybody who may see the task definition',
        allowed: "values that may be public",
        mend: 'store it in Secrets Manager or Parameter Store and move "DATABASE" to "secrets" with the ARN; if it is not a secret, rename it',
      },
    ]);
  });

  it("refuses a secret that is given as a value, and does not show it", () => {
    expect(faultsOf({ service: { secrets: { DB: "swordfish" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.secrets.DB",
        given: "(not shown, it may be a secret)",
        problem: "is not the ARN of a secret or parameter",
        allowed:
          "arn:aws:secretsmanager:<region>:<account>:secret:<name> or arn:aws:ssm:<region>:<account>:parameter/<name>",
        mend: "store the value in Secrets Manager or Parameter Store and write its ARN here",
      },
    ]);
  });

  it("refuses a secret that is the ARN of something else", () => {
    expect(faultsOf({ service: { secrets: { DB: "arn:aws:s3:::bucket/key" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.secrets.DB",
        given: "(not shown, it may be a secret)",
        problem: "is not the ARN of a secret or parameter",
        allowed:
          "arn:aws:secretsmanager:<region>:<account>:secret:<name> or arn:aws:ssm:<region>:<account>:parameter/<name>",
        mend: "store the value in Secrets Manager or Parameter Store and write its ARN here",
      },
    ]);
  });

  it("refuses a secret of the wrong type, and does not show it", () => {
    expect(faultsOf({ service: { secrets: { DB: { value: "swordfish" } } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.secrets.DB",
        given: "(not shown, it may be a secret)",
        problem: "is an object",
        allowed: "the ARN of a secret or a parameter",
        mend: "write the ARN of a secret or a parameter",
      },
    ]);
  });

  it("refuses a misspelt block of secrets, and does not show it", () => {
    expect(faultsOf({ service: { secerts: { DB: "swordfish" } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.secerts",
        given: "(not shown, it may be a secret)",
        problem: '"secerts" is not a key that is known here',
        allowed:
          '"name", "app", "system", "group", "launchType", "port", "cpu", "memory", "replicas", "scaling", "routes", "internalRoutes", "expose", "scopes", "calls", "healthCheck", "alarms", "deregistrationDelaySeconds", "stopTimeoutSeconds", "publicCidrs", "deployment", "database", "mail", "pipeline", "environment", "secrets", "generatedSecrets"',
        mend: 'did you mean "secrets"?',
      },
    ]);
  });

  it("refuses an override's plain secret, and does not show it", () => {
    expect(faultsOf({ environment: { services: { web: { environment: { API_TOKEN: "swordfish" } } } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.services.web.environment.API_TOKEN",
        given: "(not shown, it may be a secret)",
        problem:
          '"API_TOKEN" is the name of a secret; plain values are readable by everybody who may see the task definition',
        allowed: "values that may be public",
        mend: 'store it in Secrets Manager or Parameter Store and move "API_TOKEN" to "secrets" with the ARN; if it is not a secret, rename it',
      },
    ]);
  });

  it("refuses variables of the database, which the platform sets", () => {
    expect(faultsOf({ service: { environment: { APP_DB_HOST: "localhost" } } }).map(({ path }) => path)).toEqual([
      "$.environment.APP_DB_HOST",
    ]);
  });

  it.each(["API_TOKEN_ISSUER", "API_TOKEN_CLIENTS", "API_ROUTE_SCOPES", "API_TOKEN_JWKS_URL"])(
    "refuses %s, by which the platform says whose tokens are good",
    (name) => {
      expect(faultsOf({ service: { environment: { [name]: "x" } } }).map(({ problem }) => problem)).toContain(
        `"${name}" is set by the platform`,
      );
    },
  );

  it("takes the names of secrets that the stack makes", () => {
    expect(load({ service: { generatedSecrets: ["CSRF_SECRET"] } }).services[0]?.generatedSecrets).toEqual([
      "CSRF_SECRET",
    ]);
  });

  it("refuses a generated secret whose name is none for a variable", () => {
    expect(faultsOf({ service: { generatedSecrets: ["csrf"] } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.generatedSecrets[0]",
        // Who takes the list for one of values has written a secret there.
        given: "(not shown, it may be a secret)",
        problem: '"csrf" is not a name for an environment variable',
        allowed: "capital letters, digits and underscores, no digit first",
        mend: 'rename it to "CSRF"',
      },
    ]);
  });

  it.each(["environment", "secrets"] as const)("refuses a generated secret that is given in %s", (block) => {
    const value = { environment: "x", secrets: "arn:aws:ssm:us-east-1:123456789012:parameter/x" }[block];
    expect(faultsOf({ service: { generatedSecrets: ["PEPPER"], [block]: { PEPPER: value } } })).toEqual([
      {
        file: SERVICE_FILE,
        path: "$.generatedSecrets[0]",
        given: '"PEPPER"',
        problem: `"PEPPER" is given in "${block}", too`,
        allowed: "each name in one place",
        mend: `remove it from "${block}", or from "generatedSecrets"`,
      },
    ]);
  });
});
