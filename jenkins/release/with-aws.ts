import { Interrupted } from "../../tools/failure";
import { Lifetime } from "../../tools/processes/lifetime";
import { endOnSignals } from "../../tools/signals";
import { EXIT } from "./exit-status";
import { runCommand, type Session } from "./run-command";

/** Runs a command that talks to AWS, until it ends or is interrupted: gives the exit status. @throws Failure, ConfigError */
export async function withAws(given: Omit<Session, "lifetime">): Promise<number> {
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, given.output.terminal, () => undefined);
  try {
    await runCommand({ ...given, lifetime });
    return EXIT.released;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const { message } = error;
    const status = signals.status ?? EXIT.failed;
    given.output.terminal.error(message);
    given.output.result({ outcome: "interrupted", status, message });
    return status;
  } finally {
    await lifetime.end();
  }
}
