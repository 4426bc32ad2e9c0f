import { stripVTControlCharacters } from "node:util";
import type { Screen } from "../../../tools/terminal/terminal";

const LINES_KEPT = 60;
const LINE_MAX = 400;

/** What a terminal writes before it replaces its line of progress. */
const CLEAR = "\r\u001b[K";

/** What an act prints, as lines: a line of progress is replaced by the next one, as in a terminal. */
export class ActScreen implements Screen {
  readonly isTTY = true;
  readonly columns = LINE_MAX;
  #text = "";

  constructor(
    private readonly onChange: () => void = () => undefined,
    private readonly linesKept = LINES_KEPT,
  ) {}

  /** The newest lines. */
  get lines(): readonly string[] {
    return this.#text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(-this.linesKept)
      .map((line) => line.slice(0, LINE_MAX));
  }

  write(text: string): void {
    for (const [index, piece] of text.split(CLEAR).entries()) {
      if (index > 0) this.#text = this.#text.slice(0, this.#text.lastIndexOf("\n") + 1);
      this.#text += stripVTControlCharacters(piece);
    }
    // One line more than is shown, for the last one may still be written.
    this.#text = this.#text
      .split("\n")
      .slice(-this.linesKept - 1)
      .join("\n");
    this.onChange();
  }
}
