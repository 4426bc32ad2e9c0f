/**
 * Where the emulator has the public keys of a user pool.
 *
 * @param emulatorUrl as the one that asks reaches it
 * @param issuer `https://cognito-idp.REGION.amazonaws.com/POOL`
 */
export function jwksUrlOf(emulatorUrl: string, issuer: string): string {
  const pool = new URL(issuer).pathname.slice(1);
  return `${emulatorUrl.replace(/\/$/, "")}/${pool}/.well-known/jwks.json`;
}
