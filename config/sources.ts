import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault } from "./faults";
import type { Finding } from "./finding";
import { printGiven } from "./given";
import { type JsonProblem, parseJson } from "./json";
import { formatPath, type JsonPath, valueAt } from "./json-path";

/** A JSON file that was read, or the faults for which it could not be. */
export type JsonFile =
  | { readonly file: string; readonly raw: unknown }
  | { readonly file: string; readonly fault: Fault };

/** Where a checked value comes from: a place in a file. */
export interface Source {
  readonly file: string;
  /** What the file holds. */
  readonly raw: unknown;
  /** Where in the file the value stands; empty = it is the whole file. */
  readonly prefix: JsonPath;
}

/**
 * Reads a JSON file.
 *
 * @param root the repository's root
 * @param file path relative to it, with forward slashes
 */
export function readJsonFile(root: string, file: string): JsonFile {
  const text = readText(join(root, file));
  if ("code" in text) {
    const missing = text.code === "ENOENT";
    return {
      file,
      fault: {
        file,
        path: "$",
        given: "nothing",
        problem: missing ? "the file is missing" : `the file cannot be read (${text.code})`,
        allowed: "a JSON file",
        mend: missing ? "write the file" : "make it a file that you may read",
      },
    };
  }
  const parsed = parseJson(text.content);
  if ("value" in parsed) return { file, raw: parsed.value };
  return { file, fault: jsonFault(file, parsed) };
}

/** What is wrong with a text that is not JSON. */
export function jsonFault(file: string, { line, column, problem }: JsonProblem): Fault {
  return {
    file,
    path: "$",
    given: `line ${line}, column ${column}`,
    problem: `is not JSON: ${problem}`,
    allowed: "JSON: keys and texts in double quotes, commas between members only, no comments, no key twice",
    mend: `correct line ${line} at column ${column}`,
  };
}

/** Names of the entries of a folder, sorted; none when there is no such folder. */
export function listFolder(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder)).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return [];
    throw error;
  }
}

/**
 * Places a finding in a file: in the first source that gives any of the values it is about, since that is where the
 * person has written what does not fit. Values that no file gives (defaults, missing ones) go to the last source.
 *
 * @param sources the most specific first
 */
export function toFault(finding: Finding, sources: readonly [Source, ...Source[]]): Fault {
  const places = sources.flatMap((source) => finding.at.map((path) => ({ source, path: [...source.prefix, ...path] })));
  const written = places.find(({ source, path }) => valueAt(source.raw, path) !== undefined);
  const last = sources.at(-1) ?? sources[0];
  const { source, path } = written ?? { source: last, path: [...last.prefix, ...finding.at[0]] };
  return {
    file: source.file,
    path: formatPath(path),
    given: finding.given ?? printGiven(valueAt(source.raw, path), path),
    problem: finding.problem,
    allowed: finding.allowed,
    mend: finding.mend,
  };
}

function readText(path: string): { content: string } | { code: string } {
  try {
    return { content: readFileSync(path, "utf8") };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
