import { createHash, randomUUID, timingSafeEqual } from "node:crypto";

/** What a code stands for. */
export interface Grant {
  readonly client: string;
  readonly redirectUri: string;
  readonly username: string;
  readonly scopes: readonly string[];
  /** What the ID token is to repeat. */
  readonly nonce?: string | undefined;
  /** The code challenge, of the method S256. */
  readonly challenge: string;
}

/** Who wants a code's grant. */
export interface Redemption {
  readonly client: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** Source: "The token issuer endpoint" (Amazon Cognito): "Authorization codes are valid for five minutes." */
const LIFETIME_MS = 5 * 60 * 1_000;

/** More than that at once nobody has asked for who means to redeem them; the oldest are forgotten. */
const MAX_CODES = 1_000;

/** Source: RFC 7636, "Client Creates a Code Verifier". */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/** Authorisation codes: each is good for one attempt, by the client, the redirect URI and the verifier that it was made for. */
export class Codes {
  readonly #grants = new Map<string, { grant: Grant; expiresAt: number }>();

  /** @param now milliseconds of a clock that only goes on */
  constructor(private readonly now: () => number = () => performance.now()) {}

  issue(grant: Grant): string {
    for (const [code, { expiresAt }] of this.#grants) {
      // In the order of their age: what comes later is younger.
      if (expiresAt > this.now() && this.#grants.size < MAX_CODES) break;
      this.#grants.delete(code);
    }
    const code = randomUUID();
    this.#grants.set(code, { grant, expiresAt: this.now() + LIFETIME_MS });
    return code;
  }

  /** What a code stands for; `undefined` where it is not (or no longer) good. It is used up, whatever comes of it. */
  redeem(code: string, { client, redirectUri, verifier }: Redemption): Grant | undefined {
    const found = this.#grants.get(code);
    this.#grants.delete(code);
    if (!found || found.expiresAt <= this.now()) return undefined;
    const { grant } = found;
    const isTheirs = grant.client === client && grant.redirectUri === redirectUri;
    return isTheirs && provesChallenge(verifier, grant.challenge) ? grant : undefined;
  }
}

function provesChallenge(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier)) return false;
  const hash = createHash("sha256").update(verifier).digest();
  const expected = Buffer.from(challenge, "base64url");
  return hash.length === expected.length && timingSafeEqual(hash, expected);
}
