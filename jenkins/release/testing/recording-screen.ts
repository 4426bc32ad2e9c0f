import type { Screen } from "../../../tools/terminal/terminal";

/** A stand-in for stdout or stderr, and what was written to it. */
export function recordingScreen(): Screen & { written: () => string } {
  let text = "";
  return {
    write: (piece) => {
      text += piece;
    },
    written: () => text,
  };
}
