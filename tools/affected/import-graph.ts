import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { isObject } from "../../config/json-path";

const APPS = "apps";

/** What `cdktf` runs. */
export const MAIN = "main.ts";

/** What a file imports. */
interface Imports {
  /** Paths relative to the root, with forward slashes. */
  readonly files: readonly string[];
  /** Names of packages. */
  readonly packages: readonly string[];
}

/** Which files of a tree import which others, as esbuild finds it: what a bundle is made of, without types. */
export class ImportGraph {
  /** @param imports of each file */
  constructor(private readonly imports: ReadonlyMap<string, Imports>) {}

  /**
   * The files that are reached from some, themselves among them.
   *
   * @param stop files that are not reached, and behind which nothing is
   */
  reach(from: readonly string[], stop: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    const found = new Set<string>();
    const next = [...from];
    for (let file = next.pop(); file !== undefined; file = next.pop()) {
      const imports = this.imports.get(file);
      if (imports === undefined || found.has(file) || stop.has(file)) continue;
      found.add(file);
      next.push(...imports.files);
    }
    return found;
  }

  /** The packages that files import. */
  packagesOf(files: Iterable<string>): readonly string[] {
    return [...new Set([...files].flatMap((file) => this.imports.get(file)?.packages ?? []))];
  }
}

/**
 * Reads the graph of main.ts and of every application. Packages need not be installed: only our own are looked into.
 *
 * @param root the folder of a tree
 * @throws BuildFailure of esbuild where an import leads nowhere
 */
export async function readImportGraph(root: string): Promise<ImportGraph> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [MAIN, ...appFolders(root).flatMap((app) => entryPointsOf(root, app))],
    bundle: true,
    write: false,
    metafile: true,
    outdir: "graph",
    platform: "node",
    loader: { ".css": "text", ".svg": "text" },
    plugins: [workspaces(root)],
    logLevel: "silent",
  });
  return new ImportGraph(importsOf(metafile));
}

/** What the image of an application is bundled from, as apps/kit/build.mjs does it; none for a folder that has no image. */
export function entryPointsOf(root: string, app: string): readonly string[] {
  const source = `${APPS}/${app}/src`;
  if (!existsSync(join(root, source, "main.ts"))) return [];
  const commands = namesIn(root, `${source}/commands`).filter((name) => /(?<!\.test)\.ts$/.test(name));
  return [`${source}/main.ts`, ...commands.map((name) => `${source}/commands/${name}`)];
}

/** Names of the folders of apps/. */
export function appFolders(root: string): readonly string[] {
  return namesIn(root, APPS);
}

function namesIn(root: string, folder: string): readonly string[] {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}

function importsOf({ inputs }: Metafile): ReadonlyMap<string, Imports> {
  return new Map(
    Object.entries(inputs).map(([file, { imports }]) => [
      pathOf(file),
      {
        files: imports.filter(({ external }) => !external).map(({ path }) => pathOf(path)),
        packages: imports.filter(({ external }) => external).map(({ path }) => packageOf(path)),
      },
    ]),
  );
}

/** An import as text has a suffix: `page.css?raw`. */
const pathOf = (input: string): string => input.replace(/\?.*$/, "");

/** `@scope/name` of `@scope/name/file`. */
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");

/**
 * Finds our own packages by what their package.json exports: node_modules links to those of the working tree, which are
 * others than those of another tree. All other packages are left where they are.
 */
function workspaces(root: string): Plugin {
  const packages = new Map(appFolders(root).flatMap((app) => readPackage(root, `${APPS}/${app}`)));
  return {
    name: "workspaces",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === "entry-point") return undefined;
        const name = packageOf(path);
        const own = packages.get(name);
        if (own === undefined) return { path, external: true };
        const file = own.exports.get(`.${path.slice(name.length)}`);
        if (file === undefined) return { errors: [{ text: `${own.folder}/package.json does not export "${path}"` }] };
        return { path: join(root, own.folder, file) };
      }),
  };
}

interface OwnPackage {
  readonly folder: string;
  /** File by subpath: `./app` gives `./src/app.ts`. */
  readonly exports: ReadonlyMap<string, string>;
}

function readPackage(root: string, folder: string): readonly (readonly [name: string, OwnPackage])[] {
  const file = join(root, folder, "package.json");
  if (!existsSync(file)) return [];
  const { name, exports } = JSON.parse(readFileSync(file, "utf8"));
  const files = Object.entries(isObject(exports) ? exports : {}).flatMap(([subpath, target]) => {
    const found = isObject(target) ? target.default : target;
    return typeof found === "string" ? [[subpath, found] as const] : [];
  });
  return [[name, { folder, exports: new Map(files) }]];
}
