/** What RFC 3986 calls unreserved: such a character means the same whether it is encoded or not. */
const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

/**
 * A path as rules are compared with: "The rule evaluation is performed only after URI normalization occurs" (AWS,
 * "Condition types for listener rules", path conditions). Which one AWS does not say; this is the syntax-based one of RFC
 * 3986, section 6.2.2, which changes nothing that a path means: unreserved characters are decoded, other encodings get
 * capital letters, dot segments are resolved. An encoded slash stays encoded, and a double slash double.
 *
 * The target gets the path as it was sent.
 */
export function normalPath(path: string): string {
  // Hardly any path needs it, and every request comes by here.
  if (!path.includes("%") && !path.includes("/.")) return path;
  return withoutDotSegments(path.replace(/%[0-9a-f]{2}/gi, normalEncoding));
}

function normalEncoding(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return UNRESERVED.test(character) ? character : encoded.toUpperCase();
}

function withoutDotSegments(path: string): string {
  const segments = path.split("/").slice(1);
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === "." || last === "..") kept.push("");
  return `/${kept.join("/")}`;
}
