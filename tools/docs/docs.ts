import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../failure";
import { reportFailure } from "../terminal/report-failure";
import { Terminal } from "../terminal/terminal";
import { modulePages, type Pages, pagesToRemove, securityPages, stalePages } from "./generated";
import { readStacks, type Stack } from "./security/stacks";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The environment that the security page is about. */
const ENVIRONMENT = "prod";

/** `npm run docs`: writes the pages that are made of docstrings and of the synthesised production environment. */
function main(terminal: Terminal): void {
  const modules = modulePages(ROOT);
  const pages = new Map([...modules, ...securityPages(ROOT, synthesisedStacks())]);
  const written = write(pages);
  const removed = pagesToRemove(ROOT, modules);
  for (const path of removed) rmSync(join(ROOT, path));
  for (const path of written) terminal.done(path);
  terminal.line(`${written.length} pages written, ${removed.length} removed, ${pages.size} in all`);
}

/** @throws Failure with what the synthesis says, when it fails */
function synthesisedStacks(): readonly Stack[] {
  const folder = join(ROOT, ".local/docs", ENVIRONMENT);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "tools/synth.mjs")], {
    cwd: ROOT,
    env: { ...process.env, ENVIRONMENT, CDKTF_OUTDIR: folder },
    encoding: "utf8",
  });
  if (status !== 0) throw new Failure(`the stacks of ${ENVIRONMENT} could not be synthesised\n${stderr.trim()}`);
  return readStacks(folder);
}

/** Writes what has changed. Gives their paths. */
function write(pages: Pages): readonly string[] {
  const stale = stalePages(ROOT, pages);
  for (const path of stale) {
    const file = join(ROOT, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pages.get(path) ?? "");
  }
  return stale;
}

const terminal = new Terminal();
try {
  main(terminal);
} catch (error) {
  process.exitCode = reportFailure(error, terminal);
}
