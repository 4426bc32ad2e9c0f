import type { Agent } from "node:http";
import type { Duplex } from "node:stream";
import type { View } from "../cloud/view";
import { Connections } from "../http/connections";
import type { ExchangeTarget } from "../http/exchange";
import { hostName } from "../http/headers";
import type { Selected } from "./routes";

/** How long a connection to a listener is kept without a request, in milliseconds: less than a load balancer does (60 s). */
const IDLE_TIMEOUT_MS = 30_000;

/** Where a request goes that an API has accepted. */
export interface Destination {
  readonly upstream: Upstream;
  /** Path, with the query. */
  readonly path: string;
  /** The Host header, where it is not the client's. */
  readonly host?: string;
}

/** A listener on this machine. */
export class Upstream implements ExchangeTarget {
  readonly #connections = new Connections(() => IDLE_TIMEOUT_MS);
  readonly takesRequests = true;

  constructor(readonly options: { readonly host: string; readonly port: number }) {}

  agent(connection: "kept" | "single"): Agent {
    return this.#connections.agent(connection);
  }

  enter(): void {}

  leave(): void {}

  /** APIs serve no WebSockets. */
  adopt(socket: Duplex): void {
    socket.destroy();
  }

  close(): void {
    this.#connections.cut();
  }
}

/** The listeners that routes lead to. Nothing else can be reached: no request leaves this machine. */
export class Upstreams {
  readonly #upstreams = new Map<string, Upstream>();
  #loadBalancers: View["loadBalancers"] = [];

  /** @param listenerAddress where a listener (ARN) is served, `http://127.0.0.1:8080`; `undefined` where it is not */
  constructor(private readonly listenerAddress: (arn: string) => string | undefined) {}

  update({ loadBalancers }: Pick<View, "loadBalancers">): void {
    this.#loadBalancers = loadBalancers;
  }

  /** @param url path and query of the request */
  destinationOf({ route, parameters }: Selected, url: string): Destination | undefined {
    const { target } = route;
    if ("listener" in target) {
      const upstream = this.#at(this.listenerAddress(target.listener));
      return upstream && { upstream, path: url };
    }
    const filled = new URL(target.url.replace(/\{(\w+)\+?\}/g, (whole, name: string) => parameters[name] ?? whole));
    const upstream = this.#at(this.#addressOf(filled));
    const query = url.includes("?") ? url.slice(url.indexOf("?")) : "";
    return upstream && { upstream, path: filled.pathname + query, host: filled.host };
  }

  close(): void {
    for (const upstream of this.#upstreams.values()) upstream.close();
    this.#upstreams.clear();
  }

  /** The listener of the load balancer that has a URL's name, for the URL's port. */
  #addressOf({ protocol, hostname, port }: URL): string | undefined {
    const wanted = Number(port || (protocol === "https:" ? 443 : 80));
    const name = hostName(hostname);
    const found = this.#loadBalancers.find(({ dnsName, aliases }) =>
      [dnsName, ...aliases].some((one) => one.toLowerCase() === name),
    );
    const listener = found?.listeners.find((one) => one.port === wanted);
    return listener && this.listenerAddress(listener.arn);
  }

  #at(address: string | undefined): Upstream | undefined {
    if (address === undefined) return undefined;
    const { hostname, port } = new URL(address);
    const upstream = this.#upstreams.get(address) ?? new Upstream({ host: hostname, port: Number(port) });
    this.#upstreams.set(address, upstream);
    return upstream;
  }
}
