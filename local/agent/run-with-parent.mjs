// Runs a program that is no Node program, and ends it and all that it started when `npm start` is gone, however it went:
// `node run-with-parent.mjs PROGRAM [ARGUMENT...]`, in a process group of its own, with a channel to its parent.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

const NOT_FOUND = 127;

const BOUND_MS = 5_000;

const [program = "", ...args] = process.argv.slice(2);

// Before the program is there, which may be asked to end as soon as it runs: a signal that nobody hears would end us alone.
process.on("SIGTERM", () => child.kill("SIGTERM"));

const child = spawn(program, args, { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`${program} could not be started: ${error.message}`);
  process.exit(NOT_FOUND);
});
child.on("exit", (status, signal) => {
  // Nobody is left to end what the program leaves behind.
  if (!process.connected) process.kill(-process.pid, "SIGKILL");
  process.exit(signal ? 128 + constants.signals[signal] : status);
});

function end() {
  setTimeout(() => process.kill(-process.pid, "SIGKILL"), BOUND_MS).unref();
  child.kill("SIGTERM");
}

process.on("disconnect", end);
process.channel?.unref();
// The parent may be gone before this module was loaded: then no event comes.
if (!process.connected) end();
