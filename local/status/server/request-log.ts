import type { GatewayRequest } from "../../gateway/access-log";
import { traceRoot } from "../../http/headers";
import type { ServedRequest } from "../../load-balancer/listener";
import type { Target } from "../../load-balancer/target";
import type { ApiWay, RequestState } from "../state";
import { Awaited } from "./awaited";
import { Traffic } from "./traffic";

const SHOWN = 100;
const PATH_MAX = 200;

/** Id of the task that listens at an address of this machine. */
export type TaskAt = (host: string, port: number) => string | undefined;

/** The requests that load balancers have answered: the most recent ones, and how many there are. */
export class RequestLog {
  readonly traffic = new Traffic();
  readonly #recent: RequestState[] = [];
  readonly #traced = new Awaited<RequestState>();
  readonly #tracedAtApi = new Awaited<ApiWay>();
  /** The task behind a target stays the same, and is soon forgotten by the agent when it has ended. */
  readonly #tasks = new WeakMap<Target, string>();
  #count = 0;

  constructor(private readonly taskAt: TaskAt) {}

  /** The newest first. */
  get recent(): readonly RequestState[] {
    return this.#recent.toReversed();
  }

  add(served: ServedRequest): void {
    const { listenerArn, ruleArn, targetGroupArn, target, method, url, status, durationMs } = served;
    if (targetGroupArn) this.traffic.add({ group: targetGroupArn, status, ms: durationMs });
    const request: RequestState = {
      id: ++this.#count,
      at: Date.now(),
      method,
      path: (url.split("?")[0] ?? "").slice(0, PATH_MAX),
      status,
      ms: Math.round(durationMs * 10) / 10,
      listener: listenerArn,
      rule: ruleArn,
      group: targetGroupArn,
      target: target && `${target.options.id}:${target.options.port}`,
      task: target && this.#taskOf(target),
    };
    this.#recent.push(request);
    if (this.#recent.length > SHOWN) this.#recent.shift();
    hand(this.#traced, served.traceId, request);
  }

  /** A request to an API has ended. Those that it passes on come from its load balancer too. */
  addAtApi({ api, routeKey, integration, authorizerError, error, traceId }: GatewayRequest): void {
    const refusal = integration ? undefined : (authorizerError ?? error);
    hand(this.#tracedAtApi, traceId, { name: api.name, route: routeKey, refusal });
  }

  /** The request with a trace's id, as soon as it has ended; `undefined` where that takes longer than `boundMs`. */
  traced(root: string, boundMs: number): Promise<RequestState | undefined> {
    return this.#traced.until(root, boundMs);
  }

  /** The same, as the API saw it. */
  tracedAtApi(root: string, boundMs: number): Promise<ApiWay | undefined> {
    return this.#tracedAtApi.until(root, boundMs);
  }

  #taskOf(target: Target): string | undefined {
    const known = this.#tasks.get(target);
    if (known !== undefined) return known;
    const found = this.taskAt(target.options.host, target.options.port);
    if (found !== undefined) this.#tasks.set(target, found);
    return found;
  }
}

function hand<Value>(awaited: Awaited<Value>, traceId: string | undefined, value: Value): void {
  const root = awaited.isIdle ? undefined : traceRoot(traceId);
  if (root !== undefined) awaited.hand(root, value);
}
