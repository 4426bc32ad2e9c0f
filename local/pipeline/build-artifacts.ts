import { constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { BuildFiles } from "./buildspec-document";
import { filePattern, filesBelow } from "./file-patterns";

/** What was found of the files that a buildspec asks for. */
export interface FoundFiles {
  /** Their folder: the build's, or its `base-directory`. */
  readonly folder: string;
  /** Paths below it, sorted. */
  readonly files: readonly string[];
  /** Patterns that no file fits. */
  readonly missing: readonly string[];
}

/** Looks for the files that a buildspec asks for. @throws Failure for a pattern that is none */
export function findFiles(source: string, wanted: BuildFiles): FoundFiles {
  const folder = join(source, wanted["base-directory"] ?? ".");
  const patterns = wanted.files.map((pattern) => ({ pattern, fits: filePattern(pattern) }));
  const excluded = (wanted["exclude-paths"] ?? []).map(filePattern);
  if (!existsSync(folder)) return { folder, files: [], missing: wanted.files };
  const all = filesBelow(folder);
  const files = all.filter((file) => patterns.some(({ fits }) => fits(file)) && !excluded.some((fits) => fits(file)));
  const missing = patterns.filter(({ fits }) => !all.some(fits)).map(({ pattern }) => pattern);
  return { folder, files, missing };
}

/** Copies what was found, and gives the paths that it has there: without folders where `discard-paths` says so. */
export function copyFiles(found: FoundFiles, wanted: BuildFiles, target: string): readonly string[] {
  const paths = found.files.map((file) => {
    const path = wanted["discard-paths"] ? basename(file) : file;
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(found.folder, file), join(target, path), constants.COPYFILE_FICLONE);
    return path;
  });
  return [...new Set(paths)];
}
