import { form } from "./forms";
import {
  API_NAME_MAX,
  REDIRECT_URL_LENGTH_MAX,
  RESOURCE_SERVER_IDENTIFIER_MAX,
  SCOPE_NAME_MAX,
  SIGN_IN_PREFIX_MAX,
  STAGE_NAME_MAX,
  USER_POOL_NAME_MAX,
} from "./limits";

/** Methods that a route may have. Questions about what is allowed (OPTIONS) are answered by API Gateway. */
export const ROUTE_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** A method that a route may have. */
export type RouteMethod = (typeof ROUTE_METHODS)[number];

/** Names of HTTP and REST APIs, of VPC links and usage plans. Source: the `Name` parameter of the create call. */
export const API_NAME = form(
  new RegExp(`^[\\x20-\\x7e]{1,${API_NAME_MAX}}$`),
  `1 to ${API_NAME_MAX} visible ASCII characters and spaces`,
);

/** Source: API Gateway API Reference, CreateStage, `stageName`. */
export const STAGE_NAME = form(
  new RegExp(`^[A-Za-z0-9_-]{1,${STAGE_NAME_MAX}}$`),
  `1 to ${STAGE_NAME_MAX} letters, digits, hyphens and underscores`,
);

/**
 * A path of API Gateway: fixed parts, parts with a name in braces, and as the last one perhaps the rest of the path. HTTP
 * and REST APIs take this one alike. Source: "Create routes for HTTP APIs in API Gateway"; API Gateway API Reference,
 * CreateResource, `pathPart`.
 */
export const API_PATH = form(
  /^(\/|(\/([A-Za-z0-9._-]+|\{[A-Za-z][A-Za-z0-9_]*\}))*(\/[A-Za-z0-9._-]+|\/\{[A-Za-z][A-Za-z0-9_]*\+?\}))$/,
  '"/", or parts after a "/" each: letters, digits and . _ -, or a name in braces such as {id}; the last may be greedy, such as {path+}',
);

/** Source: "Configure CORS for HTTP APIs in API Gateway"; RFC 6454, "Serializing Origins". */
export const CORS_ORIGIN = form(
  /^(\*|https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?)$/,
  '"*", or scheme and host in lower case without a path, such as https://app.example.com',
);

/** Source: Fetch Standard, "CORS protocol"; RFC 9110, "Tokens". */
export const HEADER_NAME = form(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "the name of a header, such as Content-Type");

/** What a REST API adds the paths of its routes to. */
export const ENDPOINT_URL = form(
  /^https?:\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/,
  "http or https and a host without a path, such as https://origin.example.com",
);

/** Where users are sent after they have signed in or out. Source: Cognito API, CreateUserPoolClient, `CallbackURLs`. */
export const REDIRECT_URL = form(
  new RegExp(
    `^(?=.{1,${REDIRECT_URL_LENGTH_MAX}}$)(https:\\/\\/[A-Za-z0-9]|http:\\/\\/(localhost|127\\.0\\.0\\.1|\\[::1\\])([:/]|$))[\\x21\\x22\\x24-\\x7e]*$`,
  ),
  `a URL of up to ${REDIRECT_URL_LENGTH_MAX} characters without a fragment: https, or http for localhost, 127.0.0.1 and [::1] alone`,
);

/** Names of user pools and of their clients and resource servers. Source: the name's parameter of the create call. */
export const USER_POOL_NAME = form(
  new RegExp(`^[\\w +=,.@-]{1,${USER_POOL_NAME_MAX}}$`),
  `1 to ${USER_POOL_NAME_MAX} letters, digits, spaces and _ + = , . @ -`,
);

/** Narrower than AWS's: scopes are written as identifier, slash and name. Source: Cognito API, CreateResourceServer, `Identifier`. */
export const RESOURCE_SERVER_IDENTIFIER = form(
  new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${RESOURCE_SERVER_IDENTIFIER_MAX - 1}}$`),
  `1 to ${RESOURCE_SERVER_IDENTIFIER_MAX} letters, digits and . _ -, a letter or digit first`,
);

/** Source: Cognito API, `ResourceServerScopeType`, `ScopeName`: visible ASCII characters without quotes, slashes and backslashes. */
export const SCOPE_NAME = form(
  new RegExp(`^[\\x21\\x23-\\x2e\\x30-\\x5b\\x5d-\\x7e]{1,${SCOPE_NAME_MAX}}$`),
  `1 to ${SCOPE_NAME_MAX} visible ASCII characters, none of them " / or \\`,
);

/** A scope as tokens carry it. */
export const TOKEN_SCOPE = form(
  /^[A-Za-z0-9][A-Za-z0-9._-]*\/[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+$/,
  "the identifier of a resource server, a slash and the name of a scope, such as cart/read",
);

/** Source: Cognito API, CreateUserPoolDomain, `Domain`; Amazon Cognito Developer Guide, "Configuring a user pool domain". */
export const SIGN_IN_PREFIX = form(
  new RegExp(`^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,${SIGN_IN_PREFIX_MAX - 2}}[a-z0-9])?$`),
  `1 to ${SIGN_IN_PREFIX_MAX} lower-case letters, digits and hyphens, no hyphen first or last, without the words aws, amazon and cognito`,
);
