import { loopbackOf } from "../cloud/loopback";
import type { TargetReport, ViewTarget, ViewTargetGroup } from "../cloud/view";
import type { Counters } from "./counters";
import { Target } from "./target";

export interface TargetGroupOptions {
  readonly idleTimeoutMs: () => number;
  readonly healthCheckCapMs: number;
  readonly counters: Counters;
  readonly onReport: (report: TargetReport) => void;
}

/** Source: Elastic Load Balancing, "Edit target group attributes for your Application Load Balancer". */
const DEFAULT_DEREGISTRATION_DELAY_SECONDS = 300;

/** The targets of a target group, by id and port. */
export class TargetGroup {
  readonly #targets = new Map<string, Target>();
  #turn = 0;

  constructor(
    readonly arn: string,
    private readonly options: TargetGroupOptions,
  ) {}

  get targets(): Iterable<Target> {
    return this.#targets.values();
  }

  /** Adds, drains and removes targets until they are those of the view. */
  update(view: ViewTargetGroup): void {
    const delaySeconds = Number(
      view.attributes["deregistration_delay.timeout_seconds"] ?? DEFAULT_DEREGISTRATION_DELAY_SECONDS,
    );
    const wanted = new Map(view.targets.map((target) => [`${target.id}:${target.port}`, target]));
    for (const [key, target] of this.#targets) {
      if (wanted.get(key)?.registration === target.options.registration) continue;
      target.remove();
      this.#targets.delete(key);
    }
    for (const [key, wantedTarget] of wanted) {
      const target = this.#targets.get(key) ?? this.#add(view, wantedTarget);
      target.health.settings = view.healthCheck;
      if (wantedTarget.draining) target.drain(delaySeconds * 1_000);
    }
  }

  /**
   * The target whose turn it is, among the healthy ones; where none is healthy, among the unhealthy ones, for a load
   * balancer fails open. One that was never healthy gets nothing.
   *
   * @param tried targets that did not take the request
   */
  choose(tried: ReadonlySet<Target>): Target | undefined {
    const takers = [...this.#targets.values()].filter((target) => target.takesRequests && !tried.has(target));
    const healthy = takers.filter(({ health }) => health.state === "healthy");
    const candidates = healthy.length > 0 ? healthy : takers.filter(({ health }) => health.state === "unhealthy");
    return candidates[this.#turn++ % candidates.length];
  }

  /** Forgets every target; requests in flight go on, unless they are to be cut. */
  close(options?: { readonly cut: boolean }): void {
    for (const target of this.#targets.values()) target.remove(options);
    this.#targets.clear();
  }

  #add(view: ViewTargetGroup, { id, port, registration }: ViewTarget): Target {
    const { onReport, counters, ...options } = this.options;
    const target = new Target({
      ...options,
      id,
      port,
      registration,
      host: view.targetType === "instance" ? loopbackOf(id) : id,
      healthCheck: view.healthCheck,
      counter: counters.target({ targetGroupArn: this.arn, id, port }),
      onReport: (report) => onReport({ targetGroupArn: this.arn, id, port, registration, ...report }),
    });
    this.#targets.set(`${id}:${port}`, target);
    return target;
  }
}
