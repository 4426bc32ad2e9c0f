import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Lifetime } from "../tools/processes/lifetime";
import { FOLDER, PATH, startApp, startProgram } from "./app-process";
import { median, record, report, reportAtLeast } from "./measure";
import { throughputInTurn } from "./throughput";

const DRAINS = 3;
const REST_OF_REQUEST_MS = 50;

/**
 * Prints the throughput of service-a, with its log, against a bare `node:http` server that sends the same bytes, and how
 * long a task takes to end after the answer to its last request.
 */
export async function benchApp(): Promise<void> {
  const lifetime = new Lifetime();
  try {
    const app = await startApp(lifetime, "apps/service-a");
    const bare = await startProgram(lifetime, "bare-server.ts", app.url + PATH);
    const [ours, theirs] = await throughputInTurn([
      { name: "service-a, logging", url: app.url + PATH },
      { name: "node:http with the same bytes", url: bare.url + PATH },
    ]);
    if (ours && theirs) {
      const share = ours.requestsPerSecond / theirs.requestsPerSecond;
      reportAtLeast("requests/s of service-a, against bare node:http", share, 0.6);
      record("requests of service-a, logging", ours.requestsPerSecond, "requests/s");
    }
    const drains: number[] = [];
    for (let round = 0; round < DRAINS; round++) drains.push(await drainTime(lifetime));
    report("from the last answer on keep-alive to the end of the task", median(drains), "s", 0.5);
  } finally {
    await lifetime.end();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

/** Seconds from the answer to a request that was in flight at SIGTERM, on a keep-alive connection, to the process's end. */
async function drainTime(lifetime: Lifetime): Promise<number> {
  const { url, group } = await startApp(lifetime, "apps/kit/testing/slow-service");
  const agent = new Agent({ keepAlive: true });
  const asked = request(`${url}/stream`, { method: "POST", agent });
  asked.write("some");
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  group.child.kill("SIGTERM");
  await sleep(REST_OF_REQUEST_MS);
  asked.end("more");
  await response.toArray();
  const answeredAt = performance.now();
  const { reason } = await group.exited;
  if (reason !== "exited with status 0") throw new Error(`the task ${reason}`);
  agent.destroy();
  return (performance.now() - answeredAt) / 1_000;
}
