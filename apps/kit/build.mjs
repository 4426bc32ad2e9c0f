#!/usr/bin/env node
// Bundles a service into one file. Plain JavaScript: it has to run before anything is compiled.
import { realpathSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { jsonAsText, lazyBundles, noCallersOfPino, onePackage } from "./bundle-plugins.mjs";
import { ownSourceMap } from "./own-source-map.mjs";

/** A version is an image tag too. Source: Docker, "docker image tag". */
const VERSION = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

const USAGE = "usage: build.mjs [--version X] [--outdir DIR] [SERVICE_DIR]";

/** A fault of the caller: message only, exit status 2. */
class UsageError extends Error {}

async function packageVersion(directory) {
  try {
    return JSON.parse(await readFile(join(directory, "package.json"), "utf8")).version;
  } catch (error) {
    throw new UsageError(
      `no version: ${join(directory, "package.json")} can't be read (${error.message}); give --version X`,
    );
  }
}

/** What a service runs: itself, and its one-off tasks. Name of the bundle → source. */
async function entryPoints(directory, entry) {
  const folder = join(directory, "src", "commands");
  const files = await readdir(folder).catch(() => []);
  const commands = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  return Object.fromEntries([...commands.map((file) => [basename(file, ".ts"), join(folder, file)]), ["main", entry]]);
}

/** @param {Map<string, string>} lazy takes what is for bundles of its own */
function optionsOf(directory, outdir, version, lazy) {
  return {
    absWorkingDir: directory,
    outdir,
    outExtension: { ".js": ".cjs" },
    loader: { ".css": "text", ".svg": "text" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // An `import()` of Node's own would start its loader of ES modules, for bundles that need none.
    supported: { "dynamic-import": false },
    sourcemap: true,
    sourcesContent: false,
    legalComments: "eof",
    // Names stay, for the log tells them (of errors) and stacks do.
    minifyWhitespace: true,
    plugins: [lazyBundles(lazy), onePackage("iconv-lite", ["express", "body-parser"]), jsonAsText, noCallersOfPino],
    define: { __APP_VERSION__: JSON.stringify(version) },
    // Tried by `debug` where it happens to be installed: the bundle must not depend on that.
    external: ["supports-color"],
    // The same bundle with and without the repository's tsconfig.json (an image is built without it).
    tsconfigRaw: {},
    logLevel: "warning",
  };
}

async function keepOwnSources(file) {
  await writeFile(file, JSON.stringify(ownSourceMap(JSON.parse(await readFile(file, "utf8")))));
}

/**
 * Bundles `src/main.ts` of a service to `main.cjs` and `main.cjs.map`, and each `src/commands/NAME.ts` to `NAME.cjs` beside
 * it, with the version in it. Stylesheets and pictures that the sources import as text (`./style.css?raw`) are in the
 * bundle: it is all that a task needs.
 *
 * @param {{ directory: string, version?: string, outdir?: string }} options directory of the service; version (default: that of
 * its package.json); outdir (default: `dist` in the service's directory)
 * @returns {Promise<{ file: string, version: string }>} the service's bundle and its version
 */
export async function buildService({ directory, version, outdir = join(directory, "dist") }) {
  const entry = join(directory, "src", "main.ts");
  if (!(await stat(entry).catch(() => undefined))) {
    throw new UsageError(`no service in ${directory}: it has no src/main.ts; give the folder of a service`);
  }
  const baked = version ?? (await packageVersion(directory));
  if (!VERSION.test(baked)) {
    throw new UsageError(
      `--version is ${JSON.stringify(baked)}; allowed: 1 to 128 letters, digits, "_", "." and "-", not starting with "." or "-"`,
    );
  }
  const lazy = new Map();
  const options = optionsOf(resolve(directory), outdir, baked, lazy);
  for (let entries = await entryPoints(directory, entry); Object.keys(entries).length > 0; ) {
    await build({ ...options, entryPoints: entries });
    for (const name of Object.keys(entries)) await keepOwnSources(join(outdir, `${name}.cjs.map`));
    entries = Object.fromEntries(lazy);
    lazy.clear();
  }
  return { file: join(outdir, "main.cjs"), version: baked };
}

function parseCommandLine(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { version: { type: "string" }, outdir: { type: "string" } },
    });
    if (positionals.length > 1) throw new Error(`one service at a time, given ${positionals.join(", ")}`);
    return { ...values, directory: positionals[0] ?? "." };
  } catch (error) {
    throw new UsageError(`${error.message}\n${USAGE}`);
  }
}

async function main(args) {
  const { version, outdir, directory } = parseCommandLine(args);
  const built = await buildService({
    directory: resolve(directory),
    ...(version !== undefined && { version }),
    ...(outdir !== undefined && { outdir: resolve(outdir) }),
  });
  console.log(`${built.file} (version ${built.version})`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    // esbuild has printed its own messages already.
    console.error(error instanceof UsageError ? error.message : `the bundle could not be made: ${error.message}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
