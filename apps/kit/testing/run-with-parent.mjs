// Runs a program that is no Node program for a test, and ends it when the test runner is gone, however it went:
// `node run-with-parent.mjs PROGRAM [ARGUMENT...]`, with a pipe to the runner as its standard input.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

const [program = "", ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
child.once("error", (error) => {
  console.error(`${program} could not be started: ${error.message}`);
  process.exit(1);
});
child.once("exit", (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.stdin.once("end", () => child.kill("SIGKILL")).resume();
