import { createHmac, generateKeyPairSync } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";

export const ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Pool";
export const CLIENT = "client-1";

/** A key of a user pool: its public half as in a key set, and what signs with it. */
export function poolKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();

  /** An access token as Cognito's. A claim that is undefined is left out. */
  const sign = (claims: Readonly<Record<string, unknown>> = {}, header: { kid?: string } = { kid }) => {
    const now = Math.floor(Date.now() / 1_000);
    const payload: JWTPayload = {
      sub: "somebody",
      iss: ISSUER,
      client_id: CLIENT,
      token_use: "access",
      scope: "service-b-api/read",
      iat: now,
      exp: now + 300,
      ...claims,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: "RS256", ...header }).sign(privateKey);
  };
  return { jwk, pem, sign };
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The claims of a token under another header, signed by HMAC with `secret`, or not at all. */
export function forged(token: string, header: { alg: string; kid: string }, secret?: string): string {
  const signed = `${encode(header)}.${token.split(".")[1]}`;
  const signature = secret === undefined ? "" : createHmac("sha256", secret).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}
