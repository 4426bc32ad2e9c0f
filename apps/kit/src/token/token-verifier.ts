import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import { type AccessToken, accessTokenOf, InvalidToken } from "./access-token";
import { type KeySet, UnknownKey } from "./key-set";

/** What Amazon Cognito signs with. No other is taken: `none` is no signature, and HS256 would make the public key the secret. */
const ALGORITHM = "RS256";
const CLOCK_TOLERANCE_SECONDS = 5;
/** A token that was revoked, or whose key was withdrawn, is looked at again after that long. */
const MEMORY_MILLISECONDS = 5 * 60_000;
/** All tokens that are remembered; one has about 1,000 characters. */
const MEMORY_BOUNDS = { tokens: 10_000, characters: 16 * 1024 * 1024 };

/** Whose tokens are good. */
export interface TokenVerifierOptions {
  /** The tokens' `iss`. */
  readonly issuer: string;
  /** Ids of the app clients whose tokens are good. */
  readonly clients: readonly string[];
  readonly keys: Pick<KeySet, "keyOf" | "generation">;
  /** The time in milliseconds, for tests. */
  readonly now?: () => number;
  /** How much is remembered, for tests. */
  readonly bounds?: Readonly<typeof MEMORY_BOUNDS>;
}

/**
 * A token is looked up by the end of its signature and then compared as a whole: to hash a thousand characters takes as long
 * as all the rest of the check.
 */
const KEY_CHARACTERS = 32;

interface Remembered {
  readonly text: string;
  readonly token: AccessToken;
  /** In milliseconds; before the token expires. */
  readonly until: number;
}

/** Checks access tokens, and remembers those that were good: a signature takes longer to check than most requests. */
export class TokenVerifier {
  readonly #options: Required<Pick<TokenVerifierOptions, "issuer" | "keys" | "now">>;
  readonly #clients: ReadonlySet<string>;
  readonly #memory: LRUCache<string, Remembered>;
  readonly #running = new Map<string, Promise<AccessToken>>();
  #generation = 0;

  constructor({ issuer, clients, keys, now = () => Date.now(), bounds = MEMORY_BOUNDS }: TokenVerifierOptions) {
    this.#options = { issuer, keys, now };
    this.#clients = new Set(clients);
    this.#memory = new LRUCache({
      max: bounds.tokens,
      maxSize: bounds.characters,
      sizeCalculation: ({ text }) => text.length,
    });
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#memory.size;
  }

  /** A token that was found good a moment ago, with the keys of now. */
  remembered(text: string): AccessToken | undefined {
    const known = this.#ofTheseKeys().get(text.slice(-KEY_CHARACTERS));
    return known?.text === text && this.#options.now() < known.until ? known.token : undefined;
  }

  /**
   * Checks a token, and remembers it; once for all who send it at the same time.
   *
   * @throws InvalidToken
   * @throws KeysUnavailable when its key is not to be had
   */
  verify(text: string): Promise<AccessToken> {
    const running = this.#running.get(text);
    if (running) return running;
    const checking = this.#check(text).finally(() => this.#running.delete(text));
    this.#running.set(text, checking);
    return checking;
  }

  async #check(text: string): Promise<AccessToken> {
    const { issuer, keys, now } = this.#options;
    let generation = 0;
    // `jku`, `jwk`, `x5u` and `x5c` of the token are the sender's: only its `kid` is looked at, for a key of the issuer.
    const keyOf: JWTVerifyGetKey = async (header, token) => {
      const key = await keys.keyOf(header, token);
      generation = keys.generation;
      return key;
    };
    const { payload } = await jwtVerify(text, keyOf, {
      issuer,
      algorithms: [ALGORITHM],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ["exp"],
    }).catch(refuse);
    const token = accessTokenOf(payload, this.#clients);
    const until = Math.min((payload.exp ?? 0) * 1000, now() + MEMORY_MILLISECONDS);
    // The keys may have become others meanwhile.
    if (generation === keys.generation) this.#ofTheseKeys().set(text.slice(-KEY_CHARACTERS), { text, token, until });
    return token;
  }

  /** The memory, without what was found with other keys. */
  #ofTheseKeys(): LRUCache<string, Remembered> {
    const { generation } = this.#options.keys;
    if (this.#generation !== generation) this.#memory.clear();
    this.#generation = generation;
    return this.#memory;
  }
}

/** What jose raises carries the claims, so it goes no further: it would be in the log. */
function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new InvalidToken("the token has expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "nbf") throw new InvalidToken("the token is not valid yet");
    if (error.claim === "iss") throw new InvalidToken("the token is of another issuer");
    throw new InvalidToken("the token is incomplete");
  }
  if (error instanceof errors.JOSEError || error instanceof UnknownKey) {
    throw new InvalidToken("the token is malformed, or it is not signed by the issuer");
  }
  throw error;
}
