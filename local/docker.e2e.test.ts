import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { testEngine } from "./testing/docker-engine";
import { Load } from "./testing/load";
import { NpmStart } from "./testing/npm-start";

const run = promisify(execFile);

/** Each with a path that leads to it. */
const SERVICES = [
  ["service-a", "/medical"],
  ["service-b", "/finance"],
] as const;

const CLIENTS = 8;

const engine = await testEngine();
if (engine.missing) console.warn(`no test of npm start -- --runtime docker: ${engine.missing}`);

afterAll(() => engine.end());

const docker = async (...args: string[]) => (await run("docker", args, { maxBuffer: 64 << 20 })).stdout.trim();

/** The containers of a run that the engine knows, running or not. */
const containersOf = async ({ folder }: NpmStart) =>
  (await docker("ps", "--all", "--quiet", `--filter=label=express-on-ecs.run=${basename(folder)}`))
    .split("\n")
    .filter(Boolean);

describe.skipIf(engine.missing)("npm start -- --runtime docker", () => {
  let start: NpmStart;

  const local = (command: string) => start.inAnotherTerminal(`npm run --silent local -- ${command}${runOf(start)}`);

  beforeAll(async () => {
    start = await startWithDocker();
  });
  afterAll(async () => {
    start.interrupt();
    await start.exited;
  });

  it("runs the images of both services, read-only and as nobody special", async () => {
    for (const [, path] of SERVICES) expect((await fetch(start.url + path)).status).toBe(200);
    const containers = await containersOf(start);
    expect(containers).toHaveLength(4);
    for (const id of containers) {
      const format = "--format={{.Config.Image}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Privileged}}";
      expect(await docker("inspect", format, id)).toMatch(
        /\.dkr\.ecr\.us-east-1\.amazonaws\.com\/jenkins-ecs-local\/service-[ab]:\S+ true false$/,
      );
      expect(await docker("exec", id, "id", "-u")).toBe("1000");
      await expect(docker("exec", id, "sh", "-c", "echo x > /app/x")).rejects.toThrow(/Read-only file system/);
    }
  });

  it.each(SERVICES)("releases a new image of %s under load without a failed request", async (service, path) => {
    await local(`push ${service} --tag second`);
    const load = new Load({ url: start.url + path, clients: CLIENTS });
    expect(await local(`release ${service} --tag second`)).toMatch(new RegExp(`${service} runs \\S+, tag second`));
    const { failures, answered, connections } = await load.stop();
    console.log(`docker, ${service}: a deployment under load, ${answered} requests`);
    expect([failures, connections]).toEqual([[], CLIENTS]);
    expect(answered).toBeGreaterThan(CLIENTS);
    const answer = await fetch(start.url + path, { headers: { accept: "application/json" } });
    expect(await answer.json()).toMatchObject({ version: "second" });
  });

  it("tells why a release fails, and ends with 1", async () => {
    await expect(local("release service-b --tag never-pushed")).rejects.toThrow(
      /the release of service-b, tag never-pushed, failed \(ROLLBACK_SUCCESSFUL[\s\S]*CannotPullContainerError/,
    );
    expect((await fetch(`${start.url}/finance`)).status).toBe(200);
  });

  it("leaves no container behind: neither on Ctrl-C, nor when the next start finds those of a killed one", async () => {
    process.kill(start.runner, "SIGKILL");
    await start.exited;
    expect(await containersOf(start)).toHaveLength(4);

    const next = await startWithDocker();
    onTestFinished(() => next.interrupt());
    expect(await containersOf(start)).toEqual([]);
    expect(existsSync(start.folder)).toBe(false);
    expect(await containersOf(next)).toHaveLength(4);
    next.interrupt();
    expect([0, "SIGINT"]).toContain(await next.exited);
    expect(await containersOf(next)).toEqual([]);
  });
});

async function startWithDocker(): Promise<NpmStart> {
  const start = new NpmStart(["--runtime", "docker"]);
  await start.printed("Ctrl-C stops everything.");
  expect(JSON.parse(readFileSync(join(start.folder, "running.json"), "utf8"))).toMatchObject({ runtime: "docker" });
  return start;
}

function runOf({ folder }: NpmStart): string {
  return ` --run ${basename(folder)}`;
}
