import type { TrafficState } from "../state";

const WINDOW_SECONDS = 60;
const RATE_SECONDS = 10;
const HISTORY_STEP_SECONDS = 2;

/** Durations that are kept of a second, of all that there are: enough for percentiles. */
const SAMPLES = 50;

interface Second {
  second: number;
  count: number;
  errors: number;
  samples: number[];
}

/** Counts requests of the last minute by target group, in buckets of a second. */
export class Traffic {
  readonly #groups = new Map<string, Second[]>();

  constructor(private readonly now: () => number = Date.now) {}

  add({ group, status, ms }: { readonly group: string; readonly status: number; readonly ms: number }): void {
    const bucket = this.#bucket(group);
    bucket.count++;
    if (status >= 500) bucket.errors++;
    if (bucket.samples.length < SAMPLES) bucket.samples.push(ms);
    // Reservoir sampling: each request of the second is as likely to be kept as any other.
    else {
      const place = Math.floor(Math.random() * bucket.count);
      if (place < SAMPLES) bucket.samples[place] = ms;
    }
  }

  /** What each group has got that has got anything. */
  read(): readonly TrafficState[] {
    // The second that is under way would always look like fewer.
    const end = this.#second();
    return [...this.#groups].map(([group, buckets]) => stateOf(group, buckets, end));
  }

  #second(): number {
    return Math.floor(this.now() / 1_000);
  }

  #bucket(group: string): Second {
    const buckets = this.#groups.get(group) ?? Array.from({ length: WINDOW_SECONDS + 1 }, empty);
    this.#groups.set(group, buckets);
    const second = this.#second();
    const index = second % buckets.length;
    const found = buckets[index];
    if (found?.second === second) return found;
    const fresh = { ...empty(), second };
    buckets[index] = fresh;
    return fresh;
  }
}

function empty(): Second {
  return { second: 0, count: 0, errors: 0, samples: [] };
}

function stateOf(group: string, buckets: readonly Second[], end: number): TrafficState {
  const within = (seconds: number) => buckets.filter(({ second }) => second >= end - seconds && second < end);
  const minute = within(WINDOW_SECONDS);
  const samples = minute.flatMap((bucket) => bucket.samples).sort((one, other) => one - other);
  const total = sum(minute, "count");
  const history = Array.from({ length: WINDOW_SECONDS / HISTORY_STEP_SECONDS }, (_, step) => {
    const from = end - WINDOW_SECONDS + step * HISTORY_STEP_SECONDS;
    return sum(
      minute.filter(({ second }) => second >= from && second < from + HISTORY_STEP_SECONDS),
      "count",
    );
  });
  return {
    group,
    rate: Math.round((sum(within(RATE_SECONDS), "count") / RATE_SECONDS) * 10) / 10,
    errorShare: total === 0 ? 0 : sum(minute, "errors") / total,
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    history,
  };
}

function sum(buckets: readonly Second[], field: "count" | "errors"): number {
  return buckets.reduce((total, bucket) => total + bucket[field], 0);
}

function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}
