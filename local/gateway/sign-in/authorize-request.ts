import type { ViewClient, ViewSignIn } from "../../cloud/view";

/** What an app asks for, when all of it is in order. */
export interface AuthorizeRequest {
  readonly client: ViewClient;
  /** One of the client's callback URLs. */
  readonly redirectUri: string;
  readonly state: string | undefined;
  /** What the ID token is to repeat. */
  readonly nonce: string | undefined;
  readonly scopes: readonly string[];
  /** The code challenge, of the method S256. */
  readonly challenge: string;
}

export type CheckedRequest =
  | { readonly type: "accepted"; readonly request: AuthorizeRequest }
  /** To be told to the person: where the app's address is not to be trusted, nobody is sent there. */
  | { readonly type: "page"; readonly error: string; readonly description: string }
  /** To be told to the app. */
  | { readonly type: "redirect"; readonly location: string };

/** Base64url of SHA-256. Source: RFC 7636, "Client Creates the Code Challenge". */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

const PARAMETERS = [
  "client_id",
  "redirect_uri",
  "response_type",
  "scope",
  "state",
  "nonce",
  "code_challenge",
  "code_challenge_method",
];

/**
 * Checks the parameters of /oauth2/authorize and /login. First the client and where it wants the answer, which has to be one
 * of its callback URLs to the letter; then the rest, whose faults are told there.
 *
 * Sources: "The redirect and authorization endpoint" (Amazon Cognito), RFC 6749 (4.1.2.1), RFC 7636 (4.4.1).
 */
export function checkAuthorizeRequest({ clients }: ViewSignIn, query: URLSearchParams): CheckedRequest {
  const page = (error: string, description: string) => ({ type: "page", error, description }) as const;
  const repeated = PARAMETERS.find((name) => query.getAll(name).length > 1);
  if (repeated) return page("invalid_request", `The parameter ${repeated} was given more than once.`);
  const client = clients.find(({ id }) => id === query.get("client_id"));
  if (!client) return page("invalid_client", "No app client of this user pool has this client_id.");
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!client.callbackUrls.includes(redirectUri)) {
    return page("redirect_mismatch", "This redirect_uri is none of the app client's callback URLs.");
  }
  if (client.secret) {
    return page("unauthorized_client", "App clients with a secret are not served on this machine.");
  }
  const state = query.get("state") ?? undefined;
  const fault = faultOf(client, query);
  if (fault) return { type: "redirect", location: withParameters(redirectUri, { ...fault, state }) };
  const nonce = query.get("nonce") ?? undefined;
  const scopes = scopesOf(query);
  const asked = scopes.length > 0 ? scopes : client.scopes;
  const challenge = query.get("code_challenge") ?? "";
  return { type: "accepted", request: { client, redirectUri, state, nonce, scopes: asked, challenge } };
}

function faultOf(client: ViewClient, query: URLSearchParams) {
  const fault = (error: string, error_description: string) => ({ error, error_description });
  const type = query.get("response_type");
  if (type === null) return fault("invalid_request", "response_type is missing");
  if (type !== "code") return fault("unsupported_response_type", "response_type has to be code");
  if (!client.flows.includes("code")) return fault("unauthorized_client", "the client has no authorization code grant");
  if (scopesOf(query).some((scope) => !client.scopes.includes(scope))) {
    return fault("invalid_scope", "the client may not ask for one of these scopes");
  }
  if (!CHALLENGE.test(query.get("code_challenge") ?? "")) {
    return fault("invalid_request", "code_challenge is missing, or no SHA-256 in base64url");
  }
  if (query.get("code_challenge_method") !== "S256") {
    return fault("invalid_request", "code_challenge_method has to be S256");
  }
  return undefined;
}

function scopesOf(query: URLSearchParams): readonly string[] {
  return (query.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
}

/** A URL with more parameters in its query; everything else stays as it is registered. */
export function withParameters(url: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}
