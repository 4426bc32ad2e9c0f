import { createPublicKey, type JsonWebKey, randomBytes } from "node:crypto";
import * as cognito from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { jwksUrlOf } from "../cloud/jwks-url";
import { EmulatedCognito } from "../gateway/sign-in/cognito";
import { forged } from "../gateway/testing/tokens";
import { findRunning } from "../running";
import type { Systems } from "./systems";

const NAME = "public-api-local";

/** Cognito's least. Source: "UserPoolClientType", AccessTokenValidity. */
const LEAST_MINUTES = 5;

/** The systems of a run, and the API of theirs. */
export interface WithApi {
  readonly systems: Systems;
  readonly api: PublicApi;
}

/** What asks in a test. */
export interface Question {
  readonly token?: string | undefined;
  readonly method?: string;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer, its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export async function ask(url: string, { token, method = "GET", json, headers }: Question = {}): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json && { "content-type": "application/json" }),
    },
    ...(json && { body: JSON.stringify(json) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

/** The user and the app client that a token is of, and the pool that has signed it. */
interface Origin {
  readonly pool: string;
  readonly issuer: string;
  readonly client: string;
  readonly username: string;
}

/** The API of a run, and tokens for it: good ones by the pages that people sign in to, others by the pool itself. */
export class PublicApi {
  readonly #cognito: cognito.CognitoIdentityProviderClient;
  readonly #emulated: EmulatedCognito;

  private constructor(
    private readonly systems: Systems,
    private readonly origin: Origin,
  ) {
    const { settings, emulatorUrl } = systems.start;
    this.#cognito = new cognito.CognitoIdentityProviderClient(settings);
    this.#emulated = new EmulatedCognito(emulatorUrl);
  }

  static async of(systems: Systems): Promise<PublicApi> {
    const token = await signedIn(systems);
    const { iss: issuer = "", client_id: client, username } = decodeJwt(token);
    const pool = new URL(issuer).pathname.slice(1);
    return new PublicApi(systems, { pool, issuer, client: String(client), username: String(username) });
  }

  end(): void {
    this.#cognito.destroy();
  }

  /** Address of the gateway. */
  get gateway(): string {
    return this.#found("apis", NAME);
  }

  /** Address of the load balancer behind it, which is internal: on AWS only the gateway reaches it. */
  get loadBalancer(): string {
    return this.#found("listeners", `${NAME} HTTP 80`);
  }

  /** Address of the sign-in pages. */
  get signIn(): string {
    return this.#found("signIns", "express-on-ecs-local.auth.us-east-1.amazoncognito.com");
  }

  /** Id of the app client. */
  get client(): string {
    return this.origin.client;
  }

  /** Where one of the tasks of service-b-api listens, past the load balancer. */
  async task(): Promise<string> {
    const [address] = await this.systems.addresses(NAME, "service-b-api");
    if (address === undefined) throw new Error("service-b-api has no task");
    return `http://${address}:5001`;
  }

  /** An access token of a user who has signed in by the pages. */
  token(...scopes: readonly string[]): Promise<string> {
    return signedIn(this.systems, scopes);
  }

  /** The id token of that user. */
  async idToken(): Promise<string> {
    return this.#issued(this.origin, ["openid", "email"], "id_token");
  }

  /** One that is good until its time is up, which is soon. */
  async shortLivedToken(scope: string): Promise<string> {
    const client = { UserPoolId: this.origin.pool, ClientId: this.origin.client };
    const { UserPoolClient: told } = await this.#cognito.send(new cognito.DescribeUserPoolClientCommand(client));
    const { ClientSecret: _secret, CreationDate: _from, LastModifiedDate: _to, ...kept } = told ?? {};
    const update = (changes: Partial<cognito.UpdateUserPoolClientCommandInput>) =>
      this.#cognito.send(new cognito.UpdateUserPoolClientCommand({ ...kept, ...client, ...changes }));
    await update({
      AccessTokenValidity: LEAST_MINUTES,
      TokenValidityUnits: { ...kept.TokenValidityUnits, AccessToken: "minutes" },
    });
    try {
      return await this.#issued(this.origin, [scope]);
    } finally {
      await update({});
    }
  }

  /** A token of the same user and the same scopes, of another client of the pool. */
  async tokenOfAnotherClient(scope: string): Promise<string> {
    const { pool } = this.origin;
    const client = await this.#createClient(pool, scope);
    const token = await this.#issued({ ...this.origin, client }, [scope]);
    await this.#cognito.send(new cognito.DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId: client }));
    return token;
  }

  /** A token of a pool that has a server of the same scopes, and is another issuer. */
  async tokenOfAnotherPool(scope: string): Promise<string> {
    const { UserPool: made } = await this.#cognito.send(new cognito.CreateUserPoolCommand({ PoolName: "another" }));
    const UserPoolId = made?.Id ?? "";
    const [Identifier = "", ScopeName = ""] = scope.split("/");
    const Scopes = [{ ScopeName, ScopeDescription: ScopeName }];
    const server = { UserPoolId, Identifier, Name: Identifier, Scopes };
    await this.#cognito.send(new cognito.CreateResourceServerCommand(server));
    const client = await this.#createClient(UserPoolId, scope);
    const named = { UserPoolId, Username: "mallory" };
    await this.#cognito.send(new cognito.AdminCreateUserCommand({ ...named, MessageAction: "SUPPRESS" }));
    const Password = `${randomBytes(18).toString("base64url")}-aA1`;
    await this.#cognito.send(new cognito.AdminSetUserPasswordCommand({ ...named, Password, Permanent: true }));
    const token = await this.#issued({ pool: UserPoolId, client, username: named.Username }, [scope]);
    await this.#cognito.send(new cognito.DeleteUserPoolCommand({ UserPoolId }));
    return token;
  }

  /** The claims of a good token under another header, signed with the pool's public key as the secret, or not at all. */
  async forgery(token: string, alg: "none" | "HS256"): Promise<string> {
    const [key] = await this.keySet();
    if (!key) throw new Error("the pool has no key");
    const pem = createPublicKey({ key, format: "jwk" }).export({ format: "pem", type: "spki" }).toString();
    return forged(token, { alg, kid: key.kid }, alg === "none" ? undefined : pem);
  }

  /** The public keys of the pool. */
  async keySet(): Promise<readonly (JsonWebKey & { readonly kid: string })[]> {
    const { body } = await ask(jwksUrlOf(this.systems.start.emulatorUrl, this.origin.issuer));
    return (JSON.parse(body) as { keys: (JsonWebKey & { kid: string })[] }).keys;
  }

  /** The pool signs with a new key from now on. @returns its id */
  async rotateKey(): Promise<string> {
    const url = `${this.systems.start.emulatorUrl}/_local/cognito/rotate-key`;
    const { body } = await ask(url, { method: "POST", json: { pool: this.origin.pool } });
    return (JSON.parse(body) as { kid: string }).kid;
  }

  #found(kind: "apis" | "signIns" | "listeners", name: string): string {
    const { source, start } = this.systems;
    const url = findRunning(source.folder, start.name)[kind][name];
    if (url === undefined) throw new Error(`${name} is not served`);
    return url;
  }

  async #createClient(UserPoolId: string, scope: string): Promise<string> {
    const { UserPoolClient } = await this.#cognito.send(
      new cognito.CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: "another",
        AllowedOAuthFlows: ["code"],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: [scope],
        CallbackURLs: ["https://another.example.test/callback"],
      }),
    );
    return UserPoolClient?.ClientId ?? "";
  }

  /** A token without a password. All that the pool gave is to be found nowhere. */
  async #issued(of: Omit<Origin, "issuer">, scopes: readonly string[], kind = "access_token"): Promise<string> {
    const tokens = (await this.#emulated.tokens({ ...of, scopes })) ?? {};
    for (const name of ["access_token", "id_token", "refresh_token"]) {
      if (tokens[name] !== undefined) this.systems.keepOut(String(tokens[name]));
    }
    return String(tokens[kind]);
  }
}

async function signedIn(systems: Systems, scopes: readonly string[] = []): Promise<string> {
  const token = (await systems.local(`token ${scopes.map((scope) => `--scope ${scope}`).join(" ")}`)).trim();
  systems.keepOut(token);
  return token;
}
