import { Interrupted } from "./failure";
import { Lifetime } from "./processes/lifetime";
import { endOnSignals } from "./signals";
import { reportFailure } from "./terminal/report-failure";
import { Terminal } from "./terminal/terminal";

/** What a tool works with. */
export interface Means {
  readonly args: readonly string[];
  readonly terminal: Terminal;
  /** Of what it starts: ended when it returns, throws or is interrupted. */
  readonly lifetime: Lifetime;
}

/**
 * Runs a program of `npm run`, which gives its exit status. Faults are told, those of use with status 2; Ctrl-C ends what it has
 * started, and so does the end of who reads what it prints.
 */
export async function runTool(
  tool: (means: Means) => Promise<number>,
  args: readonly string[] = process.argv.slice(2),
  terminal: Terminal = new Terminal(),
): Promise<void> {
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, terminal, () => undefined);
  endWithReader(lifetime);
  try {
    process.exitCode = await tool({ args, terminal, lifetime });
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? (signals.status ?? 1) : reportFailure(error, terminal);
  } finally {
    await lifetime.end();
  }
}

/** `npm run cost -- --env prod | head` has what it wants before all is printed. */
function endWithReader(lifetime: Lifetime): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    lifetime.interrupt();
  });
}
