import { messageOf } from "./failure";

/** What is wrong with a command line: the first sentence of what `parseArgs` says of it. */
export function parseFault(error: unknown): string {
  return messageOf(error)
    .replace(/^./, (letter) => letter.toLowerCase())
    .replace(/ argument is ambiguous.* use ('.*')\.$/s, " is followed by an option; if that is its value, write $1")
    .replace(/\. .*/s, "");
}
