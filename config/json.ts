/** Where and why a text is not JSON. */
export interface JsonProblem {
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

/** A JSON text that was read, or why it could not be. */
export type ParsedJson = { readonly value: unknown } | JsonProblem;

/**
 * Reads JSON as `JSON.parse` does, with two differences: a syntax fault comes with its line and column (Node 20's
 * messages mostly have neither), and a key that is given twice is a fault instead of the loss of the first value.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: new JsonReader(text).read() };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const before = text.slice(0, error.offset).split("\n");
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, problem: error.message };
  }
}

class JsonFault extends Error {
  constructor(
    readonly offset: number,
    problem: string,
  ) {
    super(problem);
  }
}

const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON refuses control characters within a text.
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;

class JsonReader {
  private offset = 0;

  constructor(private readonly source: string) {}

  read(): unknown {
    const value = this.value();
    if (this.offset < this.source.length) throw this.fault(`${this.found()} after the end of the value`);
    return value;
  }

  private value(): unknown {
    this.take(SPACE);
    const value = this.peek() === "{" ? this.object() : this.peek() === "[" ? this.list() : this.scalar();
    this.take(SPACE);
    return value;
  }

  private object(): unknown {
    const entries = new Map<string, unknown>();
    this.members("}", () => {
      this.take(SPACE);
      const start = this.offset;
      const key = this.key();
      if (entries.has(key)) throw new JsonFault(start, `the key ${JSON.stringify(key)} is given twice`);
      this.take(SPACE);
      if (this.peek() !== ":") throw this.fault(`${this.found()} where ":" should follow the key`);
      this.offset++;
      entries.set(key, this.value());
    });
    return Object.fromEntries(entries);
  }

  private list(): unknown {
    const members: unknown[] = [];
    this.members("]", () => members.push(this.value()));
    return members;
  }

  /** Reads what stands between two brackets, with a comma between any two members and none after the last. */
  private members(end: "}" | "]", member: () => void): void {
    this.offset++;
    this.take(SPACE);
    if (this.peek() === end) {
      this.offset++;
      return;
    }
    for (;;) {
      member();
      this.take(SPACE);
      const next = this.peek();
      if (next !== end && next !== ",") throw this.fault(`${this.found()} where "," or "${end}" should be`);
      const comma = this.offset++;
      if (next === end) return;
      this.take(SPACE);
      if (this.peek() === end) throw new JsonFault(comma, `"," after the last member`);
    }
  }

  private key(): string {
    const key = this.take(TEXT);
    if (key === "") throw this.fault(`${this.found()} where a key in double quotes should be`);
    return JSON.parse(key) as string;
  }

  private scalar(): unknown {
    const token = this.take(TEXT) || this.take(NUMBER) || this.take(WORD);
    if (token === "") throw this.fault(`${this.found()} where a value should be`);
    return JSON.parse(token);
  }

  private take(form: RegExp): string {
    form.lastIndex = this.offset;
    const token = form.exec(this.source)?.[0] ?? "";
    this.offset += token.length;
    return token;
  }

  private peek(): string | undefined {
    return this.source[this.offset];
  }

  /** What stands here, without printing more of a file than a fault needs: a text may be a secret. */
  private found(): string {
    const next = this.peek();
    if (next === undefined) return "the end of the file";
    if (next === '"') {
      TEXT.lastIndex = this.offset;
      return TEXT.test(this.source) ? "a text" : "a text that does not end on its line or holds a bad escape";
    }
    if (next === "/" || next === "#") return `a comment (${next})`;
    return JSON.stringify(next);
  }

  private fault(problem: string): JsonFault {
    return new JsonFault(this.offset, problem);
  }
}
