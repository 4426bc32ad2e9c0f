import { get } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { docker } from "./docker";
import type { Usage } from "./runtime";

const ANSWER_BOUND_MS = 5_000;

const NANOSECONDS_PER_SECOND = 1e9;

/** Of the answer of the engine's API ("Get container stats based on resource usage"), what we read. */
const statsSchema = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({ usage: z.number(), stats: z.record(z.string(), z.number()).default({}) }),
});

/**
 * What containers use, as the engine's API tells it: `docker stats` takes two seconds to say a percentage. Only of an engine
 * that the `docker` command reaches by a socket of this machine.
 */
export class EngineStats {
  #socket: Promise<string | undefined> | undefined;

  /** `undefined` where the container has ended, or the engine does not tell. Never rejects. */
  async usageOf(id: string): Promise<Usage | undefined> {
    this.#socket ??= socketOfEngine();
    const socketPath = await this.#socket;
    return socketPath === undefined ? undefined : readUsage(socketPath, id).catch(() => undefined);
  }
}

/** By what `docker` itself goes by: DOCKER_HOST, or the context that is in use. */
async function socketOfEngine(): Promise<string | undefined> {
  const { stdout } = await docker(["context", "inspect", "--format={{.Endpoints.docker.Host}}"]);
  return /^unix:\/\/(.+)$/.exec(stdout.trim())?.[1];
}

async function readUsage(socketPath: string, id: string): Promise<Usage> {
  const answer = await ask(socketPath, `/containers/${id}/stats?stream=false&one-shot=true`);
  const { cpu_stats: cpu, memory_stats: memory } = statsSchema.parse(answer);
  // As `docker stats` has it: pages of files that nobody has used for a while are not the container's need. The second
  // name is that of control groups of version 1.
  const { inactive_file, total_inactive_file = inactive_file } = memory.stats;
  return {
    cpuSeconds: cpu.cpu_usage.total_usage / NANOSECONDS_PER_SECOND,
    memoryBytes: memory.usage - (total_inactive_file ?? 0),
  };
}

function ask(socketPath: string, path: string): Promise<unknown> {
  const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
  return new Promise((resolve, reject) => {
    get({ socketPath, path, signal, headers: { host: "docker" } }, (response) => {
      json(response).then(resolve, reject);
    }).on("error", reject);
  });
}
