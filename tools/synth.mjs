// The `app` of cdktf.json: bundles main.ts with esbuild and runs the bundle in this very process.
//
// Loading some 150 files of node_modules one by one takes longer than synthesising; one bundled file loads in a third
// of the time. The bundle is kept under .local/ and made again when one of the files that it was made of changed.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { CDKTF_PLUGINS } from "./cdktf-plugins.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, ".local", "synth");
/** What the newest bundle was made of. Each bundle has a folder of its own: a run beside this one may be in another. */
const newest = join(folder, "newest.json");
const BUNDLES_KEPT = 4;
const require = createRequire(import.meta.url);

// Where cdktf's own command looks, also for who runs this file by hand.
process.env.CDKTF_OUTDIR ??= JSON.parse(readFileSync(join(root, "cdktf.json"), "utf8")).output;
// V8 lets the heap grow to four times what was last in use before it looks again: 430 MiB for a thousand services. Twice is
// 360 MiB, in the same time.
setFlagsFromString("--heap-growing-percent=100");
const bundle = freshBundle() ?? (await makeBundle());
try {
  runBundle(join(dirname(bundle), "main.cache"));
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
function runBundle(compiled) {
  const cachedData = existsSync(compiled) ? readFileSync(compiled) : undefined;
  const script = new Script(Module.wrap(readFileSync(bundle, "utf8")), { filename: bundle, cachedData });
  script.runInThisContext()({}, createRequire(bundle), { exports: {} }, bundle, dirname(bundle));
  if (cachedData && !script.cachedDataRejected) return;
  // After the run, when V8 has compiled what is really used.
  replaceFile(compiled, script.createCachedData());
}

/** The bundle that was made of the files as they are now, if there is one. */
function freshBundle() {
  if (!existsSync(newest)) return;
  const { fingerprint: recorded, files } = JSON.parse(readFileSync(newest, "utf8"));
  const made = join(folder, recorded, "main.cjs");
  return recorded === fingerprint(files) && existsSync(made) ? made : undefined;
}

async function makeBundle() {
  const { build } = await import("esbuild");
  const made = join(folder, `making-${process.pid}`);
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
  const name = fingerprint(files);
  putInPlace(made, join(folder, name));
  replaceFile(newest, JSON.stringify({ fingerprint: name, files }));
  removeOldBundles(name);
  return join(folder, name, "main.cjs");
}

/** Two runs at once never see half of a bundle; where another run was quicker, its bundle is of the same files. */
function putInPlace(made, place) {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

function replaceFile(file, content) {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, content);
  renameSync(written, file);
}

/**
 * Also what a run left that was killed, not what one is making. Not all but ours: a run that has just begun may be about to
 * read its own.
 */
function removeOldBundles(ours) {
  // None where a run beside this one was quicker to remove it.
  const madeAt = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const others = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== ours && !isBeingMade(entry.name))
    .map(({ name }) => ({ name, made: madeAt(name) }))
    .sort((a, b) => b.made - a.made);
  for (const { name } of others.slice(BUNDLES_KEPT - 1)) rmSync(join(folder, name), { recursive: true, force: true });
}

function isBeingMade(name) {
  const pid = /^making-(\d+)$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === "EPERM";
  }
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
