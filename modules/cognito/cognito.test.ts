import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { TerraformOutput, type TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { synthesise } from "../testing/synth";
import { AppClient, type AppClientProps } from "./app-client";
import { PoolDomain } from "./pool-domain";
import { ResourceServer } from "./resource-server";
import { UserPool, type UserPoolProps } from "./user-pool";

const userPool = (stack: TerraformStack, props: Partial<UserPoolProps> = {}) =>
  new UserPool(stack, "Pool", { name: "shop-dev", deletionProtection: false, ...props });

const withPool = (props: Partial<UserPoolProps> = {}) =>
  synthesise((stack) => userPool(stack, props)).resource(CognitoUserPool);

describe("a user pool", () => {
  it("is one pool, whose users sign in with a verified address of e-mail, by an administrator's invitation", () => {
    expect(synthesise((stack) => userPool(stack)).counts()).toEqual({ aws_cognito_user_pool: 1 });
    const pool = withPool();
    expect(pool).toMatchObject({
      name: "shop-dev",
      username_attributes: ["email"],
      username_configuration: { case_sensitive: false },
      auto_verified_attributes: ["email"],
      user_attribute_update_settings: { attributes_require_verification_before_update: ["email"] },
      account_recovery_setting: { recovery_mechanism: [{ name: "verified_email", priority: 1 }] },
      admin_create_user_config: { allow_admin_create_user_only: true },
    });
    expect(pool).not.toHaveProperty("schema");
    expect(pool).not.toHaveProperty("email_configuration");
  });

  it("wants passwords of twelve characters of four kinds", () => {
    expect(withPool().password_policy).toEqual({
      minimum_length: 12,
      require_lowercase: true,
      require_uppercase: true,
      require_numbers: true,
      require_symbols: true,
      temporary_password_validity_days: 3,
    });
  });

  it("wants the passwords that it is told to", () => {
    expect(withPool({ minimumPasswordLength: 16, temporaryPasswordDays: 1 }).password_policy).toMatchObject({
      minimum_length: 16,
      temporary_password_validity_days: 1,
    });
  });

  it("lets anybody sign up when asked", () => {
    expect(withPool({ selfSignUp: true }).admin_create_user_config).toEqual({ allow_admin_create_user_only: false });
  });

  it.each([
    ["optional", undefined, "OPTIONAL"],
    ["optional", "optional", "OPTIONAL"],
    ["required", "required", "ON"],
  ] as const)("has %s MFA by one-time passwords of an app when it is told %s", (_, mfa, configuration) => {
    expect(withPool(mfa && { mfa })).toMatchObject({
      mfa_configuration: configuration,
      software_token_mfa_configuration: { enabled: true },
    });
  });

  it("has no second factor where MFA is off", () => {
    const pool = withPool({ mfa: "off" });
    expect(pool.mfa_configuration).toBe("OFF");
    expect(pool).not.toHaveProperty("software_token_mfa_configuration");
  });

  it("is kept, by Cognito and by Terraform, where it is protected", () => {
    expect(withPool({ deletionProtection: true })).toMatchObject({
      deletion_protection: "ACTIVE",
      lifecycle: { prevent_destroy: true },
    });
    expect(withPool().deletion_protection).toBe("INACTIVE");
    expect(withPool()).not.toHaveProperty("lifecycle");
  });

  it("sends its mail by SES when it is given an identity", () => {
    const mail = { identityArn: "arn:aws:ses:eu-west-1:1:identity/example.com", sender: "no-reply@example.com" };
    const configuration = {
      email_sending_account: "DEVELOPER",
      source_arn: mail.identityArn,
      from_email_address: mail.sender,
    };
    expect(withPool({ mail }).email_configuration).toEqual(configuration);
    expect(withPool({ mail: { ...mail, configurationSet: "mail-dev" } }).email_configuration).toEqual({
      ...configuration,
      configuration_set: "mail-dev",
    });
  });

  it("names the issuer of its tokens", () => {
    const { json } = synthesise((stack) => {
      new TerraformOutput(stack, "issuer", { value: userPool(stack).issuer });
    });
    expect(JSON.parse(json).output.issuer.value).toMatch(/^https:\/\/\$\{aws_cognito_user_pool\.\w+\.endpoint\}$/);
  });
});

const scopes = [
  { name: "read", description: "see carts" },
  { name: "write", description: "fill carts" },
];

const client = (stack: TerraformStack, props: Partial<AppClientProps> = {}) => {
  const pool = userPool(stack);
  return new AppClient(stack, "Client", {
    pool,
    name: "shop-dev",
    resourceServers: [new ResourceServer(stack, "Cart", { pool, identifier: "cart", scopes })],
    callbackUrls: ["https://shop.example.com/callback"],
    ...props,
  });
};

describe("a resource server", () => {
  it("has the scopes that it is given, and says how tokens carry them", () => {
    let carried: readonly string[] = [];
    const stack = synthesise((scope) => {
      carried = new ResourceServer(scope, "Cart", { pool: userPool(scope), identifier: "cart", scopes }).scopes;
    });
    expect(stack.resource(CognitoResourceServer)).toMatchObject({
      identifier: "cart",
      name: "cart",
      user_pool_id: expect.stringMatching(/^\$\{aws_cognito_user_pool\.\w+\.id\}$/),
      scope: [
        { scope_name: "read", scope_description: "see carts" },
        { scope_name: "write", scope_description: "fill carts" },
      ],
    });
    expect(carried).toEqual(["cart/read", "cart/write"]);
  });

  it("is called what it is told to be", () => {
    const stack = synthesise((scope) => {
      new ResourceServer(scope, "Cart", { pool: userPool(scope), identifier: "cart", name: "Carts", scopes });
    });
    expect(stack.resource(CognitoResourceServer).name).toBe("Carts");
  });
});

describe("an app client", () => {
  const made = (props: Partial<AppClientProps> = {}) => synthesise((stack) => client(stack, props));

  it("is public, gets its tokens for codes alone, and takes no password from a program", () => {
    expect(made().counts()).toEqual({
      aws_cognito_user_pool: 1,
      aws_cognito_resource_server: 1,
      aws_cognito_user_pool_client: 1,
    });
    expect(made().resource(CognitoUserPoolClient)).toMatchObject({
      name: "shop-dev",
      generate_secret: false,
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_flows: ["code"],
      explicit_auth_flows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      supported_identity_providers: ["COGNITO"],
      callback_urls: ["https://shop.example.com/callback"],
    });
  });

  it("may ask who the user is and for every scope of its services, once those are there", () => {
    expect(made().resource(CognitoUserPoolClient)).toMatchObject({
      allowed_oauth_scopes: ["openid", "email", "cart/read", "cart/write"],
      depends_on: [expect.stringMatching(/^aws_cognito_resource_server\.Cart_/)],
    });
  });

  it("gets tokens of an hour, refreshed for thirty days, that can be revoked", () => {
    expect(made().resource(CognitoUserPoolClient)).toMatchObject({
      access_token_validity: 60,
      id_token_validity: 60,
      refresh_token_validity: 30,
      token_validity_units: [{ access_token: "minutes", id_token: "minutes", refresh_token: "days" }],
      enable_token_revocation: true,
    });
  });

  it("gets tokens of the life that it is told", () => {
    expect(made({ accessTokenMinutes: 5, refreshTokenDays: 1 }).resource(CognitoUserPoolClient)).toMatchObject({
      access_token_validity: 5,
      id_token_validity: 5,
      refresh_token_validity: 1,
    });
  });

  it("tells nobody whether a user exists", () => {
    expect(made().resource(CognitoUserPoolClient).prevent_user_existence_errors).toBe("ENABLED");
  });

  it("lets users out where it is told, and nowhere else", () => {
    expect(made().resource(CognitoUserPoolClient)).not.toHaveProperty("logout_urls");
    expect(made({ logoutUrls: ["https://shop.example.com"] }).resource(CognitoUserPoolClient).logout_urls).toEqual([
      "https://shop.example.com",
    ]);
  });
});

describe("a pool's domain", () => {
  it("is a prefix of Cognito's own name for the Region", () => {
    let url = "";
    const stack = synthesise((scope) => {
      url = new PoolDomain(scope, "Domain", { pool: userPool(scope), prefix: "shop-dev", region: "eu-central-1" }).url;
    });
    expect(stack.resource(CognitoUserPoolDomain)).toMatchObject({
      domain: "shop-dev",
      user_pool_id: expect.stringMatching(/^\$\{aws_cognito_user_pool\.\w+\.id\}$/),
    });
    expect(url).toBe("https://shop-dev.auth.eu-central-1.amazoncognito.com");
  });
});
