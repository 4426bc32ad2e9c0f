import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../config/json-path";
import { appFolders, entryPointsOf, type ImportGraph, MAIN, readImportGraph } from "./import-graph";
import { Lockfile } from "./lockfile";
import { STACK_SOURCES } from "./stacks";

/** The repository at one time: what its programs are made of. */
export class SourceTree {
  /** Files that all stacks are made of: main.ts, and what it reaches not by way of a stack. */
  readonly everyStack: ReadonlySet<string>;
  /** Files of each stack, by the base name of its file in stacks/. */
  readonly stacks: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that the image of each application is bundled from, by its folder in apps/. */
  readonly images: ReadonlyMap<string, ReadonlySet<string>>;
  /** What package.json says apart from what the lock file says more exactly, and from what no program reads. */
  readonly settings: unknown;
  private readonly lockfile: Lockfile;

  private constructor(
    root: string,
    private readonly graph: ImportGraph,
  ) {
    const files = STACK_SOURCES.map((source) => [source, `stacks/${source}.ts`] as const);
    this.everyStack = graph.reach([MAIN], new Set(files.map(([, file]) => file)));
    this.stacks = new Map(files.map(([source, file]) => [source, graph.reach([file])]));
    const images = appFolders(root).map((app) => [app, entryPointsOf(root, app)] as const);
    this.images = new Map(
      images.filter(([, entries]) => entries.length > 0).map(([app, entries]) => [app, graph.reach(entries)]),
    );
    this.settings = readSettings(root);
    this.lockfile = new Lockfile(readFileSync(join(root, "package-lock.json"), "utf8"));
  }

  /** @throws Error where the tree cannot be read: a file is missing, or an import leads nowhere */
  static async read(root: string): Promise<SourceTree> {
    return new SourceTree(root, await readImportGraph(root));
  }

  /** Packages that the stacks are synthesised with. */
  packagesOfStacks(): unknown {
    const bundler = "esbuild";
    return this.lockfile.installedForPackages([...this.graph.packagesOf(this.graph.reach([MAIN])), bundler]);
  }

  /** Packages that the image of an application is built with. */
  packagesOfImage(app: string): unknown {
    return this.lockfile.installedForFolder(`apps/${app}`);
  }

  /** The applications whose images take files of a folder of apps/: its own, or those that depend on the package in it. */
  imagesWith(folder: string): readonly string[] {
    const apps = [...this.images.keys()];
    return apps.filter((app) => this.lockfile.foldersOf(`apps/${app}`).includes(`apps/${folder}`));
  }
}

function readSettings(root: string): unknown {
  const read: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return isObject(read) ? Object.fromEntries(Object.entries(read).filter(([key]) => !INDIFFERENT.has(key))) : read;
}

/** Keys of the repository's package.json that change neither a stack nor an image. */
const INDIFFERENT: ReadonlySet<string> = new Set([
  "name",
  "private",
  "description",
  "license",
  "scripts",
  "dependencies",
  "devDependencies",
]);
