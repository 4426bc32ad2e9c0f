import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../tools/failure";
import { capture } from "../../tools/processes/capture";
import { isRunning } from "../../tools/processes/descendants";
import { Lifetime } from "../../tools/processes/lifetime";
import type { ProcessGroup } from "../../tools/processes/process-group";
import { executablesOnPath } from "../../tools/setup/executables";
import { requireBaseImage } from "./base-image";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const RUN_WITH_PARENT = join(ROOT, "local/agent/run-with-parent.mjs");

/** Images and build cache: kept, so that the next run is quick. */
const DATA = join(ROOT, ".local/testing/docker");

/** A second `dockerd` on a machine removes the bridge of the first one. */
const LOCK = join(tmpdir(), "express-on-ecs-dockerd.lock");

const START_BOUND_MS = 60_000;

const STOP_BOUND_MS = 30_000;

const POLL_MS = 100;

/** A container engine for tests: the one that answers, else a `dockerd` of their own, which ends with them. */
export interface TestEngine {
  /** Why there is none. */
  readonly missing?: string;
  end(): Promise<void>;
}

/**
 * An engine that has the base image of our Dockerfiles; `docker` reaches it through the environment of this process. Waits
 * for other tests that have one started.
 *
 * @throws Error in CI, where no engine can be had
 */
export async function testEngine(): Promise<TestEngine> {
  const lifetime = new Lifetime();
  try {
    if (!(await answers(lifetime))) await startEngine(lifetime);
    await requireBaseImage(lifetime, ROOT);
    return { end: () => lifetime.end() };
  } catch (error) {
    await lifetime.end();
    if (process.env.CI === "true") throw error;
    return { missing: messageOf(error), end: async () => undefined };
  }
}

async function answers(lifetime: Lifetime): Promise<boolean> {
  return (await capture(lifetime, "docker", ["version"])).status === 0;
}

async function startEngine(lifetime: Lifetime): Promise<void> {
  const [dockerd] = executablesOnPath("dockerd", `${process.env.PATH}:/usr/sbin:/sbin`);
  if (!dockerd || process.getuid?.() !== 0) {
    throw new Error(`no container engine answers, and ${dockerd ? "only root can start one" : "there is no dockerd"}`);
  }
  await takeLock(lifetime);
  // A path below the repository can be too long for a socket.
  const folder = await mkdtemp(join(tmpdir(), "dockerd-"));
  lifetime.onEnd(() => rmSync(folder, { recursive: true, force: true }));
  const socket = `unix://${folder}/docker.sock`;
  const log = join(folder, "log");
  const args = ["--data-root", DATA, "--exec-root", `${folder}/exec`, "--pidfile", `${folder}/pid`, "-H", socket];
  const file = openSync(log, "a");
  const group = lifetime.start(process.execPath, [RUN_WITH_PARENT, dockerd, ...args], {
    stdio: ["ignore", file, file, "ipc"],
  });
  closeSync(file);
  lifetime.onEnd(() => stopEngine(group));
  process.env.DOCKER_HOST = socket;
  lifetime.onEnd(() => void delete process.env.DOCKER_HOST);
  await untilReady(lifetime, group, log);
}

async function untilReady(lifetime: Lifetime, group: ProcessGroup, log: string): Promise<void> {
  let ended = false;
  void group.exited.then(() => {
    ended = true;
  });
  for (const deadline = Date.now() + START_BOUND_MS; !(await answers(lifetime)); await sleep(POLL_MS)) {
    if (!ended && Date.now() < deadline) continue;
    const words = readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
    throw new Error(`dockerd ${ended ? "ended" : "does not answer"}:\n${words}`);
  }
}

/** Only the engine is told: it ends its containers and its own helper. */
async function stopEngine(group: ProcessGroup): Promise<void> {
  group.child.kill("SIGTERM");
  await Promise.race([group.exited, sleep(STOP_BOUND_MS, undefined, { ref: false })]);
  group.kill();
}

async function takeLock(lifetime: Lifetime): Promise<void> {
  mkdirSync(DATA, { recursive: true });
  while (!lockIsOurs()) await sleep(POLL_MS);
  lifetime.onEnd(() => rmSync(LOCK, { force: true }));
}

/** The file comes with its content: nobody sees a lock without a holder. */
function lockIsOurs(): boolean {
  const own = `${LOCK}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch {
    breakLock();
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Takes away the lock of a process that is gone. Of several that try, one gets the file, which need not be that any more. */
function breakLock(): void {
  const holder = holderOfLock();
  if (holder === "" || isRunning(Number(holder))) return;
  const taken = `${LOCK}.taken-by-${process.pid}`;
  try {
    renameSync(LOCK, taken);
    if (readFileSync(taken, "utf8") !== holder) linkSync(taken, LOCK);
  } catch {
    // Somebody else was quicker.
  } finally {
    rmSync(taken, { force: true });
  }
}

function holderOfLock(): string {
  try {
    return readFileSync(LOCK, "utf8");
  } catch {
    return "";
  }
}
