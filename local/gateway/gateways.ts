import type { Lifetime } from "../../tools/processes/lifetime";
import type { View, ViewApi, ViewSignIn } from "../cloud/view";
import type { GatewayRequest } from "./access-log";
import { Api } from "./api";
import { IssuerKeys } from "./authorizer";
import { EmulatedCognito } from "./sign-in/cognito";
import { SignIn } from "./sign-in/sign-in";
import { Upstreams } from "./upstreams";

export interface GatewaysOptions {
  readonly lifetime: Lifetime;
  /** Port of the first API, the other ones have those after it; 0 for free ones. */
  readonly firstPort: number;
  /** Address of the emulator, whose Cognito signs in. */
  readonly emulatorUrl: string;
  /** Where the keys of an issuer are on this machine. */
  readonly jwksUrl: (issuer: string) => URL;
  /** Where a listener (ARN) is served, `http://127.0.0.1:8080`; `undefined` where it is not. */
  readonly listenerAddress: (arn: string) => string | undefined;
  /** Called for each request to an API that has ended: for the access logs. @default - nothing */
  readonly onRequest?: (request: GatewayRequest) => void;
  /** How long what is behind an API may take for its whole answer, in milliseconds. @default 30,000; 29,000 for a REST API */
  readonly integrationTimeoutMs?: number;
}

interface Served {
  /** Of the API, or the domain. */
  readonly name: string;
  /** The names that it stands for. */
  readonly hosts: readonly string[];
  /** `http://127.0.0.1:8080`, with the stage where paths begin with it. */
  readonly url: string;
}

/** An API on this machine. */
export interface ServedApi extends Served {
  readonly type: "api";
  readonly api: ViewApi;
}

/** The sign-in pages of a user pool on this machine. */
export interface ServedSignIn extends Served {
  readonly type: "sign-in";
  readonly signIn: ViewSignIn;
}

export type ServedGateway = ServedApi | ServedSignIn;

/**
 * Sources: "Quotas for configuring and running an HTTP API in API Gateway", "Quotas for configuring and running a REST API in
 * API Gateway".
 */
const INTEGRATION_TIMEOUT_MS = { HTTP: 30_000, REST: 29_000 } as const;

interface Server {
  readonly port: number;
  open(port: number): Promise<void>;
  close(how?: { cut?: boolean }): Promise<void>;
}

/** The APIs and the sign-in pages of the view: serves them on the loopback interface. */
export class Gateways {
  readonly #apis = new Map<string, Api>();
  readonly #signIns = new Map<string, SignIn>();
  readonly #upstreams: Upstreams;
  readonly #keys: IssuerKeys;
  #served: readonly ServedGateway[] = [];
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: GatewaysOptions) {
    this.#upstreams = new Upstreams(options.listenerAddress);
    this.#keys = new IssuerKeys(options.jwksUrl);
    options.lifetime.onEnd(() => this.close());
  }

  /** What is served: APIs in the order of the view, then sign-in pages. */
  get served(): readonly ServedGateway[] {
    return this.#served;
  }

  /**
   * Makes what is served that of the view; nothing that is under way is disturbed.
   *
   * @throws Failure for a port that is in use, when all the rest is done
   */
  update(view: Pick<View, "apis" | "signIns" | "loadBalancers">): Promise<void> {
    const update = this.#work.then(() => this.#apply(view));
    this.#work = update.catch(() => undefined);
    return update;
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.#closed = true;
    // A server that is being opened has to be there to be closed.
    await this.#work;
    await Promise.all([...this.#servers].map((server) => server.close({ cut: true })));
    this.#apis.clear();
    this.#signIns.clear();
    this.#upstreams.close();
    this.#served = [];
  }

  get #servers(): readonly Server[] {
    return [...this.#apis.values(), ...this.#signIns.values()];
  }

  async #apply(view: Pick<View, "apis" | "signIns" | "loadBalancers">): Promise<void> {
    if (this.#closed) return;
    this.#upstreams.update(view);
    const faults: unknown[] = [];
    const note = (fault: unknown) => void faults.push(fault);
    await this.#match(this.#apis, new Map(view.apis.map((api) => [keyOf(api), api])), (api) => this.#api(api)).catch(
      note,
    );
    const signIns = new Map(view.signIns.map((signIn) => [signIn.domain, signIn]));
    const cognito = new EmulatedCognito(this.options.emulatorUrl);
    await this.#match(this.#signIns, signIns, (signIn) => new SignIn(signIn, cognito)).catch(note);
    this.#served = [
      ...view.apis.flatMap((api) => servedApi(this.#apis.get(keyOf(api)))),
      ...view.signIns.flatMap(({ domain }) => servedSignIn(this.#signIns.get(domain))),
    ];
    if (faults.length > 0) throw faults[0];
  }

  /** Makes the servers those that are wanted. @throws Failure for the first that can't be opened, after all others */
  async #match<Wanted, Kind extends Server & { update(wanted: Wanted): void }>(
    servers: Map<string, Kind>,
    wanted: ReadonlyMap<string, Wanted>,
    create: (wanted: Wanted) => Kind,
  ): Promise<void> {
    for (const [key, server] of servers) {
      if (wanted.has(key)) continue;
      servers.delete(key);
      void server.close();
    }
    const faults: unknown[] = [];
    for (const [key, view] of wanted) {
      const known = servers.get(key);
      if (known) {
        known.update(view);
        continue;
      }
      const server = create(view);
      await server.open(this.#nextPort()).then(
        () => servers.set(key, server),
        (fault: unknown) => faults.push(fault),
      );
    }
    if (faults.length > 0) throw faults[0];
  }

  #api(api: View["apis"][number]): Api {
    const { onRequest = () => undefined, integrationTimeoutMs = INTEGRATION_TIMEOUT_MS[api.kind] } = this.options;
    return new Api(api, { upstreams: this.#upstreams, keys: this.#keys, onRequest, integrationTimeoutMs });
  }

  #nextPort(): number {
    const { firstPort } = this.options;
    if (firstPort === 0) return 0;
    const taken = new Set(this.#servers.map(({ port }) => port));
    let port = firstPort;
    while (taken.has(port)) port++;
    return port;
  }
}

/** An API is served once for each of its stages. */
function keyOf({ id, stage }: View["apis"][number]): string {
  return `${id} ${stage}`;
}

function servedApi(server: Api | undefined): readonly ServedApi[] {
  if (!server) return [];
  const { view: api, port, basePath } = server;
  return [{ type: "api", name: api.name, hosts: api.hosts, url: `http://127.0.0.1:${port}${basePath}`, api }];
}

function servedSignIn(server: SignIn | undefined): readonly ServedSignIn[] {
  if (!server) return [];
  const { view: signIn, port } = server;
  const { domain } = signIn;
  return [{ type: "sign-in", name: domain, hosts: [domain], url: `http://127.0.0.1:${port}`, signIn }];
}
