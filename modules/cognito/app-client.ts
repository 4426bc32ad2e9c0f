import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { Construct } from "constructs";
import { REDIRECT_URL, USER_POOL_NAME } from "../aws/api-forms";
import { ACCESS_TOKEN_MINUTES, CLIENT_SCOPES_MAX, REDIRECT_URLS_MAX, REFRESH_TOKEN_DAYS } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { ResourceServer } from "./resource-server";
import type { UserPool } from "./user-pool";

/** Scopes of OpenID Connect that every client may ask for: who the user is, and the user's address. */
const IDENTITY_SCOPES = ["openid", "email"];

export interface AppClientProps {
  /** The user pool that it belongs to. */
  readonly pool: UserPool;
  /** 1 to 128 letters, digits, spaces and `_ + = , . @ -`. */
  readonly name: string;
  /** Services whose scopes the application may ask for, all of them; 48 scopes at most. */
  readonly resourceServers: readonly ResourceServer[];
  /** Where Cognito sends users with a code; https, or http for this very machine. 1 to 100. */
  readonly callbackUrls: readonly string[];
  /** Where users may be sent once they have signed out. @default [] */
  readonly logoutUrls?: readonly string[];
  /** Minutes for which access and identity tokens are good: 5 to 1440. @default 60 */
  readonly accessTokenMinutes?: number;
  /** Days for which new tokens can be had without a password: 1 to 3650. @default 30 */
  readonly refreshTokenDays?: number;
}

/**
 * An application that users sign in to at Cognito's pages and that gets its tokens for a code (authorisation code grant).
 *
 * It is a public client: a page in a browser or a program on somebody's machine, which can keep no secret and has none.
 * Instead it has to send a code challenge (PKCE, S256). Cognito checks one that is sent and has no setting that demands
 * one, so that is for the application to see to.
 *
 * Passwords are typed at Cognito's pages only: no flow takes them from the application. Whether a user exists is told to
 * nobody, and tokens can be revoked.
 *
 * ```ts
 * new AppClient(this, "Client", {
 *   pool, name: "shop", resourceServers: [cart], callbackUrls: ["https://shop.example.com/callback"],
 * });
 * ```
 *
 * @see Amazon Cognito Developer Guide, "Application-specific settings with app clients" and "Using PKCE in authorization code grants"
 */
export class AppClient extends Construct {
  readonly client: CognitoUserPoolClient;

  constructor(scope: Construct, id: string, props: AppClientProps) {
    super(scope, id);
    const { resourceServers, callbackUrls, logoutUrls = [], accessTokenMinutes = 60, refreshTokenDays = 30 } = props;
    const scopes = [...IDENTITY_SCOPES, ...resourceServers.flatMap((server) => server.scopes)];
    this.checkProps(props);
    this.client = new CognitoUserPoolClient(this, "Resource", {
      userPoolId: props.pool.id,
      name: props.name,
      generateSecret: false,
      supportedIdentityProviders: ["COGNITO"],
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: scopes,
      callbackUrls: [...callbackUrls],
      ...(logoutUrls.length > 0 && { logoutUrls: [...logoutUrls] }),
      accessTokenValidity: accessTokenMinutes,
      idTokenValidity: accessTokenMinutes,
      refreshTokenValidity: refreshTokenDays,
      tokenValidityUnits: [{ accessToken: "minutes", idToken: "minutes", refreshToken: "days" }],
      enableTokenRevocation: true,
      preventUserExistenceErrors: "ENABLED",
      // Scopes are written out, so nothing else tells Terraform that they have to be there: "Invalid scope requested".
      dependsOn: resourceServers.map(({ server }) => server),
    });
  }

  /** What tokens call the application: their claim `client_id`. */
  get id(): string {
    return this.client.id;
  }

  private checkProps(props: AppClientProps): void {
    const check = new PropCheck(this);
    check.text("name", props.name, USER_POOL_NAME);
    checkScopes(check, props.resourceServers);
    check.atLeast("callbackUrls", props.callbackUrls, 1, "one URL or more");
    for (const field of ["callbackUrls", "logoutUrls"] as const) {
      check.atMost(field, props[field], REDIRECT_URLS_MAX);
      check.texts(field, props[field], REDIRECT_URL);
    }
    check.wholeNumber("accessTokenMinutes", props.accessTokenMinutes, ACCESS_TOKEN_MINUTES);
    check.wholeNumber("refreshTokenDays", props.refreshTokenDays, REFRESH_TOKEN_DAYS);
  }
}

function checkScopes(check: PropCheck, resourceServers: readonly ResourceServer[]): void {
  check.different(
    "resourceServers",
    resourceServers.map(({ identifier }) => identifier),
  );
  const scopes = resourceServers.flatMap((server) => server.scopes).length;
  const max = CLIENT_SCOPES_MAX - IDENTITY_SCOPES.length;
  if (scopes > max) throw check.error("resourceServers", `has ${scopes} scopes`, `${max} at most in a client`);
}
