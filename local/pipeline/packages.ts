import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const INSTALLED = ".package-lock.json";

interface Installed {
  readonly packages: Readonly<Record<string, { readonly link?: boolean; readonly resolved?: string }>>;
}

/**
 * Gives a copy of the repository the npm packages that the repository has installed, without copying them: 40,000 files are
 * there in a moment, and without a network. Packages are links to those of the repository; the repository's own ones
 * (workspaces) are links to the folders of the copy, as `npm ci` would make them. What a program writes to
 * `node_modules` by a name of its own (a cache) stays in the copy.
 *
 * Gives whether it did: not where package-lock.json of the copy is another one. Then `npm` installs what is missing.
 */
export function linkPackages(root: string, copy: string): boolean {
  if (!isSameLock(root, copy)) return false;
  const installed: Installed = JSON.parse(readFileSync(join(root, "node_modules", INSTALLED), "utf8"));
  const own = new Map(
    Object.entries(installed.packages).flatMap(([path, { link, resolved }]) =>
      link && resolved ? [[path, resolved]] : [],
    ),
  );
  linkFolder(root, copy, "node_modules", own);
  copyFileSync(join(root, "node_modules", INSTALLED), join(copy, "node_modules", INSTALLED));
  // Packages that only one workspace has in its version are in the folder of that workspace.
  for (const folder of own.values()) {
    const path = join(folder, "node_modules");
    if (existsSync(join(root, path)) && existsSync(join(copy, folder))) linkFolder(root, copy, path, own);
  }
  return true;
}

function isSameLock(root: string, copy: string): boolean {
  const [ours, theirs] = [root, copy].map((folder) => join(folder, "package-lock.json"));
  if (!ours || !theirs || !existsSync(ours) || !existsSync(theirs)) return false;
  if (!existsSync(join(root, "node_modules", INSTALLED))) return false;
  return readFileSync(ours).equals(readFileSync(theirs));
}

/** Links each package of a folder; scopes (`@scope/`) are folders of packages. */
function linkFolder(root: string, copy: string, path: string, own: ReadonlyMap<string, string>): void {
  mkdirSync(join(copy, path), { recursive: true });
  for (const name of readdirSync(join(root, path))) {
    const entry = join(path, name);
    if (name.startsWith("@")) {
      linkFolder(root, copy, entry, own);
    } else if (name === ".bin") {
      symlinkSync(join(root, entry), join(copy, entry));
    } else if (!name.startsWith(".")) {
      linkPackage(root, copy, entry, own.get(entry));
    }
  }
}

function linkPackage(root: string, copy: string, entry: string, workspace: string | undefined): void {
  const target = workspace === undefined ? join(root, entry) : join(copy, workspace);
  const link = join(copy, entry);
  mkdirSync(dirname(link), { recursive: true });
  if (existsSync(target) && !lstatSync(link, { throwIfNoEntry: false })) symlinkSync(target, link);
}
