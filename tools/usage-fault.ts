import { nearest } from "../config/suggest";
import { messageOf } from "./failure";

/** What is wrong with a command line: the first sentence of what `parseArgs` says of it. */
export function parseFault(error: unknown): string {
  return messageOf(error)
    .replace(/^./, (letter) => letter.toLowerCase())
    .replace(/ argument is ambiguous.* use ('.*')\.$/s, " is followed by an option; if that is its value, write $1")
    .replace(/\. .*/s, "");
}

/** What is wrong with an option that has to name one of those that there are; undefined where it does. */
export function nameFault(
  what: string,
  name: string | undefined,
  known: readonly string[],
  option: string,
): string | undefined {
  if (name !== undefined && known.includes(name)) return undefined;
  const meant = nearest(name ?? "", known);
  const fault = name === undefined ? `${option} is missing` : `there is no ${what} "${name}" (${option})`;
  return `${fault}; ${meant === undefined ? "" : `did you mean "${meant}"? `}the ${what}s are: ${known.join(", ")}`;
}
