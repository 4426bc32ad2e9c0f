import type { IncomingMessage } from "node:http";
import { Problem } from "../problem";

const HEADER = "authorization";
const SCHEME = "Bearer ";

/**
 * The token of a request (RFC 6750, section 2.1). Nowhere else is one looked for: one in a query would be in logs.
 *
 * The scheme has one spelling: what takes several is guessed differently by two who look at the same request.
 *
 * @returns undefined without a token: no header, or another scheme
 * @throws Problem (400) when there are several headers
 */
export function bearerToken({ headers, rawHeaders }: IncomingMessage, realm: string): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  // Node takes the first of several, and somebody in front might have taken the last.
  if (timesIn(rawHeaders) > 1) {
    const description = "the request has several Authorization headers";
    throw new Problem(400, `${description}; allowed: one`, challenge(realm, "invalid_request", description));
  }
  return authorization.startsWith(SCHEME) ? authorization.slice(SCHEME.length) : undefined;
}

function timesIn(rawHeaders: readonly string[]): number {
  let times = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === HEADER.length && name.toLowerCase() === HEADER) times++;
  }
  return times;
}

/** No token: what is asked for, without an error code (RFC 6750, section 3.1). */
export function missingToken(realm: string): Problem {
  return new Problem(401, 'an access token is needed; send it as "Authorization: Bearer TOKEN"', {
    "WWW-Authenticate": `Bearer realm="${realm}"`,
  });
}

/** @param reason without quotation marks and backslashes */
export function invalidToken(realm: string, reason: string): Problem {
  return new Problem(401, `${reason}; get another by signing in again`, challenge(realm, "invalid_token", reason));
}

/** @param scope that the route needs */
export function insufficientScope(realm: string, scope: string): Problem {
  const description = `the token lacks the scope ${scope}`;
  return new Problem(403, `${description}; ask for it when you sign in`, {
    "WWW-Authenticate": `${challenge(realm, "insufficient_scope", description)["WWW-Authenticate"]}, scope="${scope}"`,
  });
}

function challenge(realm: string, error: string, description: string) {
  return { "WWW-Authenticate": `Bearer realm="${realm}", error="${error}", error_description="${description}"` };
}
