import autocannon from "autocannon";
import { median } from "./measure";

const CONNECTIONS = 32;
const ROUND_SECONDS = 3;
const ROUNDS = 3;

/** Somebody who serves, and can be asked over HTTP. */
export interface Contender {
  readonly name: string;
  readonly url: string;
}

export interface Throughput {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

/**
 * Asks the contenders in turn (A B C, A B C, ...) over keep-alive connections, after one round that does not count, and
 * prints the median of each.
 * @throws for an answer other than 2xx
 */
export async function throughputInTurn(contenders: readonly Contender[]): Promise<readonly Throughput[]> {
  const rounds: Throughput[][] = contenders.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { name, url }] of contenders.entries()) {
      const { requests, latency, errors, non2xx } = await autocannon({
        url,
        connections: CONNECTIONS,
        duration: ROUND_SECONDS,
      });
      if (errors + non2xx > 0) throw new Error(`${name}: ${errors} errors, ${non2xx} answers other than 2xx`);
      if (round > 0) rounds[index]?.push({ requestsPerSecond: requests.average, p99Ms: latency.p99 });
    }
  }
  return contenders.map(({ name }, index) => {
    const measured = rounds[index] ?? [];
    const result = {
      requestsPerSecond: median(measured.map(({ requestsPerSecond }) => requestsPerSecond)),
      p99Ms: median(measured.map(({ p99Ms }) => p99Ms)),
    };
    const rate = result.requestsPerSecond.toFixed(0).padStart(7);
    console.log(`  ${name.padEnd(40)} ${rate} requests/s, p99 ${result.p99Ms} ms, median of ${ROUNDS}`);
    return result;
  });
}
