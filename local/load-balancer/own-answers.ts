import { type ServerResponse, STATUS_CODES } from "node:http";
import type { FixedResponseActionConfig, RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { hostName } from "../http/headers";

/** What the load balancer names itself in the answers that are its own. */
const SERVER = "awselb/2.0";

/** Words for the statuses that differ from those of HTTP. */
const WORDS: Readonly<Record<number, string>> = {
  463: "X-Forwarded-For Too Long",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** Answers with the load balancer's own page, where it cannot hand the request to a target. */
export function sendError(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else send(response, status, "text/html", errorPage(status));
}

/** The same for a request that could not even be read, so that there is nothing but its connection; ends that. */
export function rawError(status: number): string {
  const page = errorPage(status);
  const head = [
    `HTTP/1.1 ${titleOf(status)}`,
    `Server: ${SERVER}`,
    `Date: ${new Date().toUTCString()}`,
    "Content-Type: text/html",
    `Content-Length: ${page.length}`,
    "Connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${page}`;
}

function titleOf(status: number): string {
  return `${status} ${WORDS[status] ?? STATUS_CODES[status]}`;
}

function errorPage(status: number): string {
  const title = titleOf(status);
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

export function sendFixedResponse(response: ServerResponse, config: FixedResponseActionConfig): void {
  const { StatusCode, ContentType = "text/plain", MessageBody = "" } = config;
  send(response, Number(StatusCode), `${ContentType}; charset=utf-8`, MessageBody);
}

function send(response: ServerResponse, status: number, contentType: string, body: string, headers = {}): void {
  response.writeHead(status, WORDS[status] ?? STATUS_CODES[status] ?? "", {
    server: SERVER,
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
  // What is left of the request is read and thrown away, so that the client sees the answer and not a broken connection.
  response.req.resume();
}

/** What of a request a redirect can repeat. */
export interface Redirectable {
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

export function sendRedirect(response: ServerResponse, config: RedirectActionConfig, request: Redirectable): void {
  const status = config.StatusCode === "HTTP_301" ? 301 : 302;
  send(response, status, "text/html", errorPage(status), { location: redirectLocation(config, request) });
}

/**
 * Where a redirect leads. `#{port}` is the port in the client's Host header: on AWS that is the listener's own, here the
 * port of the loopback interface that stands for it.
 *
 * Source of the defaults: Elastic Load Balancing API, "RedirectActionConfig".
 */
export function redirectLocation(config: RedirectActionConfig, request: Redirectable): string {
  const {
    Protocol = "#{protocol}",
    Host = "#{host}",
    Port = "#{port}",
    Path = "/#{path}",
    Query = "#{query}",
  } = config;
  const { protocol, host, path, query } = request;
  const values: Readonly<Record<string, string>> = {
    protocol: protocol.toLowerCase(),
    host: hostName(host),
    port: /:(\d+)$/.exec(host)?.[1] ?? (protocol === "HTTPS" ? "443" : "80"),
    path: path.replace(/^\//, ""),
    query,
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const origin = `${fill(Protocol).toLowerCase()}://${fill(Host)}:${fill(Port)}`;
  const filledQuery = fill(Query);
  return `${origin}${fill(Path)}${filledQuery && `?${filledQuery}`}`;
}
