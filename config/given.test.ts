import { describe, expect, it } from "vitest";
import { isSecretName, isSecretText, printGiven } from "./given";

describe("isSecretName", () => {
  it.each([
    "PASSWORD",
    "DB_PASSWORD",
    "DBPASSWORD",
    "db-pass",
    "SECRET",
    "secrets",
    "clientSecret",
    "API_TOKEN",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "SESSION_CREDENTIALS",
    "SECRET_KEY_BASE",
    "DB_PWD",
  ])("takes %s for the name of a secret", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    "MEDICAL_SERVICE",
    "SECURITY_SERVICE",
    "PASSENGERS",
    "COMPASS",
    "TOKEN_URL",
    "PASSWORD_MIN_LENGTH",
    "KEYBOARD",
  ])("does not take %s for the name of a secret", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe("isSecretText", () => {
  it.each([
    "AKIAIOSFODNN7EXAMPLE",
    "-----BEGIN RSA PRIVATE KEY-----",
    "ghp_0123456789abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
    "postgres://app:swordfish@db.example.com/app",
    "user=app;password=swordfish",
  ])("takes %s for a secret", (text) => {
    expect(isSecretText(text)).toBe(true);
  });

  it.each(["Medical", "https://example.com/a:b@c", "token", "arn:aws:ssm:us-east-1:123456789012:parameter/x"])(
    "does not take %s for a secret",
    (text) => {
      expect(isSecretText(text)).toBe(false);
    },
  );
});

describe("printGiven", () => {
  it("prints a value as JSON", () => {
    expect(printGiven({ min: 1, hosts: ["a"] }, ["routes"])).toBe('{"min":1,"hosts":["a"]}');
  });

  it("prints nothing for what is missing", () => {
    expect(printGiven(undefined, ["cpu"])).toBe("nothing");
  });

  it("shortens what is long", () => {
    expect(printGiven("a".repeat(200), ["name"])).toBe(`"${"a".repeat(99)}...`);
  });

  it("hides everything below secrets", () => {
    expect(printGiven(5, ["services", "web", "secrets", "DB"])).toBe("(not shown, it may be a secret)");
  });

  it("hides what looks like a secret, wherever it stands in a value", () => {
    const value = { user: "app", password: "swordfish", list: ["AKIAIOSFODNN7EXAMPLE"] };
    expect(printGiven(value, ["tags"])).toBe('{"user":"app","password":"(not shown)","list":["(not shown)"]}');
  });
});
