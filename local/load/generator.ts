import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadPlan } from "./plan";
import { type LoadOutcome, Tally } from "./tally";

const MS_PER_SECOND = 1_000;

/** How long an answer may take. */
const ANSWER_BOUND_MS = 10_000;

/** How long a load that is broken off waits for the answers to what it has sent. */
const END_BOUND_MS = 1_000;

/** How long a client waits who has got no answer. */
const PAUSE_MS = 100;

/** How often it is looked whether requests of a rate are due: nobody sends them more evenly than his timers are. */
const TICK_MS = 5;

/** Most requests of a rate that are under way at once, each on a connection of its own. */
const IN_FLIGHT_MAX = 512;

/**
 * Sends GET requests for a while and counts what becomes of them. Redirects are not followed.
 *
 * autocannon, which the benches use, sends the requests of a rate in one burst a second and only over connections that are
 * free, and breaks those off that are under way at its end: the load balancer would count them as failed by their client.
 */
export class LoadGenerator {
  // Only with a timeout of its own does Node listen to the server's (`Keep-Alive: timeout=60`).
  readonly #agent = new Agent({ keepAlive: true, timeout: ANSWER_BOUND_MS });
  readonly #tally = new Tally();
  readonly #inFlight = new Set<Promise<boolean>>();
  #isCut = false;

  constructor(private readonly plan: LoadPlan) {}

  /** What became of the requests so far. */
  get outcome(): LoadOutcome {
    return this.#tally.outcome;
  }

  /** Runs once, until the time is up or the signal is given. Never rejects. */
  async run(signal: AbortSignal): Promise<LoadOutcome> {
    const { shape, seconds } = this.plan;
    const end = performance.now() + seconds * MS_PER_SECOND;
    const isOver = () => signal.aborted || performance.now() >= end;
    if ("rate" in shape) await this.#keepRate(shape.rate, end, signal);
    else await Promise.race([this.#keepClients(shape.clients, isOver), aborted(signal)]);
    await Promise.race([Promise.all(this.#inFlight), aborted(signal).then(() => sleep(END_BOUND_MS))]);
    this.#isCut = true;
    this.#agent.destroy();
    return this.outcome;
  }

  async #keepClients(clients: number, isOver: () => boolean): Promise<void> {
    const client = async () => {
      while (!isOver()) {
        const isAnswered = await this.#send(performance.now());
        if (!isAnswered) await sleep(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  /**
   * What is late is sent too, at the end as well, and its time counts from when it was due: neither a slow service nor a busy
   * machine makes a request disappear.
   */
  async #keepRate(rate: number, end: number, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const dueAt = (count: number) => startedAt + (count * MS_PER_SECOND) / rate;
    for (let count = 0; !signal.aborted; await sleep(TICK_MS)) {
      const now = performance.now();
      for (; dueAt(count) <= Math.min(now, end); count++) {
        if (this.#inFlight.size < IN_FLIGHT_MAX) void this.#send(dueAt(count));
        else this.#tally.skipped++;
      }
      if (now >= end) return;
    }
  }

  /** Gives whether there was an answer. */
  async #send(dueAt: number): Promise<boolean> {
    const asked = this.#ask(dueAt);
    this.#inFlight.add(asked);
    const isAnswered = await asked;
    this.#inFlight.delete(asked);
    return isAnswered;
  }

  #ask(dueAt: number): Promise<boolean> {
    const { url, host } = this.plan;
    const headers = { "user-agent": "express-on-ecs-load", ...(host !== undefined && { host }) };
    return new Promise((resolve) => {
      const fail = (error: NodeJS.ErrnoException) => {
        if (!this.#isCut) this.#tally.failed(error.code ?? error.message);
        resolve(false);
      };
      const request = get(url, { agent: this.#agent, headers, timeout: ANSWER_BOUND_MS }, (response) => {
        response.on("error", fail);
        response.on("end", () => {
          this.#tally.answered(response.statusCode ?? 0, performance.now() - dueAt);
          resolve(true);
        });
        response.resume();
      });
      request.on("timeout", () => request.destroy(new Error(`silent for ${ANSWER_BOUND_MS / MS_PER_SECOND} s`)));
      request.on("error", fail);
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
