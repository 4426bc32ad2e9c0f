import type { JWTPayload } from "jose";

/** Who asks, and what they may. */
export interface AccessToken {
  /** The user's id in the pool; of a program that asks for itself, its client id. */
  readonly subject: string;
  readonly clientId: string;
  /** As in `service-b-api/read`. */
  readonly scopes: ReadonlySet<string>;
}

/** A token that is no good. */
export class InvalidToken extends Error {
  override readonly name = "InvalidToken";

  /** @param reason for the client: no more than it can know when the signature is not the issuer's */
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Reads the claims of an access token whose signature, issuer and times are checked. It has no `aud`: the client is in
 * `client_id`. Source: Amazon Cognito, "Understanding the access token".
 *
 * @param clients ids of the app clients whose tokens are good
 */
export function accessTokenOf(claims: JWTPayload, clients: ReadonlySet<string>): AccessToken {
  const { sub: subject, client_id: clientId, token_use: use, scope = "" } = claims;
  if (use !== "access") throw new InvalidToken("the token is no access token");
  if (typeof clientId !== "string" || !clients.has(clientId)) throw new InvalidToken("the token is of another client");
  if (typeof subject !== "string" || typeof scope !== "string") throw new InvalidToken("the token is incomplete");
  return { subject, clientId, scopes: new Set(scope.split(" ").filter((word) => word !== "")) };
}
