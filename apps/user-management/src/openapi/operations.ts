import { cursor, limit } from "../page-request";
import type { publicRoutes } from "../routes";
import { username } from "../user";
import {
  jsonAnswer,
  link,
  location,
  problemAnswer,
  type ResponseObject,
  shared,
  textAnswer,
  userTag,
} from "./responses";
import { type JsonSchema, jsonSchema, reference } from "./schemas";

/** A Parameter Object of OpenAPI 3.1. */
interface ParameterObject {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** An Operation Object of OpenAPI 3.1. */
export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterObject[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<number, ResponseObject>>;
}

type Route = (typeof publicRoutes)[number];
type MethodOf<Path> = Extract<Route, { readonly path: Path }>["methods"][number];
type Operations = { readonly [Path in Route["path"]]: { readonly [M in MethodOf<Path>]: OperationObject } };

const usernameInPath: ParameterObject = {
  name: "username",
  in: "path",
  required: true,
  description: "In upper or lower case.",
  schema: jsonSchema(username, "input"),
};

const ifMatch: ParameterObject = {
  name: "If-Match",
  in: "header",
  required: false,
  description: "ETags: only a user in one of these states is changed. Without it the last one who writes wins.",
  schema: { type: "string" },
};

const queryParameter = (name: string, schema: JsonSchema): ParameterObject => ({
  name,
  in: "query",
  required: false,
  schema,
});

const requestBody = { required: true, content: { "application/json": { schema: reference("UserFields") } } };
const bodyFaults = { 400: shared.badBody, 413: shared.tooLarge, 415: shared.notJson };
const duplicate = problemAnswer("Another user has this username or this email; `errors` says which.");

/** What each route does and answers; as the types have it, none is left out. */
export const operations: Operations = {
  "/usermgmt/health-status": {
    GET: {
      operationId: "healthStatus",
      summary: "Whether this task serves",
      responses: {
        200: textAnswer("It does.", { type: "string", const: "User Management Service UP and RUNNING" }),
        304: shared.notModified,
        503: textAnswer("It is about to end.", { type: "string", const: "Draining" }),
      },
    },
  },
  "/usermgmt/notification-service-info": {
    GET: {
      operationId: "notificationServiceInfo",
      summary: "Which task of the notification service answers this one",
      responses: {
        200: textAnswer("What it says of itself."),
        304: shared.notModified,
        502: problemAnswer("The notification service answered, but not with that."),
        503: shared.unavailable,
      },
    },
  },
  "/usermgmt/openapi.json": {
    GET: {
      operationId: "openApiDocument",
      summary: "This document",
      responses: { 200: jsonAnswer("OpenAPI 3.1.", { type: "object" }), 304: shared.notModified },
    },
  },
  "/usermgmt/users": {
    GET: {
      operationId: "listUsers",
      summary: "Users by name, a page at a time",
      description:
        "The header Link has the next page. A page begins behind a user, so that nobody is skipped or seen twice.",
      parameters: [
        queryParameter("limit", jsonSchema(limit, "output")),
        queryParameter("cursor", jsonSchema(cursor, "input")),
      ],
      responses: {
        200: jsonAnswer("Users.", { type: "array", maxItems: 100, items: reference("User") }, { Link: link }),
        304: shared.notModified,
        400: problemAnswer("The limit or the cursor is none."),
        503: shared.unavailable,
      },
    },
  },
  "/usermgmt/user": {
    POST: {
      operationId: "createUser",
      summary: "Create a user, who gets a mail",
      description:
        "The mail goes out as soon as the notification service is there: once the answer is 201, it is not lost.",
      requestBody,
      responses: {
        201: jsonAnswer("The user was created.", reference("User"), { Location: location, ETag: userTag }),
        ...bodyFaults,
        409: duplicate,
        503: shared.unavailable,
      },
    },
    PUT: {
      operationId: "changeUser",
      summary: "Change all of a user but the name",
      description: "The username is in the body.",
      parameters: [ifMatch],
      requestBody,
      responses: {
        200: jsonAnswer("The user was changed.", reference("User"), { ETag: userTag }),
        ...bodyFaults,
        404: shared.noUser,
        409: duplicate,
        412: shared.stale,
        503: shared.unavailable,
      },
    },
  },
  "/usermgmt/user/:username": {
    GET: {
      operationId: "showUser",
      summary: "Show a user",
      parameters: [usernameInPath],
      responses: {
        200: jsonAnswer("The user.", reference("User"), { ETag: userTag }),
        304: shared.notModified,
        400: shared.badPath,
        404: shared.noUser,
        503: shared.unavailable,
      },
    },
    DELETE: {
      operationId: "removeUser",
      summary: "Remove a user",
      parameters: [usernameInPath, ifMatch],
      responses: {
        204: { ...shared.notModified, description: "The user was removed." },
        400: shared.badPath,
        404: shared.noUser,
        412: shared.stale,
        503: shared.unavailable,
      },
    },
  },
};
