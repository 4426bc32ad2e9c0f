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
 * Runs a program of `npm run`, which gives its exit status. Faults are told, with status 2 those of use; Ctrl-C ends what it has
 * started.
 */
export async function runTool(tool: (means: Means) => Promise<number>): Promise<void> {
  const terminal = new Terminal();
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, terminal, () => undefined);
  try {
    process.exitCode = await tool({ args: process.argv.slice(2), terminal, lifetime });
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? (signals.status ?? 1) : reportFailure(error, terminal);
  } finally {
    await lifetime.end();
  }
}
