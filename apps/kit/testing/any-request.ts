import { METHODS } from "node:http";
import fc from "fast-check";

/** Of CONNECT Node makes no request. */
export const anyMethod = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("GET", "HEAD", "POST") },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((method) => method !== "CONNECT")) },
);

/** Mostly what the router has, with what a path may be disguised by. */
export const anyPath = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant("/") },
      { weight: 1, arbitrary: fc.constantFrom("//", "/./", "/../", "\\", "", "http://elsewhere/", "/%2e%2e/") },
    ),
    fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.constantFrom("finance", "users", "admin", "me", "files", "secret", "internal", "lenient"),
        },
        { weight: 2, arbitrary: fc.constantFrom("FINANCE", "Admin", "Lenient", "x", "..", ".", "%2f", "%2e%2e", "") },
        { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(..."aB0-._~%;:@!$&'()*+,=|\\^`{}[]\"<>") }) },
      ),
      { maxLength: 3 },
    ),
    fc.constantFrom(
      "",
      "",
      "",
      "",
      "",
      "",
      "/",
      "//",
      "?",
      "?a=b",
      "/?x",
      ";a=b",
      "%2f",
      "%00",
      "#x",
      "?a#/internal",
      "\\",
    ),
  )
  .map(([start, parts, end]) => `${start}${parts.join("/")}${end}` || "/");
