/** Why somebody is not signed in, as Cognito words it. */
export type SignInReason =
  | "NotAuthorizedException"
  | "UserNotConfirmedException"
  | "PasswordResetRequiredException"
  | "NewPasswordRequired";

export type SignInResult =
  | { readonly username: string }
  /** A {@link SignInReason}, or one that nobody here knows. */
  | { readonly reason: string };

/** Whose tokens: a user of a pool, and the app client that asks. */
export interface TokenRequest {
  readonly pool: string;
  readonly client: string;
  readonly username: string;
  readonly scopes: readonly string[];
  /** What the ID token is to repeat. */
  readonly nonce?: string | undefined;
}

/** As the token endpoint answers: `access_token`, `id_token` with `openid`, `refresh_token`, `expires_in`, `token_type`. */
export type Tokens = Readonly<Record<string, string | number>>;

/** What the sign-in pages need of Cognito. */
export interface Cognito {
  /** @throws CognitoFault where it can't be asked */
  signIn(pool: string, client: string, username: string, password: string): Promise<SignInResult>;
  /** `undefined` where they are refused: the user is gone. @throws CognitoFault where it can't be asked */
  tokens(request: TokenRequest): Promise<Tokens | undefined>;
  /** `undefined` where they are refused. @throws CognitoFault where it can't be asked */
  refresh(pool: string, client: string, refreshToken: string): Promise<Tokens | undefined>;
}

/** The emulator does not answer, or not as agreed. Says nothing of what was sent. */
export class CognitoFault extends Error {
  override readonly name = "CognitoFault";
}

const BOUND_MS = 30_000;

/** The emulator's Cognito (local/emulator/). */
export class EmulatedCognito implements Cognito {
  /** @param url address of the emulator */
  constructor(private readonly url: string) {}

  async signIn(pool: string, client: string, username: string, password: string): Promise<SignInResult> {
    const { status, body } = await this.#ask("sign-in", { pool, client, username, password });
    if (status === 200 && typeof body.username === "string") return { username: body.username };
    if (status === 401 && typeof body.reason === "string") return { reason: body.reason };
    throw new CognitoFault(`the emulator answered a sign-in with status ${status}`);
  }

  async tokens({ pool, client, username, scopes, nonce }: TokenRequest): Promise<Tokens | undefined> {
    return tokensOf(await this.#ask("tokens", { pool, client, username, scopes, nonce }));
  }

  async refresh(pool: string, client: string, refreshToken: string): Promise<Tokens | undefined> {
    return tokensOf(await this.#ask("refresh", { pool, client, refresh_token: refreshToken }));
  }

  async #ask(what: string, body: Readonly<Record<string, unknown>>) {
    try {
      const answer = await fetch(new URL(`/_local/cognito/${what}`, this.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(BOUND_MS),
      });
      const parsed: unknown = await answer.json();
      return { status: answer.status, body: (parsed ?? {}) as Readonly<Record<string, unknown>> };
    } catch {
      throw new CognitoFault("the emulator does not answer");
    }
  }
}

function tokensOf({ status, body }: { status: number; body: Readonly<Record<string, unknown>> }): Tokens | undefined {
  if (status >= 400 && status < 500) return undefined;
  if (status !== 200 || typeof body.access_token !== "string") {
    throw new CognitoFault(`the emulator answered a request for tokens with status ${status}`);
  }
  const fields = Object.entries(body).filter(([, value]) => typeof value === "string" || typeof value === "number");
  return Object.fromEntries(fields) as Tokens;
}
