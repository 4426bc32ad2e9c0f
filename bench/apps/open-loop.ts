import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const SOCKETS = 64;

/** What clients see who come at a fixed rate, in milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/**
 * Asks at a fixed rate, whether or not earlier answers have come. Each request is timed from the moment at which it was to
 * be sent: one that had to wait because the service was slow before has waited, too ("coordinated omission").
 *
 * @throws for an answer other than 2xx
 */
export async function askAtRate(url: string, perSecond: number, seconds: number): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const asked: Promise<number>[] = [];
  const begin = performance.now();
  try {
    for (let number = 0; number < perSecond * seconds; number++) {
      const intended = begin + (number * 1000) / perSecond;
      const wait = intended - performance.now();
      if (wait > 0) await sleep(wait);
      asked.push(ask(url, agent).then(() => performance.now() - intended));
    }
    const latencies = (await Promise.all(asked)).sort((left, right) => left - right);
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
  } finally {
    agent.destroy();
  }
}

/** Asks once, and reads the answer. @throws for an answer other than 2xx */
export function ask(url: string, agent?: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ...(agent && { agent }) }, (response) => {
      const { statusCode = 0 } = response.resume();
      response.once("end", () =>
        statusCode >= 200 && statusCode < 300 ? resolve() : reject(new Error(`${url} answers ${statusCode}`)),
      );
    });
    request.once("error", reject);
  });
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
