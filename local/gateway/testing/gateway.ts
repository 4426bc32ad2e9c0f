import { request as httpRequest, type RequestListener, type RequestOptions } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { Lifetime } from "../../../tools/processes/lifetime";
import { testServer } from "../../../tools/testing/test-server";
import { jwksUrlOf } from "../../cloud/jwks-url";
import type { View, ViewApi } from "../../cloud/view";
import type { GatewayRequest } from "../access-log";
import { Gateways, type GatewaysOptions } from "../gateways";
import { LOAD_BALANCER } from "./api";
import { poolKey } from "./tokens";

export const HOST = "127.0.0.1";

/** What gateways are made of. */
export type GatewayView = Pick<View, "apis" | "signIns" | "loadBalancers">;

export function viewOf(apis: readonly ViewApi[], rest: Partial<GatewayView> = {}): GatewayView {
  return { apis, signIns: [], loadBalancers: [LOAD_BALANCER], ...rest };
}

/** Gateways that end with the test, without a view. `listener` is served by the handler; every other one is not. */
export async function testGateways(handler: RequestListener, changes: Partial<GatewaysOptions> = {}) {
  const listener = await testServer(handler);
  const requests: GatewayRequest[] = [];
  const gateways = new Gateways({
    lifetime: new Lifetime(),
    firstPort: 0,
    emulatorUrl: `http://${HOST}:9`,
    jwksUrl: () => new URL(`http://${HOST}:9/`),
    listenerAddress: (arn) => (arn === "listener" ? `http://${HOST}:${listener}` : undefined),
    onRequest: (request) => requests.push(request),
    ...changes,
  });
  onTestFinished(() => gateways.close());
  return { gateways, requests, listener };
}

/** An API before a listener with this handler. */
export async function testApi(api: ViewApi, handler: RequestListener, changes: Partial<GatewaysOptions> = {}) {
  const made = await testGateways(handler, changes);
  await made.gateways.update(viewOf([api]));
  const port = portOf(made.gateways);
  return { ...made, port, update: (next: ViewApi) => made.gateways.update(viewOf([next])) };
}

export function portOf({ served }: Gateways, index = 0): number {
  return Number(new URL(served[index]?.url ?? "http://nothing.test").port);
}

/** A key set of a pool, as the emulator serves it. It has the keys of this list, whenever it is asked. */
export async function testKeys() {
  const keys = [poolKey("key-1")];
  let fetches = 0;
  const port = await testServer((request, response) => {
    fetches++;
    const isKnown = request.url === "/us-east-1_Pool/.well-known/jwks.json";
    response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  const jwksUrl = (issuer: string) => new URL(jwksUrlOf(`http://${HOST}:${port}`, issuer));
  return { keys, jwksUrl, fetches: () => fetches };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request on a connection of its own, and gives the whole answer. */
export function ask(port: number, path: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: HOST, port, path, agent: false, ...options }, (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((received) => resolve({ status, headers, body: received }), reject);
    });
    asked.on("error", reject).end(body);
  });
}
