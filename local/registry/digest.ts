import { createHash } from "node:crypto";
import { Refusal } from "./refusal";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** @throws Refusal where a text is no digest, or of another algorithm than ECR's */
export function requireDigest(text: string | null): string {
  if (text !== null && isDigest(text)) return text;
  throw new Refusal("DIGEST_INVALID", `the digest is "${text}"; allowed: sha256: and 64 hexadecimal digits`);
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** @throws Refusal where a content is not what its sender says that it is */
export function requireSameDigest(given: string, found: string): void {
  if (given === found) return;
  throw new Refusal("DIGEST_INVALID", `the digest is ${given}, but that of the content is ${found}`);
}
