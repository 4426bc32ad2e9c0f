import { codeBlocks } from "./markdown";
import { matchesWith } from "./wildcards";

/** What is typed at one go, and what then is seen. */
export interface Step {
  /** Lines for a shell. Steps of a page share one: a variable that a step sets is there in the next. */
  readonly commands: string;
  /** What is printed. Undefined: the page does not say. */
  readonly expected: string | undefined;
  /** Of the first command in the page, from 1. */
  readonly line: number;
}

/** A page that cannot be walked, or a step whose output is another: meant for the person who writes the page. */
export class WalkthroughFault extends Error {
  override readonly name = "WalkthroughFault";
}

/**
 * The steps of a page: each block marked `sh`, with the block marked `text` that comes next. Blocks of other languages, or
 * of none, are for readers alone.
 *
 * @throws WalkthroughFault for an expected output that follows no commands, and for a block without any
 */
export function parseWalkthrough(page: string): readonly Step[] {
  const steps: Step[] = [];
  let isOpen = false;
  for (const { language, text, line } of codeBlocks(page)) {
    const last = steps.at(-1);
    if (language === "text") {
      if (!last || !isOpen) throw new WalkthroughFault(`line ${line}: the output follows no block marked sh`);
      steps[steps.length - 1] = { ...last, expected: text };
    } else if (language === "sh") {
      if (text.trim() === "") throw new WalkthroughFault(`line ${line}: the block marked sh has no command`);
      steps.push({ commands: text, expected: undefined, line });
    }
    isOpen = language === "sh";
  }
  return steps;
}

/** What varies: within a line any characters, as a line of its own any lines. */
const ANYTHING = "...";

/**
 * Whether an output is as expected. `...` stands for what varies; how wide the space between two words is does not count (it
 * is that of tables), nor do colours and empty lines.
 */
export function isExpected(expected: string, output: string): boolean {
  return matchesWith(linesOf(expected), linesOf(output), {
    isAnything: (line) => line === ANYTHING,
    isLike: lineIsLike,
  });
}

/** @throws WalkthroughFault that shows both, where the output is another */
export function requireExpected({ expected, commands, line }: Step, output: string): void {
  if (expected === undefined || isExpected(expected, output)) return;
  const unmatched = firstUnmatched(linesOf(expected), linesOf(output));
  throw new WalkthroughFault(
    `line ${line}: ${commands}\nprinted something else; first missed: ${unmatched}\n--- expected\n${expected}\n--- printed\n${output.trimEnd()}`,
  );
}

/** The first line of what is expected that no line of the output is like; else, that some come in another order. */
function firstUnmatched(expected: readonly string[], output: readonly string[]): string {
  const missing = expected.find((line) => line !== ANYTHING && !output.some((printed) => lineIsLike(line, printed)));
  return missing ?? "lines are there that are not expected, or in another order";
}

function lineIsLike(expected: string, printed: string): boolean {
  return matchesWith(partsOf(expected), [...printed], {
    isAnything: (part) => part === ANYTHING,
    isLike: (part, character) => part === character,
  });
}

/** The characters of a line; `...` is one part. */
const partsOf = (line: string): readonly string[] =>
  line.split(ANYTHING).flatMap((text, place) => (place === 0 ? [...text] : [ANYTHING, ...text]));

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours begin with.
const COLOUR = /\u001b\[[\d;]*m/g;

const linesOf = (text: string): readonly string[] =>
  text
    .replace(COLOUR, "")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
