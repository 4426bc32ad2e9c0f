import { existsSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { commandLineOf, NpmStart, stillRunning } from "./testing/npm-start";

/** Names of the folders of runs, each of which tells its own from every other's. */
const runFolders = () => (existsSync(".local/runs") ? readdirSync(".local/runs") : []);

it("npm start -- --once deploys, checks every route, and leaves neither a process nor a folder", async () => {
  const before = runFolders();
  const once = new NpmStart(["--once"]);
  await once.printed("AWS emulator");
  const processes = once.processes;
  expect(processes.some((pid) => commandLineOf(pid).includes("local/emulator/server.py"))).toBe(true);
  const [folder = "none"] = runFolders().filter((name) => !before.includes(name));
  const status = await once.exited;
  expect(status, once.output).toBe(0);
  expect(once.output).toContain("all 40 answers are right");
  expect(folder).not.toBe("none");
  expect(runFolders()).not.toContain(folder);
  expect(stillRunning(processes)).toEqual([]);
});
