import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { ViewSignIn } from "../../cloud/view";
import { isServedHost } from "../../http/hosts";
import { HttpServer } from "../../http/server";
import { type AuthorizeRequest, checkAuthorizeRequest, withParameters } from "./authorize-request";
import { cookieOf, FormFault, formOf, isOwnForm, newCsrfToken, setCookie } from "./browser-request";
import { Codes } from "./codes";
import type { Cognito, SignInReason } from "./cognito";
import { errorPage, type FieldFaults, loginPage, pageHeaders } from "./pages";
import { Sessions } from "./sessions";
import { answerTokenRequest, refusal, type TokenAnswer } from "./token-endpoint";

/** The token endpoint is for pages of any origin: nothing that a browser adds by itself counts there. */
const TOKEN_HEADERS = { "access-control-allow-origin": "*", "cache-control": "no-store", pragma: "no-cache" };

const WORDS: Readonly<Record<SignInReason, FieldFaults>> = {
  NotAuthorizedException: { password: "Incorrect user name or password." },
  UserNotConfirmedException: {
    username: "This user is not confirmed yet: confirm it with admin-confirm-sign-up, then sign in again.",
  },
  PasswordResetRequiredException: {
    username: "The password of this user was reset: set a new one with admin-set-user-password, then sign in again.",
  },
  NewPasswordRequired: {
    username:
      "This user has a temporary password: set a lasting one with admin-set-user-password --permanent, then sign in again.",
  },
};

type Handler = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void | Promise<void>;

/** The hosted domain of a user pool: sign-in pages and the OAuth 2.0 endpoints. */
export class SignIn {
  readonly #http: HttpServer;
  readonly #codes: Codes;
  readonly #sessions: Sessions;
  readonly #handlers: Readonly<Record<string, Handler>>;
  #view: ViewSignIn;

  /** @param now milliseconds of a clock that only goes on */
  constructor(
    view: ViewSignIn,
    private readonly cognito: Cognito,
    now: () => number = () => performance.now(),
  ) {
    this.#view = view;
    this.#codes = new Codes(now);
    this.#sessions = new Sessions(now);
    this.#handlers = {
      "GET /oauth2/authorize": (...call) => this.#authorize(...call),
      "GET /login": (...call) => this.#login(...call),
      "POST /login": (...call) => this.#signIn(...call),
      "GET /logout": (...call) => this.#logout(...call),
      "POST /oauth2/token": (request, response) => this.#token(request, response),
      "OPTIONS /oauth2/token": (_, response) => this.#preflight(response),
    };
    this.#http = new HttpServer(createServer((request, response) => void this.#serve(request, response)));
  }

  get port(): number {
    return this.#http.port;
  }

  get view(): ViewSignIn {
    return this.#view;
  }

  /** Opens its port (0 for a free one). @throws Failure */
  open(port: number): Promise<void> {
    return this.#http.open(port);
  }

  /** Takes over the clients; codes and sessions stay. */
  update(view: ViewSignIn): void {
    this.#view = view;
  }

  /** Takes no further requests and ends with the last one, or at once. */
  close(how: { cut?: boolean } = {}): Promise<void> {
    return this.#http.close(how);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#http.enter(response, () => undefined);
    response.on("error", () => undefined);
    const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
    const handler = this.#handlers[`${request.method} ${path}`];
    try {
      if (!isServedHost(request.headers.host, [this.#view.domain])) {
        sendErrorPage(response, 403, "Forbidden", "wrong_host", "No user pool has its domain by this name.");
      } else if (handler) {
        await handler(request, response, new URLSearchParams(query));
      } else {
        sendErrorPage(response, 404, "Not found", "not_found", "There is no page here.");
      }
    } catch {
      const words = "The emulator does not answer, or not as it should. Look at its log, and try again.";
      if (!response.headersSent) sendErrorPage(response, 502, "Something went wrong", "server_error", words);
    }
    request.resume();
  }

  /** Straight back for somebody who is signed in, else by the sign-in page. */
  #authorize(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const asked = this.#check(response, query);
    if (!asked) return;
    const username = this.#sessions.userOf(cookieOf(request, this.#cookie("session")));
    if (username === undefined) redirect(response, 302, `/login?${query}`);
    else this.#giveCode(response, 302, asked, username);
  }

  #login(_request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const asked = this.#check(response, query);
    if (asked) this.#showLogin(response, 200, asked, query, { username: "", faults: {} });
  }

  async #signIn(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Promise<void> {
    const asked = this.#check(response, query);
    if (!asked) return;
    const form = await formOf(request).catch((error: unknown) => {
      if (!(error instanceof FormFault)) throw error;
      sendErrorPage(response, error.status, "This form can't be read", "invalid_request", error.message);
    });
    if (!form) return;
    if (!isOwnForm(request, form.get("_csrf") ?? "", cookieOf(request, this.#cookie("csrf")))) {
      const words =
        "This form is too old, or did not come from this page. Go back, reload the page, and send it again.";
      sendErrorPage(response, 403, "Sign-in failed", "invalid_request", words);
      return;
    }
    const username = form.get("username")?.trim() ?? "";
    const password = form.get("password") ?? "";
    const faults: FieldFaults = {
      ...(username === "" && { username: "Enter your user name or e-mail address." }),
      ...(password === "" && { password: "Enter your password." }),
    };
    if (faults.username ?? faults.password) {
      this.#showLogin(response, 400, asked, query, { username, faults });
      return;
    }
    const result = await this.cognito.signIn(this.#view.pool, asked.client.id, username, password);
    if ("username" in result) this.#welcome(response, asked, result.username);
    else this.#showLogin(response, 400, asked, query, { username, faults: faultsOf(result.reason) });
  }

  #welcome(response: ServerResponse, asked: AuthorizeRequest, username: string): void {
    const session = setCookie(this.#cookie("session"), this.#sessions.begin(username), "Lax");
    const noCsrf = setCookie(this.#cookie("csrf"), "", "Strict", 0);
    this.#giveCode(response, 303, asked, username, { "set-cookie": [session, noCsrf] });
  }

  /** To a sign-out URL of the client, or to sign in again. */
  #logout(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
    const name = this.#cookie("session");
    this.#sessions.end(cookieOf(request, name));
    const headers = { "set-cookie": setCookie(name, "", "Lax", 0) };
    const client = this.#view.clients.find(({ id }) => id === query.get("client_id"));
    const logoutUri = query.get("logout_uri");
    if (!client) {
      sendErrorPage(response, 400, "Signed out", "invalid_client", "No app client has this client_id.", headers);
    } else if (logoutUri === null && query.has("redirect_uri")) {
      redirect(response, 302, `/oauth2/authorize?${query}`, headers);
    } else if (logoutUri !== null && client.logoutUrls.includes(logoutUri)) {
      redirect(response, 302, logoutUri, headers);
    } else {
      const words = "This logout_uri is none of the app client's sign-out URLs.";
      sendErrorPage(response, 400, "Signed out", "redirect_mismatch", words, headers);
    }
  }

  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#answerToken(request);
    response.writeHead(status, { ...TOKEN_HEADERS, "content-type": "application/json" }).end(JSON.stringify(body));
  }

  async #answerToken(request: IncomingMessage): Promise<TokenAnswer | { status: number; body: object }> {
    try {
      const means = { codes: this.#codes, cognito: this.cognito };
      return await answerTokenRequest(await formOf(request), this.#view, means);
    } catch (error) {
      if (error instanceof FormFault) return refusal("invalid_request", error.message);
      return { status: 502, body: { error: "server_error", error_description: "the emulator does not answer" } };
    }
  }

  #preflight(response: ServerResponse): void {
    const allowed = {
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization,content-type",
    };
    response.writeHead(204, { ...TOKEN_HEADERS, ...allowed }).end();
  }

  /** What an app asks for; answers the request where that is not in order. */
  #check(response: ServerResponse, query: URLSearchParams): AuthorizeRequest | undefined {
    const checked = checkAuthorizeRequest(this.#view, query);
    if (checked.type === "accepted") return checked.request;
    if (checked.type === "redirect") redirect(response, 302, checked.location);
    else sendErrorPage(response, 400, "This sign-in can't go on", checked.error, checked.description);
    return undefined;
  }

  #showLogin(
    response: ServerResponse,
    status: number,
    { redirectUri }: AuthorizeRequest,
    query: URLSearchParams,
    { username, faults }: { readonly username: string; readonly faults: FieldFaults },
  ): void {
    const csrfToken = newCsrfToken();
    const { domain } = this.#view;
    const body = loginPage({ domain, query: query.toString(), csrfToken, username, faults });
    // Chromium holds what a form's answer leads on to against form-action as well.
    const headers = { ...pageHeaders(sourceOf(redirectUri)), "content-length": Buffer.byteLength(body) };
    response.writeHead(status, { ...headers, "set-cookie": setCookie(this.#cookie("csrf"), csrfToken, "Strict") });
    response.end(body);
  }

  #giveCode(
    response: ServerResponse,
    status: number,
    { client, redirectUri, state, nonce, scopes, challenge }: AuthorizeRequest,
    username: string,
    headers: OutgoingHttpHeaders = {},
  ): void {
    const code = this.#codes.issue({ client: client.id, redirectUri, username, scopes, nonce, challenge });
    redirect(response, status, withParameters(redirectUri, { code, state }), headers);
  }

  /** One for each domain: all ports of 127.0.0.1 share their cookies. */
  #cookie(what: "session" | "csrf"): string {
    return `cognito-${what}-${this.#view.domain.split(".")[0]}`;
  }
}

function faultsOf(reason: string): FieldFaults {
  const known = Object.entries(WORDS).find(([one]) => one === reason)?.[1];
  return known ?? { username: `This user can't be signed in: ${reason}.` };
}

/** The source expression of a callback URL: its origin, or the scheme of an app of its own. */
function sourceOf(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri);
  return origin === "null" ? protocol : origin;
}

function redirect(response: ServerResponse, status: number, location: string, headers: OutgoingHttpHeaders = {}): void {
  const common = { "cache-control": "no-store", "referrer-policy": "no-referrer", "content-length": 0 };
  response.writeHead(status, { ...common, ...headers, location }).end();
}

function sendErrorPage(
  response: ServerResponse,
  status: number,
  title: string,
  error: string,
  description: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { ...pageHeaders(), ...headers }).end(errorPage(title, error, description));
}
