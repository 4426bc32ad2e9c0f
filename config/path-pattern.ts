/**
 * Patterns as an Application Load Balancer matches them: case-sensitive, `*` for any characters (also `/`, also none),
 * `?` for exactly one. Where case does not count (host names, header values, query strings) the caller lowers both.
 *
 * Source: "Condition types for listener rules".
 */

const ANY = Symbol("any characters");
const ONE = Symbol("one character");

/** How a pattern is written. */
export interface PatternOptions {
  /** Whether a backslash makes the character after it stand for itself, as in query-string conditions. @default false */
  readonly escapes?: boolean;
}

/** Whether a load balancer's pattern matches a path (without its query string) from end to end. */
export function matchesPattern(pattern: string, path: string): boolean {
  return compilePattern(pattern)(path);
}

/** {@link matchesPattern} for a pattern that many texts are compared with. */
export function compilePattern(pattern: string, { escapes = false }: PatternOptions = {}): (text: string) => boolean {
  const pieces = pattern.match(escapes ? /\\[\s\S]|[\s\S]/g : /[\s\S]/g) ?? [];
  const tokens = pieces.map((piece) => {
    if (piece.length > 1) return piece.slice(1);
    return piece === "*" ? ANY : piece === "?" ? ONE : piece;
  });
  return (text) => matchesTokens(tokens, text);
}

function matchesTokens(tokens: readonly (string | symbol)[], text: string): boolean {
  let tokenAt = 0;
  let textAt = 0;
  let starAt = -1;
  let starTextAt = 0;
  while (textAt < text.length) {
    if (tokens[tokenAt] === ANY) {
      starAt = tokenAt++;
      starTextAt = textAt;
    } else if (tokens[tokenAt] === ONE || tokens[tokenAt] === text[textAt]) {
      tokenAt++;
      textAt++;
    } else if (starAt >= 0) {
      // Let the last star take one character more and try again: linear in practice, never exponential.
      tokenAt = starAt + 1;
      textAt = ++starTextAt;
    } else {
      return false;
    }
  }
  while (tokens[tokenAt] === ANY) tokenAt++;
  return tokenAt === tokens.length;
}

/** Whether there is any text that both patterns match. */
export function patternsIntersect(first: string, second: string): boolean {
  // Row by row: reachable[j] says whether what is read of `first` and second[0..j) can spell the same text.
  let reachable = Array.from({ length: second.length + 1 }, (_, length) => /^\**$/.test(second.slice(0, length)));
  for (const left of first) {
    const next = [left === "*" && reachable[0] === true];
    for (const [index, right] of [...second].entries()) {
      const star = left === "*" || right === "*";
      const same = left === right || left === "?" || right === "?";
      next.push(star ? reachable[index + 1] === true || next[index] === true : same && reachable[index] === true);
    }
    reachable = next;
  }
  return reachable[second.length] === true;
}
