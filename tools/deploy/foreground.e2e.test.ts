import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../failure";
import { temporaryFolder, writeScript } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { runInForeground } from "./foreground";

const options = (cwd: string) => ({ cwd, env: process.env, stdio: "ignore" as const });

describe("a program in the foreground", () => {
  it("runs where it is told, to its end", async () => {
    const folder = temporaryFolder();
    await runInForeground(testLifetime(), "/bin/sh", ["-c", "touch was-here"], options(folder));
    expect(existsSync(join(folder, "was-here"))).toBe(true);
  });

  it("is interrupted by Ctrl-C, and may finish what it has begun", async () => {
    const folder = temporaryFolder();
    const script = writeScript(
      folder,
      "program",
      "trap 'sleep 0.3; touch finished; exit 1' INT; touch started; while :; do sleep 0.05; done",
    );
    const lifetime = testLifetime();
    const run = runInForeground(lifetime, script, [], options(folder));
    while (!existsSync(join(folder, "started"))) await sleep(10);
    lifetime.interrupt();
    await expect(run).rejects.toBeInstanceOf(Interrupted);
    expect(existsSync(join(folder, "finished"))).toBe(true);
  });

  it("is not started once the end has begun", async () => {
    const folder = temporaryFolder();
    const lifetime = testLifetime();
    lifetime.interrupt();
    const run = runInForeground(lifetime, "/bin/sh", ["-c", "touch was-here"], options(folder));
    await expect(run).rejects.toBeInstanceOf(Interrupted);
    expect(existsSync(join(folder, "was-here"))).toBe(false);
  });

  it.each([
    ["exit 3", "/bin/sh exited with status 3"],
    ["kill -TERM $$", "/bin/sh was ended by SIGTERM"],
  ])("that fails (%s) is a failure in words", async (script, message) => {
    const run = runInForeground(testLifetime(), "/bin/sh", ["-c", script], options(temporaryFolder()));
    await expect(run).rejects.toThrow(message);
  });

  it("that does not exist is a failure in words", async () => {
    const run = runInForeground(testLifetime(), "/no/such/program", [], options(temporaryFolder()));
    await expect(run).rejects.toThrow("/no/such/program could not be started: spawn /no/such/program ENOENT");
  });
});
