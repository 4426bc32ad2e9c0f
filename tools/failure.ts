/** Exit status for a fault of the command line or of a configuration file. */
export const USAGE_STATUS = 2;

/** Something that the person at the terminal has to know or mend: printed as it is, without a stack trace. */
export class Failure extends Error {
  override readonly name = "Failure";

  /**
   * @param message what is wrong, where, and how to mend it
   * @param status exit status of the command. @default 1
   */
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Thrown out of whatever was awaited when the person pressed Ctrl-C, or a signal asked the command to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
