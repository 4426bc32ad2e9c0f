import { isObject, type JsonPath } from "./json-path";

const SHOWN_MAX = 100;

/** What is printed in place of a value that must not be seen. */
export const GIVEN_HIDDEN = "(not shown, it may be a secret)";

/** Words that make the name of a value a secret's, wherever they stand in it: `DB_PASSWORD`, `secretKey`. */
const SECRET_WORDS =
  /(^|_)(pass|pwd|passphrase|secrets?|tokens?|credentials?|apikey|(private|api|access|auth|signing|encryption)_key)(_|$)|password|passwd/;

/** Last words that say that it is not the secret itself: `TOKEN_URL`, `PASSWORD_MIN_LENGTH`. */
const PUBLIC_ENDINGS = /_(url|uri|arn|name|issuer|enabled|length|size|count|limit|ttl|days|hours|minutes|seconds)$/;

/** Texts that are secrets whatever they are called: keys of AWS, private keys, tokens, a password within a URL. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(ghp|gho|ghs|ghu|github_pat|glpat|xox[abprs]|sk_live|sk-)[-_][A-Za-z0-9_-]{8,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\./,
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /\b(password|passwd|pwd|secret|token)\s*[=:]\s*\S/i,
];

/** Whether a variable of this name is likely to hold a secret, such as `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])|[^A-Za-z0-9]+/g, "$1_$2").toLowerCase();
  return SECRET_WORDS.test(words) && !PUBLIC_ENDINGS.test(words);
}

/** Whether a text is likely to be a secret, such as an access key or a URL that holds a password. */
export function isSecretText(text: string): boolean {
  return SECRET_TEXTS.some((form) => form.test(text));
}

/**
 * A value as a fault prints it: JSON, at most a hundred characters, nothing that may be a secret.
 *
 * @param value what the file holds; undefined when it holds nothing
 * @param path where, since names tell secrets
 */
export function printGiven(value: unknown, path: JsonPath): string {
  if (value === undefined) return "nothing";
  if (path.some((key) => typeof key === "string" && isSecretName(key))) return GIVEN_HIDDEN;
  if (typeof value === "string" && isSecretText(value)) return GIVEN_HIDDEN;
  const shown = JSON.stringify(value, hideSecrets) ?? "nothing";
  return shown.length > SHOWN_MAX ? `${shown.slice(0, SHOWN_MAX)}...` : shown;
}

function hideSecrets(key: string, value: unknown): unknown {
  if (isSecretName(key)) return "(not shown)";
  if (typeof value === "string" && isSecretText(value)) return "(not shown)";
  return isObject(value) ? { ...value } : value;
}
