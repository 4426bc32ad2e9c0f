import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../failure";
import { temporaryFolder } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { capture } from "./capture";
import { isRunning } from "./descendants";

/** Waits for a file that a process writes when it is ready, and gives the numbers in it. */
async function pidsIn(file: string, count: number): Promise<number[]> {
  const pids = () => readFileSync(file, "utf8").trim().split(/\s+/).map(Number);
  await expect.poll(() => existsSync(file) && pids().length, { timeout: 60_000, interval: 10 }).toBe(count);
  return pids();
}

/** A Node process that starts a grandchild in a session of its own, as the CDKTF CLI starts Terraform. */
const WITH_GRANDCHILD = `
  const { spawn } = require("node:child_process");
  const grandchild = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  require("node:fs").writeFileSync(process.argv[1], process.pid + " " + grandchild.pid);
  setInterval(() => {}, 1000);
`;

const DEAF = `
  process.on("SIGTERM", () => {});
  require("node:fs").writeFileSync(process.argv[1], String(process.pid));
  setInterval(() => {}, 1000);
`;

describe("a process group", () => {
  it("takes a grandchild that left the group along when it is stopped", async () => {
    const file = join(temporaryFolder(), "pids");
    const group = testLifetime().start(process.execPath, ["-e", WITH_GRANDCHILD, file]);
    const pids = await pidsIn(file, 2);
    expect(pids.map(isRunning)).toEqual([true, true]);
    await group.stop("SIGTERM", 100);
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it("is ended by SIGKILL when it does not listen", async () => {
    const file = join(temporaryFolder(), "pids");
    const group = testLifetime().start(process.execPath, ["-e", DEAF, file]);
    await pidsIn(file, 1);
    await group.stop("SIGTERM", 100);
    expect(await group.exited).toEqual({ status: undefined, reason: "was ended by SIGKILL" });
  });

  it("is not waited for longer than it takes to end", async () => {
    const group = testLifetime().start("sleep", ["60"]);
    await group.stop("SIGTERM", 60_000);
    expect((await group.exited).reason).toBe("was ended by SIGTERM");
  });

  it("says so when the program does not exist", async () => {
    const group = testLifetime().start("/no/such/program", []);
    expect(await group.exited).toEqual({ status: undefined, reason: "could not be started (ENOENT)" });
    await group.stop();
  });
});

describe("capturing a program's output", () => {
  it("gives status and both outputs", async () => {
    const captured = await capture(testLifetime(), "sh", ["-c", "echo out; echo err >&2; exit 3"]);
    expect(captured).toEqual({ status: 3, stdout: "out\n", stderr: "err\n", reason: "exited with status 3" });
  });

  it("ends a program that hangs, and says so", async () => {
    const captured = await capture(testLifetime(), "sleep", ["60"], { timeoutMs: 50 });
    expect(captured).toMatchObject({ status: undefined, reason: "did not end within 0.05 s" });
  });
});

describe("a lifetime", () => {
  it("ends what was started, the latest first", async () => {
    const lifetime = testLifetime();
    const ended: string[] = [];
    lifetime.onEnd(() => void ended.push("first"));
    lifetime.onEnd(() => void ended.push("second"));
    const group = lifetime.start("sleep", ["60"]);
    await lifetime.end();
    expect(ended).toEqual(["second", "first"]);
    expect((await group.exited).reason).toBe("was ended by SIGTERM");
  });

  it("lets go of what is awaited when it is interrupted", async () => {
    const lifetime = testLifetime();
    const awaited = lifetime.until(new Promise(() => undefined));
    lifetime.interrupt();
    await expect(awaited).rejects.toThrow(Interrupted);
    await expect(lifetime.until(Promise.resolve(1))).rejects.toThrow(Interrupted);
  });

  it("starts nothing more once the end has begun", async () => {
    const lifetime = testLifetime();
    lifetime.interrupt();
    expect(() => lifetime.start("sleep", ["60"])).toThrow(Interrupted);
    expect(() => lifetime.onEnd(() => undefined)).toThrow(Interrupted);
  });

  it("passes a failure on", async () => {
    await expect(testLifetime().until(Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
