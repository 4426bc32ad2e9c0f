/** One thing wrong in a configuration file. Every member is text to be printed; no secret is in any of them. */
export interface Fault {
  /** Path of the file relative to the root of the repository, with forward slashes. */
  readonly file: string;
  /** JSON path of the value, such as `$.routes.paths[1]`. */
  readonly path: string;
  /** The value as JSON, shortened; `nothing` when it is absent, `(not shown)` when it may be a secret. */
  readonly given: string;
  /** What is wrong. */
  readonly problem: string;
  /** What is allowed. */
  readonly allowed: string;
  /** How to mend it. */
  readonly mend: string;
}

/** Thrown with every fault of every file; its message is meant for the person who wrote them. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  /** @param faults at least one, in the order in which they are to be printed */
  constructor(readonly faults: readonly Fault[]) {
    super(describeFaults(faults));
  }
}

function describeFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const title = `the configuration has ${count}; nothing was synthesised, nothing was sent`;
  return [title, ...faults.map(describeFault)].join("\n\n");
}

function describeFault(fault: Fault): string {
  return [
    `${fault.file} ${fault.path}`,
    `  wrong:   ${fault.problem}`,
    `  given:   ${fault.given}`,
    `  allowed: ${fault.allowed}`,
    `  mend:    ${fault.mend}`,
  ].join("\n");
}

/** Faults in a stable order (file, then path, numbers by their value), each told once. */
export function arrangeFaults(faults: readonly Fault[]): readonly Fault[] {
  const unique = new Map(faults.map((fault) => [JSON.stringify([fault.file, fault.path, fault.problem]), fault]));
  return [...unique.values()].sort(
    (first, second) =>
      ORDER.compare(first.file, second.file) ||
      ORDER.compare(first.path, second.path) ||
      ORDER.compare(first.problem, second.problem),
  );
}

// A fixed locale: the order must not depend on the machine.
const ORDER = new Intl.Collator("en", { numeric: true });
