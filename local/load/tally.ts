import { createHistogram } from "node:perf_hooks";

const NANOSECONDS_PER_MS = 1e6;

/** Milliseconds until answers were complete. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What became of the requests of a load. */
export interface LoadOutcome {
  /** How many were answered, by status: `{"200": 10}`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How many were not, by why: `{"ECONNRESET": 1}`. */
  readonly failures: Readonly<Record<string, number>>;
  /** How many were not sent, for too many were under way. */
  readonly skipped: number;
  /** `undefined` while there is no answer. */
  readonly latency: Latency | undefined;
  /** Seconds that it has lasted. */
  readonly seconds: number;
}

/** Counts what becomes of requests. */
export class Tally {
  readonly #statuses: Record<string, number> = {};
  readonly #failures: Record<string, number> = {};
  readonly #latencies = createHistogram();
  readonly #startedAt = performance.now();
  skipped = 0;

  answered(status: number, ms: number): void {
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#latencies.record(Math.max(1, Math.round(ms * NANOSECONDS_PER_MS)));
  }

  failed(why: string): void {
    this.#failures[why] = (this.#failures[why] ?? 0) + 1;
  }

  get outcome(): LoadOutcome {
    return {
      statuses: { ...this.#statuses },
      failures: { ...this.#failures },
      skipped: this.skipped,
      latency: this.#latency,
      seconds: (performance.now() - this.#startedAt) / 1_000,
    };
  }

  get #latency(): Latency | undefined {
    const latencies = this.#latencies;
    if (latencies.count === 0) return undefined;
    const percentile = (percent: number) => latencies.percentile(percent) / NANOSECONDS_PER_MS;
    return {
      p50: percentile(50),
      p95: percentile(95),
      p99: percentile(99),
      max: latencies.max / NANOSECONDS_PER_MS,
    };
  }
}

/** How many requests there were, and how many of them came to no good: a status of 500 and more, or no answer. */
export function countsOf({ statuses, failures }: LoadOutcome): { readonly requests: number; readonly failed: number } {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const lost = sum(Object.values(failures));
  const errors = Object.entries(statuses).filter(([status]) => Number(status) >= 500);
  return { requests: sum(Object.values(statuses)) + lost, failed: sum(errors.map(([, count]) => count)) + lost };
}
