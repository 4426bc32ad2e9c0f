/**
 * Patterns as an Application Load Balancer matches them: case-sensitive, `*` for any characters (also `/`, also none),
 * `?` for exactly one. Host names are compared in lower case by the caller.
 *
 * Source: "Condition types for listener rules", path conditions.
 */

/** Whether a load balancer's pattern matches a path (without its query string) from end to end. */
export function matchesPattern(pattern: string, path: string): boolean {
  let patternAt = 0;
  let pathAt = 0;
  let starAt = -1;
  let starPathAt = 0;
  while (pathAt < path.length) {
    if (pattern[patternAt] === "*") {
      starAt = patternAt++;
      starPathAt = pathAt;
    } else if (patternAt < pattern.length && (pattern[patternAt] === "?" || pattern[patternAt] === path[pathAt])) {
      patternAt++;
      pathAt++;
    } else if (starAt >= 0) {
      // Let the last star take one character more and try again: linear in practice, never exponential.
      patternAt = starAt + 1;
      pathAt = ++starPathAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
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
