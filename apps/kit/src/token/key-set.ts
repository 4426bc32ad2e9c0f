import { setTimeout as sleep } from "node:timers/promises";
import { type CryptoKey, createRemoteJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from "jose";
import type { Logger } from "pino";
import { Problem } from "../problem";

/**
 * How long after a fetch has begun, or failed, the next may begin. A token of a key that is not known waits as long, at most,
 * so it is short.
 */
const COOLDOWN_MILLISECONDS = 2_000;
const TIMEOUT_MILLISECONDS = 3_000;
/** A key that its owner has withdrawn is forgotten after that long. */
const RENEWAL_MILLISECONDS = 10 * 60_000;
/** Requests that wait for keys: more are refused at once, or forged tokens could fill the memory. */
const MOST_WAITING = 1_000;

/** Where keys come from. */
export interface KeySetOptions {
  /** Of a JSON Web Key Set (RFC 7517). */
  readonly url: URL;
  readonly logger: Logger;
  /** A clock in milliseconds, for tests. */
  readonly now?: () => number;
  /** Resolves after so many milliseconds, for tests. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** The key of a token is not to be had at the moment. The client gets 503 and when to come back. */
export class KeysUnavailable extends Problem {
  constructor() {
    super(503, "The keys that access tokens are checked with can't be had at the moment. Please try again.", {
      "Retry-After": String(COOLDOWN_MILLISECONDS / 1000),
    });
  }
}

/** No key of the set is the token's. */
export class UnknownKey extends Error {
  override readonly name = "UnknownKey";
}

/**
 * The keys of an issuer, kept. While they can't be had those that are known go on.
 *
 * An unknown key id has the set fetched again, once for all who ask meanwhile and at most once in a cooldown. It is refused
 * only after a fetch that began when the token was here already: a token of a key that the issuer took up just now finds it,
 * even while forged ids have just had the set fetched.
 *
 * Of jose's own set these are the fetch and the choice of a key. Its cooldown refuses tokens of a new key meanwhile and knows
 * of no failed fetch, and when its keys are old it takes no token until there are others (jose 6.2.17).
 */
export class KeySet {
  readonly #logger: Logger;
  readonly #url: URL;
  readonly #now: () => number;
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  /** What was fetched last. */
  #fingerprint: string | undefined;
  #generation = 0;
  /** Fetches that have begun. */
  #begun = 0;
  #nextAt = Number.NEGATIVE_INFINITY;
  #failing = false;
  #renewal: Promise<number> | undefined;
  #waiting = 0;

  constructor({
    url,
    logger,
    now = () => performance.now(),
    pause = (milliseconds) => sleep(milliseconds),
  }: KeySetOptions) {
    this.#url = url;
    this.#logger = logger;
    this.#now = now;
    this.#pause = pause;
    const never = Number.POSITIVE_INFINITY;
    this.#remote = createRemoteJWKSet(url, {
      timeoutDuration: TIMEOUT_MILLISECONDS,
      cooldownDuration: never,
      cacheMaxAge: never,
    });
  }

  /** Grows when the keys become others: what was found with the former may no longer hold. */
  get generation(): number {
    return this.#generation;
  }

  /** Fetches the keys, and again every ten minutes. */
  start(): this {
    const renew = () => void this.#renew().catch(() => undefined);
    renew();
    setInterval(renew, RENEWAL_MILLISECONDS).unref();
    return this;
  }

  /**
   * The key of a token, for `jwtVerify`.
   *
   * @throws UnknownKey when the issuer has no such key
   * @throws KeysUnavailable when that can't be said
   */
  async keyOf(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const found = await this.#find(header, token);
    if (found) return found;
    if (this.#waiting >= MOST_WAITING) throw new KeysUnavailable();
    this.#waiting++;
    try {
      return await this.#findInNext(header, token);
    } finally {
      this.#waiting--;
    }
  }

  /** One fetch may be under way: what it brings may be older than the token. */
  async #findInNext(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const begunBefore = this.#begun;
    for (let fetch = 0; fetch <= begunBefore; ) {
      fetch = await this.#renew();
      const found = await this.#find(header, token);
      if (found) return found;
    }
    throw new UnknownKey();
  }

  async #find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | undefined> {
    // Without an id any key would do, and without keys jose would fetch them.
    if (typeof header.kid !== "string") throw new UnknownKey();
    if (this.#fingerprint === undefined) return undefined;
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      throw error;
    }
  }

  /** Joins the fetch that is under way or waited for. @returns which fetch it was, counted from 1 */
  #renew(): Promise<number> {
    this.#renewal ??= this.#fetchInTime().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #fetchInTime(): Promise<number> {
    const wait = this.#nextAt - this.#now();
    if (wait > 0) {
      if (this.#failing) throw new KeysUnavailable();
      await this.#pause(wait);
    }
    const fetch = ++this.#begun;
    this.#nextAt = this.#now() + COOLDOWN_MILLISECONDS;
    try {
      await this.#remote.reload();
    } catch (error) {
      this.#failed(error);
      throw new KeysUnavailable();
    }
    this.#succeeded();
    return fetch;
  }

  #failed(error: unknown): void {
    this.#nextAt = this.#now() + COOLDOWN_MILLISECONDS;
    if (this.#failing) return;
    this.#failing = true;
    this.#logger.warn({ url: this.#url.href, reason: reasonOf(error) }, "keys of access tokens not to be had");
  }

  #succeeded(): void {
    if (this.#failing) this.#logger.info({ url: this.#url.href }, "keys of access tokens to be had again");
    this.#failing = false;
    const fingerprint = JSON.stringify(this.#remote.jwks());
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    this.#generation++;
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown };
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return String(code ?? message);
}
