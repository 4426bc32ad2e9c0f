import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { ViewAuthorizer } from "../cloud/view";

/** What an authoriser says of a token. */
export type Decision =
  | { readonly allowed: true; readonly claims: JWTPayload }
  | {
      readonly allowed: false;
      readonly refusal: "unauthorized" | "expired" | "forbidden";
      /** The WWW-Authenticate header. */
      readonly challenge: string;
      /** The same in words, without anything of the token. */
      readonly error: string;
    };

/** "RSA-based algorithms" ("Control access to HTTP APIs with JWT authorizers in API Gateway"); what Cognito signs with. */
const ALGORITHMS = ["RS256"];

const TWO_HOURS_MS = 2 * 60 * 60 * 1_000;

/** API Gateway waits for 1.5 s; an emulator that deploys may be busy for longer. */
const FETCH_BOUND_MS = 10_000;

/** The public keys of issuers: fetched when they are first asked for, and when a token names a key that is not known yet. */
export class IssuerKeys {
  readonly #keys = new Map<string, JWTVerifyGetKey>();

  /** @param jwksUrl where the keys of an issuer are on this machine */
  constructor(private readonly jwksUrl: (issuer: string) => URL) {}

  of(issuer: string): JWTVerifyGetKey {
    const keys = this.#keys.get(issuer) ?? this.#remote(issuer);
    this.#keys.set(issuer, keys);
    return keys;
  }

  #remote(issuer: string): JWTVerifyGetKey {
    const keys = createRemoteJWKSet(this.jwksUrl(issuer), {
      // Source: "Control access to HTTP APIs with JWT authorizers in API Gateway".
      cacheMaxAge: TWO_HOURS_MS,
      timeoutDuration: FETCH_BOUND_MS,
      // A token of a key that has just been rotated must not fail; the one that a flood would hit is this machine's own.
      cooldownDuration: 0,
    });
    return (header, token) => {
      if (header.kid === undefined) throw new errors.JWKSNoMatchingKey();
      return keys(header, token);
    };
  }
}

/**
 * Decides as a JWT authoriser of API Gateway: signature, issuer, audience (or client, where there is none), times and scopes.
 *
 * @param authorization the Authorization header, with or without `Bearer`
 * @param scopes the route's: the token has to have one of them. Empty: none needed
 */
export async function decide(
  authorization: string | undefined,
  authorizer: ViewAuthorizer,
  scopes: readonly string[],
  keys: Pick<IssuerKeys, "of">,
): Promise<Decision> {
  const token = authorization?.replace(/^bearer\s+/i, "").trim() ?? "";
  if (token === "") {
    return { allowed: false, refusal: "unauthorized", challenge: "Bearer", error: "there is no token" };
  }
  try {
    const { issuer } = authorizer;
    const { payload } = await jwtVerify(token, keys.of(issuer), { issuer, algorithms: ALGORITHMS });
    const fault = faultOf(payload, authorizer);
    if (fault) return invalidToken(fault);
    return hasScope(payload, scopes) ? { allowed: true, claims: payload } : insufficientScope(scopes);
  } catch (error) {
    const isExpired = error instanceof errors.JWTExpired;
    return { ...invalidToken(wordsFor(error)), ...(isExpired && { refusal: "expired" }) };
  }
}

function faultOf(payload: JWTPayload, { audience }: ViewAuthorizer): string | undefined {
  const { exp, iat, aud = payload.client_id } = payload;
  if (exp === undefined) return "the token does not say when it expires";
  if (iat !== undefined && iat > Date.now() / 1_000) return "the token is not valid yet";
  const isFor = audience.length === 0 || audience.some((client) => [aud].flat().includes(client));
  return isFor ? undefined : "the token does not have a valid audience";
}

/** `scope`, with blanks between scopes, or the list `scp`. */
function hasScope({ scope, scp }: JWTPayload, wanted: readonly string[]): boolean {
  const given = typeof scope === "string" ? scope.split(" ") : [scp].flat();
  return wanted.length === 0 || wanted.some((one) => given.includes(one));
}

function invalidToken(error: string) {
  const challenge = `Bearer scope="" error="invalid_token" error_description="${error}"`;
  return { allowed: false, refusal: "unauthorized", challenge, error } as const;
}

function insufficientScope(scopes: readonly string[]): Decision {
  const error = "the token does not include a required scope";
  const challenge = `Bearer scope="${scopes.join(" ")}" error="insufficient_scope" error_description="${error}"`;
  return { allowed: false, refusal: "forbidden", challenge, error };
}

/** Nothing that the token says, which anybody could have written. */
function wordsFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JOSEAlgNotAllowed) return "the token has an invalid signing method";
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === "iss" ? "the token does not have a valid issuer" : "the token is not valid yet";
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the token has an invalid signature";
  if (error instanceof errors.JWKSNoMatchingKey) return "the token is of an unknown key";
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return "the token is malformed";
  return "the keys of the issuer can't be had";
}
