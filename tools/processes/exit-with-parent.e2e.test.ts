import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../testing/temporary-folder";
import { isRunning } from "./descendants";

const MODULE = fileURLToPath(new URL("exit-with-parent.mjs", import.meta.url));

/** A parent that starts a child with the module preloaded, which notes its process id, and waits. */
const PARENT = `
  const { spawn } = require("node:child_process");
  spawn(process.execPath, ["--import", process.argv[1], "-e", process.argv[2], process.argv[3]], {
    stdio: ["ignore", "ignore", "ignore", "ipc"], detached: true,
  });
  setInterval(() => {}, 1000);
`;

const CHILD = `
  require("node:fs").writeFileSync(process.argv[1], String(process.pid));
  setInterval(() => {}, 1000);
`;

describe("a process that ends with its parent", () => {
  it("is gone after the parent was killed", async () => {
    const file = join(temporaryFolder(), "pid");
    const parent = spawn(process.execPath, ["-e", PARENT, MODULE, CHILD, file]);
    onTestFinished(() => void parent.kill("SIGKILL"));
    // Two starts of Node.
    const written = () => existsSync(file) && readFileSync(file, "utf8");
    await expect.poll(written, { timeout: 60_000 }).toMatch(/^\d+$/);
    const pid = Number(readFileSync(file, "utf8"));
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it("is gone where the parent was gone before the module was loaded", async () => {
    const child = spawn(process.execPath, ["--import", MODULE, "-e", "setInterval(() => {}, 1000)"], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.disconnect();
    expect(await new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)))).toBe("SIGTERM");
  });

  it("is not kept alive by the channel to its parent", async () => {
    const child = spawn(process.execPath, ["--import", MODULE, "-e", "0"], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(0);
  });
});
