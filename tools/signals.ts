import type { Lifetime } from "./processes/lifetime";
import type { Terminal } from "./terminal/terminal";

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** npm passes on the signal that the terminal has sent to everybody already: one key press, two signals. */
const SAME_PRESS_MS = 500;

/** What a signal did so far. */
export interface Signals {
  /** Exit status that says which signal ended the command; `undefined` while none did. */
  readonly status: number | undefined;
}

/**
 * Ends the lifetime at Ctrl-C, at a request to end, and when the process that started us is gone; at once when asked a
 * second time.
 *
 * @param endAtOnce what is left to do before leaving without a word
 */
export function endOnSignals(lifetime: Lifetime, terminal: Terminal, endAtOnce: () => void): Signals {
  let first: { at: number; status: number } | undefined;
  const end = (status: number) => {
    if (!first) {
      first = { at: Date.now(), status };
      terminal.line();
      terminal.line("stopping (Ctrl-C again: at once)");
      lifetime.interrupt();
    } else if (Date.now() - first.at > SAME_PRESS_MS) {
      lifetime.kill();
      endAtOnce();
      process.exit(first.status);
    }
  };
  for (const [signal, number] of Object.entries(NUMBERS)) process.on(signal, () => end(128 + number));
  if (process.channel) {
    process.on("disconnect", () => end(128 + NUMBERS.SIGHUP));
    process.channel.unref();
  }
  return {
    get status() {
      return first?.status;
    },
  };
}
