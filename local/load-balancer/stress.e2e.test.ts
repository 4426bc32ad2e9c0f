import { Agent, createServer, type RequestOptions, request, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { close, listen } from "../../tools/listen";
import { testBalancer } from "./testing/balancer";
import { draining, HOST } from "./testing/view";

const ROUNDS = 20;
const CLIENTS = 24;
const LONGEST_ANSWER_MS = 120;
/** A busy machine is no failure. */
const PATIENT = { timeout: 60_000 };

/** A version of an app: some of its answers take their time; it gives up idle connections after a moment. */
function startVersion(version: number): Server {
  const server = createServer(async (asked, response) => {
    const body = await text(asked);
    if (asked.url === "/slow") await sleep(Math.random() * LONGEST_ANSWER_MS);
    response.end(`${version} ${body}`);
  });
  server.keepAliveTimeout = 20;
  onTestFinished(() => close(server));
  return server;
}

/** Ends a server as an app ends itself when it has drained: who still has a connection to it has to notice. */
function end(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

interface Load {
  readonly answered: number;
  readonly failures: readonly string[];
  stop(): Promise<void>;
}

/** Clients that ask without pause, each on a connection that it keeps: fast and slow requests, with a body and without. */
function startLoad(port: number): Load {
  const load = { answered: 0, failures: [] as string[] };
  let stopped = false;
  const client = async (kind: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!stopped) {
      const method = kind % 3 === 0 ? "POST" : "GET";
      const path = kind % 2 === 0 ? "/slow" : "/fast";
      const failure = await ask({ host: HOST, port, agent, method, path }, method === "POST" ? "body" : "");
      if (failure) load.failures.push(`${method} ${path}: ${failure}`);
      else load.answered++;
      await sleep(Math.random() * 30);
    }
    agent.destroy();
  };
  const clients = Array.from({ length: CLIENTS }, (_, kind) => client(kind));
  return Object.assign(load, {
    stop: async () => {
      stopped = true;
      await Promise.all(clients);
    },
  });
}

/** What went wrong with a request, `undefined` where it was answered. */
function ask(options: RequestOptions, body: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(options, async (response) => {
      const answer = await text(response).catch((error: Error) => error.message);
      const fine = response.statusCode === 200 && answer.endsWith(` ${body}`);
      resolve(fine ? undefined : `${response.statusCode} ${answer}`);
    });
    asked.on("error", (error) => resolve(error.message)).end(body);
  });
}

describe("under constant load", () => {
  it(`no request fails while targets are replaced ${ROUNDS} times`, async () => {
    let server = startVersion(0);
    let target = await listen(server, 0);
    const { port, update, reported, balancers } = await testBalancer({ groups: { group: { targets: [target] } } });
    const load = startLoad(port);
    for (let version = 1; version <= ROUNDS; version++) {
      const next = startVersion(version);
      const nextTarget = await listen(next, 0);
      await update({ groups: { group: { targets: [target, nextTarget] } } });
      await reported("healthy", nextTarget);
      await update({ groups: { group: { targets: [draining(target), nextTarget] } } });
      await reported("drained", target);
      expect(balancers.inFlight(HOST, target)).toBe(0);
      await end(server);
      await update({ groups: { group: { targets: [nextTarget] } } });
      server = next;
      target = nextTarget;
    }
    await load.stop();
    console.log(`${ROUNDS} replacements: ${load.answered} requests answered, ${load.failures.length} failed`);
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(ROUNDS * 10);
  });

  it("only requests in flight to it fail when a target dies", async () => {
    const servers = [startVersion(1), startVersion(2)];
    const targets = await Promise.all(servers.map((server) => listen(server, 0)));
    const { port, balancers, requests } = await testBalancer({ groups: { group: { targets } } });
    const load = startLoad(port);
    const [dying = 0] = targets;
    await expect.poll(() => load.answered, PATIENT).toBeGreaterThan(100);
    await expect.poll(() => balancers.inFlight(HOST, dying), { ...PATIENT, interval: 1 }).toBeGreaterThan(2);
    const inFlight = balancers.inFlight(HOST, dying);
    const dead = servers[0] && close(servers[0]);
    balancers.targetGone(HOST, dying);
    await dead;
    const before = load.answered;
    await expect.poll(() => load.answered, PATIENT).toBeGreaterThan(before + 100);
    await load.stop();
    console.log(`a target that died with ${inFlight} requests in flight: ${load.failures.length} failed`);
    expect(load.failures.length).toBeLessThanOrEqual(inFlight);
    expect(requests.filter(({ status }) => status === 502)).toHaveLength(load.failures.length);
  });
});
