export interface StackProgress {
  /** Resources to create, once the plan says so. */
  planned: number | undefined;
  created: number;
  done: boolean;
}

/**
 * Reads what `cdktf deploy` prints. A line that begins a stack's piece of output carries the stack's name and two spaces
 * or more; the lines after it are indented and belong to the same stack.
 */
export class DeployProgress {
  readonly stacks = new Map<string, StackProgress>();
  readonly #errors: string[] = [];
  #stack: string | undefined;
  #inError = false;

  constructor(stacks: readonly string[]) {
    for (const name of stacks) this.stacks.set(name, { planned: undefined, created: 0, done: false });
  }

  /** Whether it is known of every stack what is to be created. */
  get isPlanned(): boolean {
    return [...this.stacks.values()].every(({ planned, done }) => planned !== undefined || done);
  }

  /** What Terraform says of its errors, each with the stack it belongs to. */
  get errors(): string {
    return this.#errors.join("\n").trimEnd();
  }

  read(line: string): void {
    const [, name = "", first = ""] = /^(\S+)\s{2,}(.*)$/.exec(line) ?? [];
    const begins = this.stacks.has(name);
    if (begins) this.#stack = name;
    const text = begins ? first : line.trim();
    const progress = this.stacks.get(this.#stack ?? "");
    if (progress) readTerraform(progress, text);
    this.#readError(text, begins);
  }

  /** The CLI has ended well, so every stack is done, whatever could be made of what it printed. */
  end(): void {
    for (const stack of this.stacks.values()) stack.done = true;
  }

  /** The stacks that are not done, in a few words: `network 12/24, registry planning`. */
  toString(): string {
    return [...this.stacks]
      .filter(([, { done }]) => !done)
      .map(([name, { planned, created }]) => `${name} ${planned === undefined ? "planning" : `${created}/${planned}`}`)
      .join(", ");
  }

  #readError(text: string, begins: boolean): void {
    // Before the first stack, it is the CLI that speaks, and not Terraform.
    if (this.#stack && text.startsWith("Error: ")) {
      this.#inError = true;
      this.#errors.push(`${this.#stack}: ${text}`);
    } else if (begins || /^\d+ Stacks? /.test(text)) {
      this.#inError = false;
    } else if (this.#inError) {
      this.#errors.push(text && `  ${text}`);
    }
  }
}

function readTerraform(progress: StackProgress, text: string): void {
  const planned = /^Plan: (\d+) to add/.exec(text)?.[1];
  if (planned) progress.planned = Number(planned);
  if (/: Creation complete after /.test(text)) progress.created++;
  if (text.startsWith("Apply complete!")) progress.done = true;
}
