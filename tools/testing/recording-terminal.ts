import { Terminal } from "../terminal/terminal";

/** A terminal that nobody watches, and what was written to it. */
export function recordingTerminal(): { terminal: Terminal; written: () => string } {
  let text = "";
  const screen = {
    write: (piece: string) => {
      text += piece;
    },
  };
  return { terminal: new Terminal(screen, {}), written: () => text };
}
