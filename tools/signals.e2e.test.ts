import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { writeFile } from "./testing/temporary-folder";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** A command of a test. */
interface Command {
  /** What its end waits for, as an expression: `again` is a second SIGINT. */
  readonly end: string;
  /** Milliseconds by its clock between the first SIGINT and the next: the machine may let more pass, and bring them as one. */
  readonly betweenMs?: number;
}

function program({ end, betweenMs = 0 }: Command): string {
  const from = (name: string) => JSON.stringify(join(FOLDER, name));
  return `
    import { setTimeout as sleep } from "node:timers/promises";
    import { Lifetime } from ${from("processes/lifetime")};
    import { endOnSignals } from ${from("signals")};
    import { Terminal } from ${from("terminal/terminal")};
    const lifetime = new Lifetime();
    const signals = endOnSignals(lifetime, new Terminal(), () => console.log("at once"));
    let heard = 0;
    const now = Date.now();
    Date.now = () => now + heard * ${betweenMs};
    const again = new Promise((resolve) => process.on("SIGINT", () => ++heard === 2 && resolve()));
    lifetime.onEnd(() => ${end});
    console.log("ready");
    await lifetime.until(sleep(60_000)).catch(() => undefined);
    await lifetime.end();
    console.log("ended");
    process.exit(signals.status);`;
}

// The tests run side by side, most of their time is starting Node: what they leave is cleared after the last.
const folder = mkdtempSync(join(tmpdir(), "local-test-"));
const commands: ChildProcess[] = [];
afterAll(() => {
  for (const child of commands) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Starts the command, acts when it is ready, and again when it says that it stops; gives what it printed and its exit status. */
async function run(command: Command, act: (child: ChildProcess) => void, next?: (child: ChildProcess) => void) {
  const file = writeFile(folder, `${commands.length}.mts`, program(command));
  const child = spawn(process.execPath, ["--import", "tsx", file], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  commands.push(child);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    if (text.includes("ready")) act(child);
    if (text.includes(STOPPING)) next?.(child);
    output += text;
  });
  // Not "close": Node never emits it once this side has closed the channel.
  const [status] = await Promise.all([
    once(child, "exit").then(([code]) => code),
    child.stdout && once(child.stdout, "end"),
  ]);
  return { output: output.trim().split("\n").filter(Boolean), status };
}

const STOPPING = "stopping (Ctrl-C again: at once)";

const SOON: Command = { end: "sleep(10)" };

const interrupt = (child: ChildProcess) => void child.kill("SIGINT");

describe.concurrent("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s ends everything in order, with status %i", async (signal, status) => {
    const ended = await run(SOON, (child) => void child.kill(signal));
    expect(ended).toEqual({ output: ["ready", STOPPING, "ended"], status });
  });

  it("that comes twice for one key press is one", async () => {
    const ended = await run({ end: "again", betweenMs: 50 }, interrupt, interrupt);
    expect(ended).toEqual({ output: ["ready", STOPPING, "ended"], status: 130 });
  });

  it("a second time ends everything at once", async () => {
    const ended = await run({ end: "sleep(60_000)", betweenMs: 700 }, interrupt, interrupt);
    expect(ended).toEqual({ output: ["ready", STOPPING, "at once"], status: 130 });
  });

  it("is not needed where the process that started us is gone", async () => {
    const ended = await run(SOON, (child) => child.disconnect());
    expect(ended).toEqual({ output: ["ready", STOPPING, "ended"], status: 129 });
  });
});
