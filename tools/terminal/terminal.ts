import { stripVTControlCharacters, styleText } from "node:util";

/** Fewest milliseconds between two progress lines where they can't overwrite each other. */
const PLAIN_PROGRESS_INTERVAL_MS = 15_000;

type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** What is written to: `process.stdout`, or a stand-in for it. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * The person's terminal: lines that stay, and below them one line of progress that is overwritten. Where nobody watches
 * (CI, a pipe), progress becomes a plain line now and then. Colours only on a terminal, and not with NO_COLOR.
 */
export class Terminal {
  readonly #live: boolean;
  readonly #colours: boolean;
  #progressShown = false;
  #lastPlainProgress = 0;

  constructor(
    private readonly screen: Screen = process.stdout,
    environment: NodeJS.ProcessEnv = process.env,
    private readonly now: () => number = Date.now,
  ) {
    this.#live = screen.isTTY === true && !environment.CI && environment.TERM !== "dumb";
    this.#colours = this.#live && !environment.NO_COLOR;
    this.#lastPlainProgress = now();
  }

  /** Writes a line that stays. */
  line(text = ""): void {
    this.#clear();
    this.screen.write(`${text}\n`);
    this.#lastPlainProgress = this.now();
  }

  /** A step that is done. */
  done(what: string, detail = ""): void {
    this.line(`  ${this.style("green", "✓")} ${what}${detail && `  ${this.style("dim", detail)}`}`);
  }

  /** Something that the person should see, but that stops nothing. */
  warn(text: string): void {
    this.line(`  ${this.style("yellow", "!")} ${text}`);
  }

  /** Something that went wrong. */
  error(text: string): void {
    this.line(`  ${this.style("red", "✗")} ${text}`);
  }

  /** Shows what is being done, in place of the progress that was shown before. */
  progress(text: string): void {
    if (this.#live) {
      this.#clear();
      // A pseudo-terminal that nobody gave a size has 0 columns.
      const width = (this.screen.columns || 80) - 1;
      this.screen.write(this.style("dim", `  … ${text}`.slice(0, width)));
      this.#progressShown = true;
    } else if (this.now() - this.#lastPlainProgress >= PLAIN_PROGRESS_INTERVAL_MS) {
      this.line(`  … ${text}`);
    }
  }

  /** Text in a colour, where the terminal shows any. */
  style(style: Style, text: string): string {
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Rows below a heading, in columns as wide as their widest cell. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => width(row[column] ?? ""))));
    const format = (row: readonly string[]) =>
      row
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell)))
        .join("  ")
        .trimEnd();
    this.line(`  ${this.style("dim", format(heading))}`);
    for (const row of rows) this.line(`  ${format(row)}`);
  }

  #clear(): void {
    if (this.#progressShown) this.screen.write("\r\u001b[K");
    this.#progressShown = false;
  }
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
