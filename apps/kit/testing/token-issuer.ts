import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from "jose";

const ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_TokenTest";
const CLIENT = "1example23456789";
const TOKEN_SECONDS = 3600;

interface SigningKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

type KeyPair = Pick<SigningKey, "publicKey" | "privateKey">;

/** Made once: a pair takes a good part of a second. No two issuers meet, so each may have the same. */
const pairs: Promise<KeyPair>[] = [];

async function signingKey(index: number, kid: string = randomUUID()): Promise<SigningKey> {
  pairs[index] ??= generateKeyPair("RS256", { extractable: true });
  const { publicKey, privateKey } = await pairs[index];
  return { kid, publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

/** Not one of any issuer. */
const FOREIGN = 0;

/** What the server of the keys does: it answers, fails (500), breaks connections off, sends no JSON, or no answer at all. */
export type KeyServerState = "answers" | "fails" | "breaks off" | "sends nonsense" | "hangs";

/** What is to be different about a token; a claim that is undefined is left out. */
export interface TokenOptions {
  readonly scope?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** In seconds from now. @default 3600 */
  readonly expiresIn?: number;
}

/** A token that is no good, and what is wrong with it. */
export interface Forgery {
  readonly kind: string;
  readonly token: string;
}

/** Issues access tokens as a user pool of Amazon Cognito does, and serves its keys on a free port of loopback. */
export class TokenIssuer {
  readonly issuer = ISSUER;
  readonly client = CLIENT;
  state: KeyServerState = "answers";
  /** How often the keys were asked for. */
  fetches = 0;
  /** What the key set has; the last one signs. */
  #keys: readonly SigningKey[];
  #rotations = 0;
  readonly #server: Server;
  /** Whom to answer later, with the keys there were when they asked. */
  readonly #hanging = new Map<ServerResponse, string>();

  private constructor(first: SigningKey) {
    this.#keys = [first];
    this.#server = createServer((_request, response) => this.#answer(response));
  }

  static async start(): Promise<TokenIssuer> {
    const issuer = new TokenIssuer(await signingKey(1));
    await new Promise<void>((resolve) => issuer.#server.listen(0, "127.0.0.1", resolve));
    return issuer;
  }

  async close(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get jwksUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/us-east-1_TokenTest/.well-known/jwks.json`;
  }

  /** The variables of a service that takes these tokens. @param routes the scope of each route: `GET /finance` */
  variables(routes: Readonly<Record<string, string>>) {
    return {
      API_TOKEN_ISSUER: this.issuer,
      API_TOKEN_CLIENTS: `another,${this.client}`,
      API_TOKEN_JWKS_URL: this.jwksUrl,
      API_ROUTE_SCOPES: JSON.stringify(routes),
    };
  }

  /** Answers those who were left hanging, with the keys there were when they asked. */
  release(): void {
    const waiting = [...this.#hanging];
    this.#hanging.clear();
    for (const [response, keys] of waiting) send(response, keys);
  }

  /** How many were left hanging. */
  get hanging(): number {
    return this.#hanging.size;
  }

  /** Signs with a new key from now on; the old one stays in the set. */
  async rotate(): Promise<void> {
    this.#rotations++;
    this.#keys = [...this.#keys, await signingKey(1 + this.#rotations)];
  }

  /** Takes all keys but the last out of the set. */
  withdrawOldKeys(): void {
    this.#keys = this.#keys.slice(-1);
  }

  /** A good access token. */
  async token(options: TokenOptions = {}): Promise<string> {
    return sign(this.#signing, options);
  }

  /** Tokens that are no good, whatever the route: each is as a good one but for what its kind says. */
  async forgeries(scope: string): Promise<readonly Forgery[]> {
    const { kid, publicKey, jwk } = this.#signing;
    const good = await this.token({ scope });
    const [, payload = "", signature = ""] = good.split(".");
    const foreign = await signingKey(FOREIGN, kid);
    const unknown = await signingKey(FOREIGN);
    const foreignUrl = this.jwksUrl.replace("127.0.0.1", "localhost");
    const with_ = (options: TokenOptions) => this.token({ scope, ...options });
    const foreignWith = (header: TokenOptions["header"]) => sign(foreign, { scope, ...(header && { header }) });
    const forgeries: Readonly<Record<string, string | Promise<string>>> = {
      "an empty text": "",
      "no token at all": "hunter2",
      "two parts": `${encode({ alg: "RS256", kid })}.${payload}`,
      "five parts": `${good}.${signature}.${signature}`,
      "a blank behind it": `${good} x`,
      "a changed claim": changed(good, { scope: `${scope} admin` }),
      "a cut signature": good.slice(0, -8),
      "the algorithm none": `${encode({ alg: "none", kid })}.${payload}.`,
      "the algorithm NONE, with the signature": `${encode({ alg: "NONE", kid })}.${payload}.${signature}`,
      "HS256 with the public key (PEM) as the secret": hmac(await exportSPKI(publicKey), { kid, payload }),
      "HS256 with the public key (JSON) as the secret": hmac(JSON.stringify(jwk), { kid, payload }),
      "PS256 in place of RS256": `${encode({ alg: "PS256", kid })}.${payload}.${signature}`,
      "a foreign key under a known id": foreignWith(undefined),
      "a foreign key under an unknown id": sign(unknown, { scope }),
      "a foreign key in the token (jwk)": foreignWith({ jwk: foreign.jwk }),
      "a foreign key by address (jku)": foreignWith({ jku: foreignUrl }),
      "a foreign certificate by address (x5u)": foreignWith({ x5u: foreignUrl }),
      "no key id": with_({ header: { kid: undefined } }),
      "a critical header that nobody knows": with_({ header: { crit: ["exp2"], exp2: 1 } }),
      "another issuer": with_({ claims: { iss: `${ISSUER}2` } }),
      "the issuer with a slash": with_({ claims: { iss: `${ISSUER}/` } }),
      "no issuer": with_({ claims: { iss: undefined } }),
      "another client": with_({ claims: { client_id: "2example23456789" } }),
      "several clients": with_({ claims: { client_id: [CLIENT] } }),
      "an id token": with_({ claims: { token_use: "id", aud: CLIENT, client_id: undefined, scope: undefined } }),
      "an id token with the claims of an access token": with_({ claims: { token_use: "id", aud: CLIENT } }),
      "no use": with_({ claims: { token_use: undefined } }),
      "no subject": with_({ claims: { sub: undefined } }),
      "no end": with_({ claims: { exp: undefined } }),
      "an end that is a text": with_({ claims: { exp: "never" } }),
      expired: with_({ expiresIn: -60 }),
      "not valid yet": with_({ claims: { nbf: seconds() + 60 } }),
    };
    return Promise.all(Object.entries(forgeries).map(async ([kind, token]) => ({ kind, token: await token })));
  }

  /** A token with the id of a key that nobody has. */
  async withUnknownKey(scope: string): Promise<string> {
    return sign({ ...this.#signing, kid: randomBytes(8).toString("hex") }, { scope });
  }

  get #signing(): SigningKey {
    const last = this.#keys.at(-1);
    if (!last) throw new Error("an issuer has a key");
    return last;
  }

  #answer(response: ServerResponse): void {
    this.fetches++;
    if (this.state === "hangs") this.#hanging.set(response, this.#keySet);
    else if (this.state === "breaks off") response.destroy();
    else if (this.state === "sends nonsense") response.end("<html>");
    else if (this.state === "fails") response.writeHead(500).end();
    else send(response, this.#keySet);
  }

  get #keySet(): string {
    return JSON.stringify({ keys: this.#keys.map(({ jwk }) => jwk) });
  }
}

function send(response: ServerResponse, keys: string): void {
  response.writeHead(200, { "content-type": "application/json" }).end(keys);
}

const seconds = () => Math.floor(Date.now() / 1000);

/** The claims of an access token. Source: Amazon Cognito, "Understanding the access token". */
function sign({ kid, privateKey }: SigningKey, options: TokenOptions): Promise<string> {
  const { scope = "", claims, header, expiresIn = TOKEN_SECONDS } = options;
  const now = seconds();
  const payload = {
    sub: randomUUID(),
    iss: ISSUER,
    client_id: CLIENT,
    token_use: "access",
    scope,
    auth_time: now,
    exp: now + expiresIn,
    iat: now,
    jti: randomUUID(),
    username: "ada",
    version: 2,
    ...claims,
  };
  const critical = (header?.crit ?? []) as readonly string[];
  const crit = Object.fromEntries(critical.map((name) => [name, true]));
  return new SignJWT(payload).setProtectedHeader({ kid, alg: "RS256", ...header }).sign(privateKey, { crit });
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (text = ""): object => JSON.parse(Buffer.from(text, "base64url").toString());

function changed(token: string, claims: object): string {
  const [header, payload, signature] = token.split(".");
  return `${header}.${encode({ ...decode(payload), ...claims })}.${signature}`;
}

function hmac(secret: string, { kid, payload }: { readonly kid: string; readonly payload: string }): string {
  const signed = `${encode({ alg: "HS256", kid })}.${payload}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
