// The `app` of cdktf.json: bundles main.ts with esbuild and runs the bundle in this very process.
//
// Loading some 150 files of node_modules one by one takes longer than synthesising; one bundled file loads in a third
// of the time. The bundle is kept under .local/ and made again when one of the files that it was made of changed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { CDKTF_PLUGINS } from "./cdktf-plugins.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".local", "synth");
const bundle = join(folder, "main.cjs");
const compiled = join(folder, "main.cache");
const inputsFile = join(folder, "inputs.json");
const require = createRequire(import.meta.url);

/**
 * Puts the new bundle in place as a whole: two runs at once never see half of one. Where another run was quicker (it
 * removes or puts in place what we do at the same moment), its bundle is of the same files, and ours goes.
 */
function replaceFolder(made) {
  try {
    if (isFresh()) return rmSync(made, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(error.code)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

// Where cdktf's own command looks, also for who runs this file by hand.
process.env.CDKTF_OUTDIR ??= JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")).output;
if (!isFresh()) await makeBundle();
try {
  runBundle();
} catch {
  // Once more, now with the source map, for an error that names our own files and lines. Loading the map takes longer
  // than the whole synthesis, so it is not loaded before it is needed.
  process.setSourceMapsEnabled(true);
  require(bundle);
}

/**
 * Runs the bundle with the machine code that V8 made of it in an earlier run: compiling 3 MB again is a third of the
 * time. (Node's own compile cache does this from version 22 on.)
 */
function runBundle() {
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), { filename: bundle, cachedData });
  script.runInThisContext()({}, createRequire(bundle), { exports: {} }, bundle, folder);
  if (cachedData && !script.cachedDataRejected) return;
  // After the run, when V8 has compiled what is really used.
  writeFileSync(`${compiled}.${process.pid}`, script.createCachedData());
  renameSync(`${compiled}.${process.pid}`, compiled);
}

/** Whether the bundle was made of the files as they are now. */
function isFresh() {
  if (!existsSync(bundle) || !existsSync(inputsFile)) return false;
  const { fingerprint: recorded, files } = JSON.parse(readFileSync(inputsFile, "utf8"));
  return recorded === fingerprint(files);
}

async function makeBundle() {
  const { build } = await import("esbuild");
  const made = `${folder}.${process.pid}`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["main.ts"],
    outfile: join(made, "main.cjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Less to read and to compile at each run.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    sourcemap: "linked",
    sourcesContent: true,
    metafile: true,
    logLevel: "error",
    plugins: CDKTF_PLUGINS,
  });
  // These too: they say how the bundle is made.
  const files = [...Object.keys(metafile.inputs), "tools/synth.mjs", "tools/cdktf-plugins.mjs"];
  writeFileSync(join(made, "inputs.json"), JSON.stringify({ fingerprint: fingerprint(files), files }));
  replaceFolder(made);
}

/** Size and time of each file; of a file that is gone, nothing. */
function fingerprint(files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    hash.update(`${file}:${stat?.size}:${stat?.mtimeMs}\n`);
  }
  return hash.digest("hex");
}
