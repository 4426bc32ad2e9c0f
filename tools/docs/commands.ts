/** An npm script that a page tells people to run. */
export interface NpmCommand {
  /** Its name: `local`, `test:unit`, `start`. */
  readonly script: string;
  /** What is given to the script, as it is written. */
  readonly args: readonly string[];
  /** Of the page, from 1. */
  readonly line: number;
}

/** What ends a command within a line: the end of code, of a cell, of a shell's command, or a comment. */
const END = /[`|;&#"')>]|\s\(|\s{3,}|$/;

/** The npm scripts that a page names, in code blocks, in tables and within lines. */
export function npmCommands(page: string): readonly NpmCommand[] {
  return page.split("\n").flatMap((content, index) =>
    [...content.matchAll(/\bnpm (?:run (?:--silent )?)?(\w[\w-]*(?::\w[\w-]*)*)/g)].flatMap(
      ({ 0: found, 1: script = "", index: at }) => {
        // Of npm's own commands only these two are scripts.
        if (!found.startsWith("npm run ") && !["start", "test"].includes(script)) return [];
        const [given = ""] = content.slice(at + found.length).split(END);
        const [, args = ""] = /^\s+--\s+(.*)$/.exec(given) ?? [];
        return [{ script, args: args.split(/\s+/).filter((word) => word !== ""), line: index + 1 }];
      },
    ),
  );
}

/** The long options among arguments; of `[--seed]`, `--seed`. */
export const optionsAmong = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => /^\[?(--[a-z][a-z-]*)/.exec(word)?.slice(1) ?? []);

/** The options that a text about the use of a program names. */
export const optionsNamed = (usage: string): readonly string[] => [
  ...new Set([...usage.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option)),
];

/** What a text about the use of a program says of its commands: the options of each, with those that all of them have. */
export function commandsOfUsage(usage: string): ReadonlyMap<string, readonly string[]> {
  const [, commands = "", options = ""] = /\ncommands:\n([\s\S]*?)(?:\noptions:\n([\s\S]*))?$/.exec(usage) ?? [];
  const general = optionsNamed(options);
  const entries = commands.split(/^ {2}(?=[a-z])/m).filter((entry) => entry.trim() !== "");
  return new Map(
    entries.map((entry) => [/^[\w-]+/.exec(entry)?.[0] ?? "", [...optionsNamed(entry), ...general]] as const),
  );
}

/** The text about its use in the source of a program that runs when it is imported; its back quotes as they are printed. */
export function usageIn(source: string): string {
  const [, usage] = /USAGE = `((?:[^`\\]|\\.)*)`/.exec(source) ?? [];
  if (usage === undefined) throw new Error("there is no USAGE in the source");
  return usage.replaceAll("\\`", "`");
}
