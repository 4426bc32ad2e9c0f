import { ConfigError } from "../../config/faults";
import { Failure, USAGE_STATUS } from "../failure";
import type { Terminal } from "./terminal";

/** Tells the person what went wrong, and gives the exit status that says so to a program. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof ConfigError) {
    terminal.line(error.message);
    return USAGE_STATUS;
  }
  if (error instanceof Failure) {
    terminal.error(error.message);
    return error.status;
  }
  // A fault of ours: whoever reports it needs the stack trace.
  console.error(error);
  return 1;
}
