import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { buildService } from "@express-on-ecs/kit/build";
import { build, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");
const APPS = join(ROOT, "apps");
const SCOPE = "@express-on-ecs/";
const BYTES_PER_MIB = 1024 ** 2;

/** A service as a program. */
export interface Build {
  /** What `node` runs. */
  readonly file: string;
  /** What an image of it has besides its base: all that runs, and source maps. */
  readonly mebibytes: number;
}

/** Bundles a service as its image holds it. */
export async function buildBundled(app: string, folder: string): Promise<Build> {
  const { file } = await buildService({ directory: join(APPS, app), version: "bench", outdir: folder });
  return { file, mebibytes: sizeOf(folder) };
}

/**
 * Compiles a service without bundling it: each of its sources, and of the kits', to a file of plain JavaScript of its own
 * (esbuild, CommonJS) that requires the others where they are, and packages from `node_modules`. Its size is that of these
 * files and of all packages that it depends on, as `npm ci --omit=dev` installs them.
 */
export async function buildUnbundled(app: string, folder: string): Promise<Build> {
  const folders = [app, ...kitsOf(app)];
  await build({
    entryPoints: folders.flatMap((name) => sourcesOf(join(APPS, name, "src"))),
    outdir: folder,
    outbase: APPS,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    plugins: [oneFileEach(folder)],
    loader: { ".css": "text", ".svg": "text" },
    platform: "node",
    format: "cjs",
    target: "node20",
    supported: { "dynamic-import": false },
    sourcemap: true,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: "warning",
  });
  const packages = [...packagesOf(join(APPS, app))];
  const mebibytes = [folder, ...packages].reduce((sum, path) => sum + sizeOf(path), 0);
  return { file: join(folder, app, "src/main.cjs"), mebibytes };
}

/** Leaves what a source imports where it is: our own sources as compiled, packages as they are installed. */
function oneFileEach(folder: string): Plugin {
  const asked = Symbol("asked");
  return {
    name: "one file each",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /./ }, async ({ path, pluginData, kind, ...options }) => {
        if (pluginData === asked || kind === "entry-point") return undefined;
        if (!path.startsWith(".") && !path.startsWith(SCOPE)) return { path, external: true };
        const found = await resolve(path, { ...options, kind, pluginData: asked });
        if (!found.path.endsWith(".ts")) return found;
        return { path: join(folder, relative(APPS, found.path)).replace(/\.ts$/, ".cjs"), external: true };
      });
    },
  };
}

const dependenciesOf = (directory: string): readonly string[] =>
  Object.keys(JSON.parse(readFileSync(join(directory, "package.json"), "utf8")).dependencies ?? {});

const isKit = (name: string) => name.startsWith(SCOPE);

/** The folders of what a service has from this repository. */
function kitsOf(app: string): readonly string[] {
  return dependenciesOf(join(APPS, app))
    .filter(isKit)
    .map((name) => name.slice(SCOPE.length));
}

const isSource = (name: string) => /(?<!\.test|\.d)\.ts$/.test(name);

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(isSource)
    .map((name) => join(folder, name));

/** The folders of all packages that one depends on. */
function packagesOf(directory: string, found = new Set<string>()): ReadonlySet<string> {
  for (const name of dependenciesOf(directory)) {
    const folder = isKit(name) ? join(APPS, name.slice(SCOPE.length)) : installed(name, directory);
    if (found.has(folder)) continue;
    if (!isKit(name)) found.add(folder);
    packagesOf(folder, found);
  }
  return found;
}

/** Where Node finds a package from a folder. */
function installed(name: string, from: string): string {
  const folder = join(from, "node_modules", name);
  if (statSync(folder, { throwIfNoEntry: false })) return folder;
  if (dirname(from) === from) throw new Error(`${name} is not installed: npm ci`);
  return installed(name, dirname(from));
}

/** Of a package that lies within another one's folder, no byte is counted twice: each has a folder of its own. */
function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true });
  const sizes = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? 0 : sizeOf(path);
    return entry.isFile() ? statSync(path).size / BYTES_PER_MIB : 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
