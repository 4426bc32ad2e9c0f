/** Something that a change touches. */
export interface Affected {
  readonly name: string;
  /** The files for which it is, sorted. */
  readonly why: readonly string[];
}

/** That a file touches something. */
export interface Touch {
  readonly kind: "stack" | "image" | "release" | "pipeline";
  readonly name: string;
  readonly why: string;
}

/** That a file touches things of a kind. */
export function touch(kind: Touch["kind"], names: Iterable<string>, why: string): readonly Touch[] {
  return [...names].map((name) => ({ kind, name, why }));
}

/** What is touched of a kind, each once with all of its reasons, sorted. */
export function listOf(touched: readonly Touch[], kind: Touch["kind"]): readonly Affected[] {
  const found = new Map<string, Set<string>>();
  for (const { name, why } of touched.filter((one) => one.kind === kind)) {
    found.set(name, (found.get(name) ?? new Set()).add(why));
  }
  return [...found]
    .map(([name, why]) => ({ name, why: [...why].sort() }))
    .sort((first, second) => (first.name < second.name ? -1 : 1));
}
