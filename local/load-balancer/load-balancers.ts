import type { Lifetime } from "../../tools/processes/lifetime";
import type { Measures, TargetReport, View, ViewListener, ViewLoadBalancer } from "../cloud/view";
import type { ServedListener } from "../routes";
import { Counters } from "./counters";
import { idleTimeoutMs, Listener, type ServedRequest } from "./listener";
import { TargetGroup } from "./target-group";

export interface LoadBalancersOptions {
  readonly lifetime: Lifetime;
  /** Port of the first listener, the others have those after it; 0 for free ones. */
  readonly firstPort: number;
  /** Called when the health of a target changes, and once when one has drained. */
  readonly onReport: (targets: TargetReport[]) => void;
  /** Longest time between two health checks of a target, in milliseconds. @default 2,000 */
  readonly healthCheckCapMs?: number;
  /** Called for each request that has ended. @default - nothing */
  readonly onRequest?: (request: ServedRequest) => void;
}

const DEFAULT_HEALTH_CHECK_CAP_MS = 2_000;

/** The load balancers of the view: serves their listeners on the loopback interface, checks and drains their targets. */
export class LoadBalancers {
  readonly #listeners = new Map<string, Listener>();
  readonly #groups = new Map<string, TargetGroup>();
  readonly #counters = new Counters();
  #served: readonly ServedListener[] = [];
  /** The shortest of all load balancers: any of them may use a target's connections. */
  #idleTimeoutMs = Number.POSITIVE_INFINITY;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(private readonly options: LoadBalancersOptions) {
    options.lifetime.onEnd(() => this.close());
  }

  /** The listeners that are served: load balancers in the order of the view, their listeners by port. */
  get served(): readonly ServedListener[] {
    return this.#served;
  }

  /**
   * Makes targets, rules and listeners those of the view; nothing that is under way is disturbed.
   *
   * @throws Failure for a port that is in use, and for a rule that is not served on this machine, when all the rest is done
   */
  update(view: View): Promise<void> {
    const update = this.#work.then(() => this.#apply(view));
    this.#work = update.catch(() => undefined);
    return update;
  }

  /** The process behind an address is gone: no more requests go there, and those in flight end with 502. */
  targetGone(host: string, port: number): void {
    for (const target of this.#targetsAt(host, port)) target.lose();
  }

  /** Number of requests that an address is answering. */
  inFlight(host: string, port: number): number {
    return this.#targetsAt(host, port).reduce((sum, target) => sum + target.inFlight, 0);
  }

  /** Tells what was counted since it was asked for last: of those targets and load balancers that had requests. */
  takeMeasures(): Pick<Measures, "targets" | "loadBalancers"> {
    return this.#counters.take();
  }

  /** Ends everything at once. */
  async close(): Promise<void> {
    this.#closed = true;
    // A listener that is being opened has to be there to be closed.
    await this.#work;
    for (const group of this.#groups.values()) group.close({ cut: true });
    await Promise.all([...this.#listeners.values()].map((listener) => listener.close({ cut: true })));
    this.#listeners.clear();
    this.#groups.clear();
    this.#served = [];
  }

  async #apply(view: View): Promise<void> {
    if (this.#closed) return;
    this.#updateGroups(view);
    const wanted = view.loadBalancers.flatMap((loadBalancer) =>
      loadBalancer.listeners
        .toSorted((one, other) => one.port - other.port)
        .map((listener) => ({ loadBalancer, listener })),
    );
    for (const [arn, listener] of this.#listeners) {
      if (wanted.some((one) => one.listener.arn === arn)) continue;
      this.#listeners.delete(arn);
      void listener.close();
    }
    const faults: unknown[] = [];
    for (const { loadBalancer, listener } of wanted) {
      await this.#serve(loadBalancer, listener).catch((fault: unknown) => faults.push(fault));
    }
    this.#served = wanted.flatMap(({ loadBalancer, listener }) => {
      const port = this.#listeners.get(listener.arn)?.port;
      return port ? [{ loadBalancer, listener, port }] : [];
    });
    if (faults.length > 0) throw faults[0];
  }

  #updateGroups(view: View): void {
    this.#idleTimeoutMs = Math.min(...view.loadBalancers.map(idleTimeoutMs));
    for (const [arn, group] of this.#groups) {
      if (view.targetGroups.some((wanted) => wanted.arn === arn)) continue;
      group.close();
      this.#groups.delete(arn);
    }
    for (const wanted of view.targetGroups) {
      const group = this.#groups.get(wanted.arn) ?? this.#addGroup(wanted.arn);
      group.update(wanted);
    }
  }

  #addGroup(arn: string): TargetGroup {
    const { onReport, healthCheckCapMs = DEFAULT_HEALTH_CHECK_CAP_MS } = this.options;
    const group = new TargetGroup(arn, {
      healthCheckCapMs,
      counters: this.#counters,
      idleTimeoutMs: () => this.#idleTimeoutMs,
      onReport: (report) => onReport([report]),
    });
    this.#groups.set(arn, group);
    return group;
  }

  async #serve(loadBalancer: ViewLoadBalancer, view: ViewListener): Promise<void> {
    const known = this.#listeners.get(view.arn);
    if (known) return known.update(loadBalancer, view);
    const listener = new Listener(loadBalancer, view, {
      groups: this.#groups,
      counters: this.#counters,
      onRequest: (request) => this.options.onRequest?.(request),
    });
    listener.update(loadBalancer, view);
    await listener.open(this.#nextPort());
    this.#listeners.set(view.arn, listener);
  }

  #nextPort(): number {
    const { firstPort } = this.options;
    if (firstPort === 0) return 0;
    const taken = new Set([...this.#listeners.values()].map(({ port }) => port));
    let port = firstPort;
    while (taken.has(port)) port++;
    return port;
  }

  #targetsAt(host: string, port: number) {
    const targets = [...this.#groups.values()].flatMap((group) => [...group.targets]);
    return targets.filter(({ options }) => options.host === host && options.port === port);
  }
}
