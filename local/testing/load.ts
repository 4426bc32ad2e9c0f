import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";

export interface LoadOptions {
  readonly url: string;
  /** Clients with a connection of their own each, kept alive. */
  readonly clients: number;
  /** Milliseconds between an answer and the next request of a client. @default 20 */
  readonly pauseMs?: number;
  /** Sent with every request. @default none */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoadResult {
  readonly answered: number;
  /** Requests that got another status than 200, by whom if it is told, or no answer: `503`, `502 awselb/2.0`, `ECONNRESET`. */
  readonly failures: readonly string[];
  /** Connections that clients had to open: as many as there are clients, if none was cut. */
  readonly connections: number;
}

/** Clients that go on asking until they are stopped, or the test that made them is over, each one request at a time. */
export class Load {
  readonly #answers = { answered: 0, connections: 0, failures: [] as string[] };
  readonly #clients: Promise<void>[] = [];
  #stopped = false;

  constructor(...loads: readonly LoadOptions[]) {
    onTestFinished(async () => void (await this.stop()));
    for (const load of loads) {
      for (let client = 0; client < load.clients; client++) this.#clients.push(this.#run(load));
    }
  }

  /** Lets requests in flight end, and gives what came of all of them. */
  async stop(): Promise<LoadResult> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    return this.#answers;
  }

  /** How many requests have got status 200 so far. */
  get answered(): number {
    return this.#answers.answered;
  }

  async #run({ url, pauseMs = 20, headers = {} }: LoadOptions): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#stopped) {
      const outcome = await this.#ask(url, { agent, headers });
      if (outcome === "200") this.#answers.answered++;
      else this.#answers.failures.push(outcome);
      await sleep(pauseMs);
    }
    agent.destroy();
  }

  #ask(url: string, options: { readonly agent: Agent; readonly headers: Record<string, string> }): Promise<string> {
    return new Promise((resolve) => {
      const request = get(url, options, (response) => {
        response.on("error", (error) => resolve(error.message));
        const { server = "" } = response.headers;
        response.on("end", () => resolve(`${response.statusCode} ${server}`.trim()));
        response.resume();
      });
      request.on("socket", () => {
        if (!request.reusedSocket) this.#answers.connections++;
      });
      request.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }
}
