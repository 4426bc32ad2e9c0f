import type { Screen } from "../../tools/terminal/terminal";
import { Terminal } from "../../tools/terminal/terminal";

/**
 * What a command says. To a person: lines on stdout. To a machine (`--json`): one JSON document on stdout, and the lines on
 * stderr.
 */
export class Output {
  readonly terminal: Terminal;
  #lastStep = "";

  constructor(
    readonly isJson: boolean,
    private readonly stdout: Screen = process.stdout,
    stderr: Screen = process.stderr,
  ) {
    this.terminal = new Terminal(isJson ? stderr : stdout);
  }

  /** Where things stand, once for each time that it changes. */
  step(text: string): void {
    if (text === this.#lastStep) return;
    this.#lastStep = text;
    this.terminal.line(`  … ${text}`);
  }

  /** The result of the command, for a machine. */
  result(document: object): void {
    if (this.isJson) this.document(document);
  }

  /** A JSON document that is the purpose of the command. */
  document(document: object): void {
    this.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  }
}
