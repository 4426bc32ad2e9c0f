import type { Terminal } from "../terminal/terminal";
import type { Change } from "./change";
import type { EnvironmentChange } from "./environment-change";
import type { Affected } from "./touch";

/** Reasons that a line names: the others are counted. */
const REASONS_SHOWN = 3;

const COMMIT_DIGITS = 12;

/** What the lists of an environment are called in a line. */
const KINDS: readonly (readonly [keyof EnvironmentChange, string])[] = [
  ["stacks", "stack"],
  ["removedStacks", "removed stack"],
  ["images", "image"],
  ["releases", "release"],
  ["pipelines", "pipeline"],
];

/** Tells a person what a change touches: a line for each name, with the files for which it is. */
export function printChange({ commit, files, environments }: Change, since: string, terminal: Terminal): void {
  const count = files.length === 1 ? "1 file differs" : `${files.length} files differ`;
  terminal.line(`${count} from ${since} (${commit.slice(0, COMMIT_DIGITS)})`);
  for (const [name, change] of Object.entries(environments)) {
    const rows = KINDS.flatMap(([list, kind]) => change[list].map((one) => [`${kind} ${one.name}`, reasonsOf(one)]));
    terminal.line();
    if (rows.length === 0) terminal.line(terminal.style("bold", `environment ${name}: nothing is affected`));
    else {
      terminal.line(terminal.style("bold", `environment ${name}`));
      terminal.table(["affected", "by"], rows);
    }
    if (change.removedStacks.length > 0) {
      terminal.warn(
        "no deployment removes what a removed stack has made: destroy it with the commit that still had it",
      );
    }
  }
}

function reasonsOf({ why }: Affected): string {
  const more = why.length - REASONS_SHOWN;
  return [...why.slice(0, REASONS_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}
