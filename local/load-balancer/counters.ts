import type { LoadBalancerMeasure, Measures, TargetMeasure } from "../cloud/view";
import { Sample } from "./sample";

/** Most response times of one target in a measure. */
const RESPONSE_TIMES = 1_000;

type Statuses = Record<string, number>;

export interface EndedRequest {
  /** That it was sent to last, if it was sent to one. */
  readonly target: TargetCounter | undefined;
  /** What the client got. */
  readonly status: number;
  /** Until the first byte of the target's answer; `undefined` where the load balancer answered by itself. */
  readonly responseSeconds: number | undefined;
}

/** Identifies a target. */
export type Counted = Pick<TargetMeasure, "targetGroupArn" | "id" | "port">;

/** What load balancers have counted since it was asked for last. Costs nothing where nobody asks anything of them. */
export class Counters {
  /** Those that have something to tell. */
  readonly #targets = new Set<TargetCounter>();
  readonly #loadBalancers = new Map<string, LoadBalancerCounter>();

  /** For a target from its registration to its end; what is counted after that is told too. */
  target(counted: Counted): TargetCounter {
    return new TargetCounter(counted, (counter) => this.#targets.add(counter));
  }

  /** A request to a load balancer has ended. */
  count(loadBalancerArn: string, { target, status, responseSeconds }: EndedRequest): void {
    const counter = this.#loadBalancers.get(loadBalancerArn) ?? { requests: 0, ownStatuses: {} };
    this.#loadBalancers.set(loadBalancerArn, counter);
    if (responseSeconds === undefined) increment(counter.ownStatuses, status);
    if (target) counter.requests++;
    target?.count(status, responseSeconds);
  }

  /** Tells what was counted, and begins anew. */
  take(): Pick<Measures, "targets" | "loadBalancers"> {
    const targets = [...this.#targets].map((counter) => counter.take());
    const loadBalancers = [...this.#loadBalancers].map(([arn, counter]): LoadBalancerMeasure => ({ arn, ...counter }));
    this.#targets.clear();
    this.#loadBalancers.clear();
    return { targets, loadBalancers };
  }
}

interface LoadBalancerCounter {
  requests: number;
  readonly ownStatuses: Statuses;
}

/** What is counted of one target. */
export class TargetCounter {
  #requests = 0;
  #connectionErrors = 0;
  #statuses: Statuses = {};
  #responseSeconds = new Sample(RESPONSE_TIMES);
  /** A target group has one load balancer at most. Source: "Quotas for your Application Load Balancers". */
  #loadBalancerArn = "";

  constructor(
    private readonly counted: Counted,
    private readonly hasCounted: (counter: TargetCounter) => void,
  ) {}

  /** A load balancer is going to send a request. */
  chosenBy(loadBalancerArn: string): void {
    this.#loadBalancerArn = loadBalancerArn;
  }

  /** No connection could be made. */
  refused(): void {
    this.#connectionErrors++;
    this.hasCounted(this);
  }

  /** A request has ended. @param responseSeconds `undefined` where there was no answer */
  count(status: number, responseSeconds: number | undefined): void {
    this.#requests++;
    this.hasCounted(this);
    if (responseSeconds === undefined) return;
    increment(this.#statuses, status);
    this.#responseSeconds.add(responseSeconds);
  }

  take(): TargetMeasure {
    const measure = {
      ...this.counted,
      loadBalancerArn: this.#loadBalancerArn,
      requests: this.#requests,
      statuses: this.#statuses,
      responseSeconds: this.#responseSeconds.values,
      connectionErrors: this.#connectionErrors,
    };
    this.#requests = 0;
    this.#connectionErrors = 0;
    this.#statuses = {};
    this.#responseSeconds = new Sample(RESPONSE_TIMES);
    return measure;
  }
}

function increment(statuses: Statuses, status: number): void {
  const digit = String(Math.trunc(status / 100));
  statuses[digit] = (statuses[digit] ?? 0) + 1;
}
