import { createServer, type RequestListener, type Server } from "node:http";
import { onTestFinished } from "vitest";
import { close, listen } from "../listen";

/** A server on a free port of the loopback interface, closed after the test. */
export async function testServer(handler: RequestListener): Promise<number> {
  return serveForTest(createServer(handler));
}

export async function serveForTest(server: Server): Promise<number> {
  const port = await listen(server, 0);
  onTestFinished(() => close(server));
  return port;
}
