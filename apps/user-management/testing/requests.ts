import fc from "fast-check";
import type { Operation } from "./contract";

/** A request to be sent as it is. */
export interface FuzzedRequest {
  readonly operation: Operation;
  /** The operation's own; HEAD for a GET; or one that the path does not have. */
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

// Few names, so that requests meet the users of others.
const knownName = fc.nat(40).map((number) => `user-${number}`);
const hostileText = fc.constantFrom(
  "",
  " ",
  "..",
  "../users",
  "%",
  "\0",
  "a\nb",
  "'; DROP TABLE users; -- ",
  `" OR ""="`,
  "<script>",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "\ud800",
  "\u202e",
  "🙂".repeat(21),
  "a".repeat(5000),
  "josé",
  "jose\u0301",
  "İıſß",
);
const anyText = fc.oneof(hostileText, fc.string({ unit: "grapheme", maxLength: 30 }), fc.string({ unit: "binary" }));
const username = fc.oneof({ weight: 6, arbitrary: knownName }, { weight: 1, arbitrary: anyText });

const rightUser = fc
  .record({
    username: fc.oneof(
      knownName,
      knownName.map((name) => name.toUpperCase()),
    ),
    email: fc.nat(60).map((number) => `User-${number}@example.com`),
    firstname: fc.oneof(fc.constant("Ada"), fc.constant("🙂".repeat(20)), fc.constant("O'Brien <b>")),
    lastname: fc.oneof(fc.constant(""), fc.constant("Núñez")),
  })
  .chain((user) => fc.boolean().map((whole) => (whole ? user : { ...user, lastname: undefined })));

/** A user with one thing wrong, or not. */
const nearUser = fc
  .tuple(rightUser, fc.constantFrom("username", "email", "firstname", "lastname", "password", "__proto__"))
  .chain(([user, member]) =>
    fc.oneof(anyText, fc.jsonValue()).map((value) => JSON.stringify({ ...user, [member]: value })),
  );

const hostileBody = fc.oneof(
  anyText,
  fc.json(),
  fc.constantFrom(
    "",
    "null",
    "[]",
    "{",
    '{"username":"abc"',
    '{"__proto__":{"username":"abc"}}',
    "[".repeat(20_000),
    `{"username":"${"a".repeat(120_000)}"}`,
    '{"username":"user-1","username":7}',
    "\ufeff{}",
  ),
);

const rightBody = rightUser.map((user) => JSON.stringify(user));
const body = fc.oneof({ weight: 5, arbitrary: rightBody }, { weight: 3, arbitrary: nearUser }, hostileBody);

const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant("application/json") },
  fc.constantFrom(
    "application/json; charset=utf-8",
    "application/json; charset=utf-16",
    "application/json; charset=nonsense",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "x",
  ),
);

const etag = fc.constantFrom("*", '"x"', 'W/"x"', "x", "", '"lz3k9a2b-1", "x"', '"'.repeat(99));
const extraHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  etag.map((tag): Record<string, string> => ({ "if-match": tag })),
  etag.map((tag): Record<string, string> => ({ "if-none-match": tag })),
  fc.constantFrom<Record<string, string>>(
    { accept: "text/html" },
    { accept: "image/png" },
    { accept: "nonsense;;q=7" },
    { "x-request-id": "a b" },
    { "x-request-id": "fuzz-7" },
    { "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678;Self=x" },
    { "x-forwarded-for": "' OR 1=1, ::::" },
    { "x-http-method-override": "DELETE" },
    { "content-encoding": "gzip" },
    { "content-encoding": "nonsense" },
    { range: "bytes=0-1" },
  ),
);

const queryValue = fc.oneof(
  fc.constantFrom("1", "7", "100", "0", "101", "-1", "1.5", "", "dXNlci0x", "dXNlci0", "%00"),
  anyText.map(encoded),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc
    .array(fc.tuple(fc.constantFrom("limit", "cursor", "limit[]", "__proto__", "other"), queryValue), { maxLength: 3 })
    .map((pairs) => `?${pairs.map((pair) => pair.join("=")).join("&")}`),
);

/** As a client would encode it; half a character of UTF-16 can't be. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"));
}

const pathOf = (template: string) =>
  fc
    .tuple(username.map(encoded), query, fc.constantFrom("", "", "", "", "/", "/x", "%ff", "%"))
    .map(([name, rest, end]) => `${template.replace("{username}", name)}${end}${rest}`);

/** Requests for the operations of the document: right, almost right, and such as mean harm. */
export function requests(operations: readonly Operation[]): fc.Arbitrary<FuzzedRequest> {
  // Where there is more to go wrong, more often.
  const weighted = operations.map((operation) => ({
    weight: operation.path.includes("/user") ? 6 : 1,
    arbitrary: fc.constant(operation),
  }));
  return fc.oneof(...weighted).chain((operation) => {
    const { method } = operation;
    const takesBody = method === "POST" || method === "PUT";
    const others = fc.constantFrom("HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND");
    return fc.record({
      operation: fc.constant(operation),
      method: fc.oneof({ weight: 12, arbitrary: fc.constant(method) }, others),
      path: pathOf(operation.path),
      headers: takesBody
        ? fc.tuple(extraHeaders, contentType).map(([extra, type]) => ({ "content-type": type, ...extra }))
        : extraHeaders,
      body: takesBody ? body : fc.constant(undefined),
    });
  });
}
