import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, type Synthesised, synthesise } from "../testing/synth";
import { GeneratedSecret, type GeneratedSecretProps, type SecretKey } from "./generated-secret";

const props: GeneratedSecretProps = { name: "shop/dev/cart", description: "of cart", recoveryWindowDays: 7 };
const withSecret = (changed: Partial<GeneratedSecretProps> = {}) =>
  synthesise((stack) => new GeneratedSecret(stack, "Secret", { ...props, ...changed }));

const ephemeral = (stack: Synthesised) =>
  (JSON.parse(stack.json) as { ephemeral: Record<string, Record<string, unknown>> }).ephemeral;

describe("a generated secret", () => {
  it("is one secret with one version", () => {
    const stack = withSecret();
    expect(stack.counts()).toEqual({ aws_secretsmanager_secret: 1, aws_secretsmanager_secret_version: 1 });
    expect(stack.resource(SecretsmanagerSecret)).toMatchObject({
      name: "shop/dev/cart",
      description: "of cart",
      recovery_window_in_days: 7,
    });
  });

  it("takes its value from an ephemeral resource: 40 letters and digits", () => {
    const made = ephemeral(withSecret());
    expect(Object.keys(made)).toEqual(["aws_secretsmanager_random_password"]);
    expect(Object.values(made.aws_secretsmanager_random_password ?? {})).toEqual([
      { password_length: 40, exclude_punctuation: true },
    ]);
  });

  it("is written without being kept: by the write-only argument alone", () => {
    const version = withSecret().resource(SecretsmanagerSecretVersion);
    expect(version).not.toHaveProperty("secret_string");
    expect(version).toMatchObject({
      secret_string_wo: expect.stringMatching(
        /^\$\{jsonencode\(\{ value = ephemeral\.aws_secretsmanager_random_password\.Secret_\w+\.random_password \}\)\}$/,
      ),
      secret_string_wo_version: 1,
    });
  });

  it("holds the user beside the password where it is given one", () => {
    const version = withSecret({ username: "cart" }).resource(SecretsmanagerSecretVersion);
    expect(version.secret_string_wo).toMatch(
      /^\$\{jsonencode\(\{ username = "cart", password = ephemeral\.\w+\.Secret_\w+\.random_password \}\)\}$/,
    );
  });

  it("has a value of its own beside other secrets of the stack", () => {
    const stack = synthesise((scope) => {
      for (const id of ["One", "Other"])
        new GeneratedSecret(new Construct(scope, id), "Secret", { ...props, name: id });
    });
    expect(Object.keys(ephemeral(stack).aws_secretsmanager_random_password ?? {})).toHaveLength(2);
    const values = stack.resources(SecretsmanagerSecretVersion).map((version) => version.secret_string_wo);
    expect(new Set(values).size).toBe(2);
  });

  const reference = (key: SecretKey, changed: Partial<GeneratedSecretProps> = {}) => {
    let text = "";
    const refusal = refusalOf((stack) => {
      text = new GeneratedSecret(stack, "Secret", { ...props, ...changed }).reference(key);
    });
    return refusal ?? text.replace(/^.*(?=:\w+::$)/, "ARN");
  };

  it.each<[SecretKey, Partial<GeneratedSecretProps>]>([
    ["value", {}],
    ["username", { username: "cart" }],
    ["password", { username: "cart" }],
  ])("is referred to by its key %s", (key, changed) => {
    expect(reference(key, changed)).toBe(`ARN:${key}::`);
  });

  it("refuses a reference to a key that it has not", () => {
    expect(reference("password")).toBe('test/Secret: "reference" is of the key "password"; allowed: value');
    expect(reference("value", { username: "cart" })).toBe(
      'test/Secret: "reference" is of the key "value"; allowed: username, password',
    );
  });

  const refusal = (changed: Partial<GeneratedSecretProps>) =>
    refusalOf((stack) => new GeneratedSecret(stack, "Secret", { ...props, ...changed }));
  const DAYS = "0, or a whole number from 7 to 30";

  it.each<[string, Partial<GeneratedSecretProps>, string]>([
    [
      "a name with a space",
      { name: "shop dev" },
      '"name" is "shop dev"; allowed: 1 to 512 letters, digits and / _ + = . @ -',
    ],
    [
      "a user whose name needs quotes",
      { username: 'c"art' },
      '"username" is "c\\"art"; allowed: 1 to 32 letters, digits, hyphens and underscores, a letter first',
    ],
    [
      "a user whose name has 33 characters",
      { username: "u".repeat(33) },
      `"username" is "${"u".repeat(33)}"; allowed: 1 to 32 letters, digits, hyphens and underscores, a letter first`,
    ],
    ["6 days", { recoveryWindowDays: 6 }, `"recoveryWindowDays" is 6; allowed: ${DAYS}`],
    ["31 days", { recoveryWindowDays: 31 }, `"recoveryWindowDays" is 31; allowed: ${DAYS}`],
    ["half a day", { recoveryWindowDays: 7.5 }, `"recoveryWindowDays" is 7.5; allowed: ${DAYS}`],
  ])("refuses %s", (_, changed, message) => {
    expect(refusal(changed)).toBe(`test/Secret: ${message}`);
  });

  it("takes both ends of every limit, and what is known at apply only", () => {
    expect(refusal({ name: "n".repeat(512), username: "u".repeat(32), recoveryWindowDays: 30 })).toBeUndefined();
    expect(refusal({ recoveryWindowDays: 0 })).toBeUndefined();
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
