import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { DeployedService } from "../cloud/deployment";
import { TargetPool } from "../load-balancer/target-pool";
import { isRunning } from "../processes/descendants";
import { temporaryFolder, writeFile } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { addressFor } from "./address";
import { Task } from "./task";

const EXIT_WITH_PARENT = fileURLToPath(new URL("../processes/exit-with-parent.mjs", import.meta.url));

/** Answers every request with its environment. */
const SERVING = `
  console.log("serving");
  require("node:http")
    .createServer((request, response) => response.end(JSON.stringify(process.env)))
    .listen(Number(process.env.PORT), process.env.HOST);
`;

const SERVICE: DeployedService = {
  name: "service-a",
  launchType: "EC2",
  networkMode: "bridge",
  desiredCount: 1,
  gracePeriodSeconds: 60,
  stopTimeoutSeconds: 2,
  targetGroupArns: ["group"],
  container: { image: "image", port: 5000, environment: { PORT: "5000", GREETING: "hello" } },
};

const HEALTH_CHECK = {
  path: "/",
  intervalSeconds: 30,
  timeoutSeconds: 1,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  matcher: "200",
};

/** A task of a program, on quick health checks and restarts. */
async function startTask(program: string, service: Partial<DeployedService> = {}) {
  const folder = temporaryFolder();
  const pool = new TargetPool({
    healthCheck: HEALTH_CHECK,
    longestIntervalMs: 20,
    initialIntervalMs: 20,
    onUnhealthy: () => task.replace("stopped answering"),
  });
  const said: string[] = [];
  const log = join(folder, "task.log");
  const task = new Task({
    lifetime: testLifetime(),
    service: { ...SERVICE, ...service },
    name: "service-a/1",
    bundle: writeFile(folder, "main.cjs", program),
    log,
    pools: [pool],
    exitWithParent: EXIT_WITH_PARENT,
    say: (text) => said.push(text),
    backOff: { firstMs: 10, longestMs: 40, resetMs: 60_000 },
  });
  onTestFinished(() => task.stop());
  await task.start();
  return { task, pool, said, log };
}

function becomesHealthy(pool: TargetPool): Promise<void> {
  return vi.waitFor(() => expect(pool.targets.map(({ state }) => state)).toEqual(["healthy"]), { timeout: 4_000 });
}

describe("a task", () => {
  it("runs with the environment of its task definition, and nothing of the shell's but the search path", async () => {
    process.env.SECRET_OF_THE_SHELL = "secret";
    const { task, pool } = await startTask(SERVING);
    delete process.env.SECRET_OF_THE_SHELL;
    await becomesHealthy(pool);
    const { host = "", port = 0 } = task.address ?? {};
    const environment = await (await fetch(`http://${host}:${port}/`)).json();
    expect(environment).toEqual({ PATH: process.env.PATH, GREETING: "hello", HOST: "127.0.0.1", PORT: String(port) });
    expect(pool.targets).toMatchObject([{ host, port }]);
  });

  it("writes what it prints to its log", async () => {
    const { pool, log } = await startTask(SERVING);
    await becomesHealthy(pool);
    expect(readFileSync(log, "utf8")).toBe("serving\n");
  });

  it("is started again when it dies, with another target, and says so with its last words", async () => {
    const { task, pool, said } = await startTask(SERVING);
    await becomesHealthy(pool);
    const [before] = pool.targets;
    process.kill(task.pid ?? 0, "SIGKILL");
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(said[0]).toMatch(
      /^service-a\/1 was ended by SIGKILL; starting again in 0.01 s, its log ends \(.*\):\n {6}serving$/,
    );
    await vi.waitFor(() => expect(pool.targets).toHaveLength(1));
    await becomesHealthy(pool);
    expect(pool.targets[0]).not.toBe(before);
  });

  it("is started again after longer and longer waits", async () => {
    const { said } = await startTask("process.exit(3)");
    await vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(4), { timeout: 4_000 });
    const waits = said.slice(0, 4).map((text) => /exited with status 3; starting again in ([\d.]+) s/.exec(text)?.[1]);
    expect(waits).toEqual(["0.01", "0.02", "0.04", "0.04"]);
  });

  it("is replaced when it stops answering its health checks", async () => {
    const fallsSilent = `let asked = 0; require("node:http").createServer((_, response) => {
      response.writeHead(asked++ < 2 ? 200 : 500).end();
    }).listen(Number(process.env.PORT), process.env.HOST);`;
    const { said } = await startTask(fallsSilent);
    await vi.waitFor(() => expect(said[0]).toMatch(/^service-a\/1 stopped answering; starting again/), {
      timeout: 4_000,
    });
  });

  it("is replaced when it is not healthy within its grace period", async () => {
    const { said } = await startTask("setInterval(() => {}, 1000)", { gracePeriodSeconds: 0.2 });
    await vi.waitFor(() => expect(said[0]).toMatch(/was not healthy within its grace period of 0.2 s/), {
      timeout: 4_000,
    });
  });

  it("gets no more requests, ends, and is not started again when it is stopped", async () => {
    const { task, pool, said } = await startTask(SERVING);
    await becomesHealthy(pool);
    const pid = task.pid ?? 0;
    const stopped = task.stop();
    expect(pool.targets).toEqual([]);
    await stopped;
    expect(isRunning(pid)).toBe(false);
    expect(said).toEqual([]);
  });
});

describe("the address of a task", () => {
  it("is a free port in bridge mode", async () => {
    const address = await addressFor("bridge", 5000);
    expect(address.host).toBe("127.0.0.1");
    expect(address.port).toBeGreaterThan(0);
    expect(address.port).not.toBe(5000);
  });

  it.runIf(process.platform === "linux")("is one of its own with the container port in awsvpc mode", async () => {
    const [first, second] = await Promise.all([addressFor("awsvpc", 5001), addressFor("awsvpc", 5001)]);
    expect([first.port, second.port]).toEqual([5001, 5001]);
    expect(first.host).toMatch(/^127\.(?!0\.0\.1$)/);
    expect(first.host).not.toBe(second.host);
  });

  it("is a free port where the system has no other loopback address", async () => {
    const asked: string[] = [];
    const onlyFirst = async (host: string, port: number) => {
      asked.push(host);
      return host === "127.0.0.1" ? port || 40_000 : undefined;
    };
    expect(await addressFor("awsvpc", 5001, onlyFirst)).toEqual({ host: "127.0.0.1", port: 40_000 });
    expect(asked).toHaveLength(6);
  });
});
