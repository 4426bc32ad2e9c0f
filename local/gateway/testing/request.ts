import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/** A request that nobody sent. Headers in lower case. */
export function requestWith(method: string, url: string, headers: Readonly<Record<string, string>>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url, headers, rawHeaders: Object.entries(headers).flat() });
  return request;
}
