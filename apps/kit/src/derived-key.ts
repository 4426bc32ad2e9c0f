import { hkdfSync } from "node:crypto";

const KEY_BYTES = 32;

/** A key of its own for each use of one secret: what is signed for one use is worth nothing for another. */
export function derivedKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", use, KEY_BYTES));
}
