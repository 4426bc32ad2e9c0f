import { resolveSrv } from "node:dns/promises";
import * as z from "zod";
import { integer, variable } from "./environment";
import { Problem } from "./problem";
import { outgoingHeaders } from "./request-context";

const SET_BY_STACK = `"calls" in service.json; the stack sets it in the task definition`;

const host = variable(z.string().regex(/^[A-Za-z0-9_]([A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$/), {
  allowed: "a host name or an IPv4 address",
  mend: SET_BY_STACK,
});

const port = variable(integer(1, 65_535).optional(), {
  allowed: "a whole number from 1 to 65535, or nothing: then the host name has SRV records",
  mend: SET_BY_STACK,
});

const protocol = variable(z.enum(["http", "https"]).default("http"), {
  allowed: "http or https",
  mend: `leave it unset for http; ${SET_BY_STACK}`,
});

type PeerVariables<Name extends string> = Readonly<
  Record<`${Name}_HOST`, typeof host> &
    Record<`${Name}_PORT`, typeof port> &
    Record<`${Name}_PROTOCOL`, typeof protocol>
>;

/**
 * The variables of a service that is called, for `taskEnvironment.extend`: `NAME_HOST`, `NAME_PORT` (without it the host name
 * has SRV records), `NAME_PROTOCOL`.
 *
 * @param name such as `NOTIFICATION_SERVICE`
 */
export function peerVariables<Name extends string>(name: Name): PeerVariables<Name> {
  const variables = { [`${name}_HOST`]: host, [`${name}_PORT`]: port, [`${name}_PROTOCOL`]: protocol };
  return variables as PeerVariables<Name>;
}

/** Where a service that is called is. */
export interface PeerAddress {
  readonly protocol: "http" | "https";
  readonly host: string;
  /** @default - the SRV records of the host name say it, and where */
  readonly port?: number;
}

/** The values of {@link peerVariables} in words of their own. */
export function peerAddress<Name extends string>(
  name: Name,
  values: z.output<z.ZodObject<PeerVariables<NoInfer<Name>>>>,
): PeerAddress {
  const given = values as Readonly<Record<string, unknown>>;
  const portGiven = given[`${name}_PORT`] as z.output<typeof port>;
  return {
    host: given[`${name}_HOST`] as z.output<typeof host>,
    protocol: given[`${name}_PROTOCOL`] as z.output<typeof protocol>,
    ...(portGiven !== undefined && { port: portGiven }),
  };
}

const RETRY_AFTER_SECONDS = 2;

/** A called service gave no answer. The client gets 503 and when to come back. */
export class PeerUnavailable extends Problem {
  /** @param reason for the log: a code such as ECONNREFUSED, or `timeout` */
  constructor(
    peer: string,
    readonly reason: string,
  ) {
    super(503, `The ${peer} service does not answer at the moment. Please try again in a few seconds.`, {
      "Retry-After": String(RETRY_AFTER_SECONDS),
    });
  }
}

/** What is asked of a called service. */
export interface PeerRequest {
  /** @default GET */
  readonly method?: string;
  /** Besides request id and trace id of the request being served, which go along by themselves. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly body?: string;
  /** For the lookup of the name, the connection, and the whole answer. */
  readonly timeoutMs: number;
  /** Gives up sooner. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What a called service answered, whatever its status. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A target of SRV records. Source: RFC 2782. */
export interface SrvTarget {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Nothing was sent: another target may be asked. */
const NOT_CONNECTED: ReadonlySet<string> = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"]);

/**
 * Targets in the order to try them: by priority, and of one priority by chance, in proportion to the weight.
 *
 * @param random gives a number from 0 to 1, for tests
 */
export function inOrder(targets: readonly SrvTarget[], random: () => number = Math.random): readonly SrvTarget[] {
  // The least of exponential variates of these rates is each with a chance in proportion to its weight.
  const placed = targets.map((target) => ({ target, place: -Math.log(1 - random()) / Math.max(target.weight, 0.1) }));
  placed.sort((a, b) => a.target.priority - b.target.priority || a.place - b.place);
  return placed.map(({ target }) => target);
}

function reasonOf(error: unknown): string {
  const { name, cause, code } = error as { readonly name?: string; readonly cause?: unknown; readonly code?: unknown };
  if (name === "TimeoutError") return "timeout";
  if (name === "AbortError") return "given up";
  // Several addresses of a name (AggregateError) have the code of the first.
  const inner = cause as { readonly code?: unknown } | undefined;
  return String(inner?.code ?? code ?? name);
}

/** A service of the same system that this one calls. */
export class Peer {
  /**
   * @param name for messages: `notification`
   * @param lookUp finds SRV records, for tests
   */
  constructor(
    readonly name: string,
    private readonly address: PeerAddress,
    private readonly lookUp: (host: string) => Promise<readonly SrvTarget[]> = (host) => resolveSrv(host),
  ) {}

  /**
   * Asks the service. It follows no redirect.
   *
   * @param path with the query, as in a URL
   * @throws PeerUnavailable (503) without an answer in time
   */
  async request(path: string, request: PeerRequest): Promise<PeerAnswer> {
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
    try {
      const targets = await aborted(this.#targets(), signal);
      return await this.#ask(targets, path, request, signal);
    } catch (error) {
      throw new PeerUnavailable(this.name, reasonOf(error));
    }
  }

  async #targets(): Promise<readonly string[]> {
    const { host, port } = this.address;
    if (port !== undefined) return [`${host}:${port}`];
    const targets = inOrder(await this.lookUp(host));
    if (targets.length === 0) throw Object.assign(new Error("no SRV records"), { code: "ENODATA" });
    return targets.map((target) => `${target.name}:${target.port}`);
  }

  async #ask(
    [target, ...others]: readonly string[],
    path: string,
    request: PeerRequest,
    signal: AbortSignal,
  ): Promise<PeerAnswer> {
    const { method = "GET", headers = {}, body } = request;
    try {
      const answer = await fetch(`${this.address.protocol}://${target}${path}`, {
        method,
        headers: { ...outgoingHeaders(), ...headers },
        ...(body !== undefined && { body }),
        redirect: "manual",
        signal,
      });
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    } catch (error) {
      if (others.length === 0 || !NOT_CONNECTED.has(reasonOf(error))) throw error;
      return this.#ask(others, path, request, signal);
    }
  }
}

/** Ends with the promise, or with the signal: a lookup can't be given up itself. */
function aborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", giveUp));
  });
}
