import { isObject } from "../../config/json-path";

const MODULES = "node_modules/";

/** What tells one version of a package from another. */
interface Installed {
  readonly version: unknown;
  readonly integrity: unknown;
  readonly resolved: unknown;
}

/**
 * The packages that npm installs, by package-lock.json.
 *
 * Source: npm, "package-lock.json" (`packages`: by the folder that each is installed to; `link` for workspaces).
 */
export class Lockfile {
  private readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  /** @param text of package-lock.json. @throws SyntaxError */
  constructor(text: string) {
    this.packages = JSON.parse(text).packages ?? {};
  }

  /** What is installed for a folder of the repository: what it needs, directly or not, `devDependencies` among it. */
  installedForFolder(folder: string): ReadonlyMap<string, Installed> {
    return this.closure([folder]);
  }

  /** What is installed for code that imports packages at the top level. */
  installedForPackages(names: readonly string[]): ReadonlyMap<string, Installed> {
    return this.closure(names.map((name) => MODULES + name));
  }

  /** Those of the repository's folders that a folder needs, directly or not: itself among them. */
  foldersOf(folder: string): readonly string[] {
    return [...new Set([folder, ...this.closure([folder]).keys()])].filter((key) => !key.includes(MODULES));
  }

  private closure(from: readonly string[]): ReadonlyMap<string, Installed> {
    const found = new Map<string, Installed>();
    const next = [...from];
    for (let key = next.pop(); key !== undefined; key = next.pop()) {
      const entry = this.packages[key];
      if (entry === undefined || found.has(key)) continue;
      const { version, integrity, resolved, link } = entry;
      found.set(key, { version, integrity, resolved });
      if (link === true && typeof resolved === "string") next.push(resolved);
      for (const name of needsOf(entry)) next.push(...this.find(key, name));
    }
    return found;
  }

  /** Where a package finds another: in its own folder, or in the nearest one above that has it, as Node looks. */
  private find(from: string, name: string): readonly string[] {
    for (let folder = from; ; folder = parentOf(folder)) {
      const key = folder === "" ? MODULES + name : `${folder}/${MODULES}${name}`;
      if (key in this.packages) return [key];
      if (folder === "") return [];
    }
  }
}

function needsOf(entry: Readonly<Record<string, unknown>>): readonly string[] {
  // Of a package that is not ours, the lock file names no devDependencies that were installed: there are none.
  return ["dependencies", "optionalDependencies", "peerDependencies", "devDependencies"].flatMap((kind) => {
    const needed = entry[kind];
    return isObject(needed) ? Object.keys(needed) : [];
  });
}

/** The folder that has the folder of a package in its node_modules. */
function parentOf(folder: string): string {
  const end = folder.lastIndexOf(MODULES);
  return end <= 0 ? "" : folder.slice(0, end - 1);
}
