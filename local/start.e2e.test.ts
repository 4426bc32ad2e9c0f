import { existsSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { commandLineOf, NpmStart, stillRunning } from "./testing/npm-start";

/** Names of the folders of runs: tests beside this one make some too. */
const runFolders = () => (existsSync(".local/runs") ? readdirSync(".local/runs") : []);

it("npm start -- --once deploys, checks every route, and leaves neither a process nor a folder", async () => {
  const once = new NpmStart(["--once"]);
  await once.printed("✓ AWS emulator");
  const processes = once.processes;
  expect(processes.some((pid) => commandLineOf(pid).includes("local/emulator/server.py"))).toBe(true);
  const [folder = "none"] = runFolders().filter((name) => processes.includes(Number.parseInt(name, 10)));
  const status = await once.exited;
  expect(status, once.output).toBe(0);
  expect(once.output).toContain("all 40 answers are right");
  expect(folder).not.toBe("none");
  expect(runFolders()).not.toContain(folder);
  // A process that has closed its output may still be ending.
  await expect.poll(() => stillRunning(processes), { timeout: 60_000 }).toEqual([]);
});
