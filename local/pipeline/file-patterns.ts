import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../tools/failure";

/**
 * Whether a path fits a pattern of a buildspec: `*` and `?` stand for characters of one name, `**` for any number of
 * folders. A pattern without wildcards is a file.
 *
 * @param path relative, with `/`
 * @throws Failure for what is no pattern of CodeBuild's, or would leave the folder
 */
export function filePattern(pattern: string): (path: string) => boolean {
  requirePattern(pattern);
  const names = pattern.replace(/^(\.\/)+/, "").split("/");
  const source = names.map((name, index) => expressionOf(name, index === names.length - 1)).join("");
  const expression = new RegExp(`^${source}$`, "s");
  return (path) => expression.test(path);
}

function requirePattern(pattern: string): void {
  const isOutside = pattern.startsWith("/") || pattern.split("/").includes("..");
  if (pattern !== "" && !isOutside && !/[[\]{}!\\]/.test(pattern)) return;
  throw new Failure(
    `"${pattern}" is no pattern of files that can be looked for here: allowed are paths below the folder, with *, ? and **`,
  );
}

function expressionOf(name: string, isLast: boolean): string {
  if (name === "**") return isLast ? ".+" : "(?:[^/]+/)*";
  const characters = [...name].map((character) => {
    if (character === "*") return "[^/]*";
    if (character === "?") return "[^/]";
    return character.replace(/[.+^$()|\\]/, "\\$&");
  });
  return `${characters.join("")}${isLast ? "" : "/"}`;
}

/** Every file below a folder, sorted: relative paths with `/`. Links to folders are not followed. */
export function filesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(below);
      else if (entry.isFile()) found.push(below);
    }
  };
  walk("");
  return found.sort();
}
