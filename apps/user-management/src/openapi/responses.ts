import { type JsonSchema, reference } from "./schemas";

/** A Response Object of OpenAPI 3.1. */
export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, HeaderObject>>;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface HeaderObject {
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

const REQUEST_ID: HeaderObject = {
  description: "Of the request, or made for it; it is in the service's log.",
  required: true,
  schema: { type: "string", pattern: "^[A-Za-z0-9._:-]{1,128}$" },
};

const RETRY_AFTER: HeaderObject = {
  description: "Seconds after which to ask again.",
  required: true,
  schema: { type: "integer", minimum: 1 },
};

/** The state of one user. */
export const userTag: HeaderObject = {
  description: "The state of the user, for If-Match and If-None-Match.",
  required: true,
  schema: { type: "string", pattern: '^"[0-9a-z]+-[1-9][0-9]*"$' },
};

/** Where a created user is. */
export const location: HeaderObject = {
  description: "The path of the user.",
  required: true,
  schema: { type: "string", format: "uri-reference", pattern: "^/usermgmt/user/[^/]+$" },
};

/** The next page of a list. */
export const link: HeaderObject = {
  description: "The next page, where there is one (RFC 8288).",
  required: false,
  schema: { type: "string", pattern: '^</usermgmt/users/?\\?limit=\\d{1,3}&cursor=[A-Za-z0-9_-]+>; rel="next"$' },
};

/** An answer with a body. */
export function answer(
  description: string,
  content: ResponseObject["content"],
  headers: ResponseObject["headers"] = {},
): ResponseObject {
  return { description, headers: { "X-Request-Id": REQUEST_ID, ...headers }, ...(content && { content }) };
}

/** An answer of JSON. */
export function jsonAnswer(
  description: string,
  schema: JsonSchema,
  headers: ResponseObject["headers"] = {},
): ResponseObject {
  return answer(description, { "application/json": { schema } }, headers);
}

/** An answer of plain text. */
export function textAnswer(description: string, schema: JsonSchema = { type: "string" }): ResponseObject {
  return answer(description, { "text/plain": { schema } });
}

/** An answer of problem details. */
export function problemAnswer(description: string, headers: ResponseObject["headers"] = {}): ResponseObject {
  return answer(description, { "application/problem+json": { schema: reference("Problem") } }, headers);
}

/** Answers that several operations have. */
export const shared = {
  notModified: answer("What the client has is still right (If-None-Match).", undefined),
  unavailable: problemAnswer("What is needed for an answer is not there at the moment.", {
    "Retry-After": RETRY_AFTER,
  }),
  badPath: problemAnswer("The path is not well-formed."),
  noUser: problemAnswer("There is no user of this name."),
  stale: problemAnswer("The user is no longer as If-Match says; nothing was changed."),
  badBody: problemAnswer("The body is no user; `errors` says why."),
  tooLarge: problemAnswer("The body is larger than 100 KiB."),
  notJson: problemAnswer("The body is not application/json in UTF-8."),
} as const;
