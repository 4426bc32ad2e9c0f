import { type ServerResponse, STATUS_CODES } from "node:http";
import type { FixedResponseAction, RedirectAction } from "../cloud/deployment";
import { hostName } from "./routing";

/** What the load balancer itself names itself in its answers. */
const SERVER = "awselb/2.0";

/** Words for the statuses that differ from those of HTTP. */
const WORDS: Readonly<Record<number, string>> = {
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** Answers with the load balancer's own page, where it cannot hand the request to a target. */
export function sendError(response: ServerResponse, status: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const title = `${status} ${WORDS[status] ?? STATUS_CODES[status]}`;
  send(
    response,
    status,
    "text/html",
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  );
}

export function sendFixedResponse(response: ServerResponse, action: FixedResponseAction): void {
  send(response, action.statusCode, action.contentType, action.messageBody);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    server: SERVER,
    "content-type": `${contentType}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
  });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** What of a request a redirect can repeat. */
export interface Redirectable {
  readonly protocol: string;
  readonly host: string;
  readonly url: string;
}

export function sendRedirect(response: ServerResponse, action: RedirectAction, request: Redirectable): void {
  response.writeHead(action.statusCode, {
    server: SERVER,
    location: redirectLocation(action, request),
    "content-length": 0,
  });
  response.end();
}

/**
 * Where a redirect leads. `#{port}` is the port in the client's Host header: on AWS that is the listener's own, here the
 * port of the loopback interface that stands for it.
 */
export function redirectLocation(action: RedirectAction, { protocol, host, url }: Redirectable): string {
  const [path = "/", query = ""] = url.split(/\?(.*)/s);
  const values: Readonly<Record<string, string>> = {
    protocol: protocol.toLowerCase(),
    host: hostName(host),
    port: /:(\d+)$/.exec(host)?.[1] ?? (protocol === "HTTPS" ? "443" : "80"),
    path: path.replace(/^\//, ""),
    query,
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const origin = `${fill(action.protocol).toLowerCase()}://${fill(action.host)}:${fill(action.port)}`;
  const filledQuery = fill(action.query);
  return `${origin}${fill(action.path)}${filledQuery && `?${filledQuery}`}`;
}
