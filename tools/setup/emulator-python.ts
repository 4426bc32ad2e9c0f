import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure";
import { type Captured, capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";
import { executablesOnPath, isExecutable } from "./executables";

const PROBE = "from importlib.metadata import version; import flask; print(version('moto'))";

const PIP_BOUND_MS = 10 * 60_000;

const LAST_LINES = 8;

export interface PythonSearch {
  readonly root: string;
  /** Search path. */
  readonly path: string | undefined;
}

/** File that names the emulator's packages. */
function requirements(root: string): string {
  return join(root, "local/emulator/requirements.txt");
}

/** The version of moto that the emulator asks for. @throws Failure where the file does not pin one */
export function pinnedMoto(root: string): string {
  const version = /^moto\S*==(\S+)$/m.exec(readFileSync(requirements(root), "utf8"))?.[1];
  if (!version)
    throw new Failure(`${requirements(root)} pins no version of moto; it has to hold "moto[server]==X.Y.Z"`);
  return version;
}

/** The first python3 on the search path that runs. @throws Failure that says how to install one */
export async function findPython(lifetime: Lifetime, path: string | undefined): Promise<string> {
  for (const python of executablesOnPath("python3", path)) {
    const { status } = await capture(lifetime, python, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"]);
    if (status === 0) return python;
  }
  throw new Failure(
    "python3, 3.10 or later, is needed for the AWS emulator, but none is on PATH; install it: apt-get install python3 python3-venv, " +
      "brew install python3, or https://www.python.org/downloads",
  );
}

/**
 * A Python that has the pinned moto: one on the search path, the one that a `moto_server` on the search path runs by (as
 * pipx and pyenv install it), or that of an earlier `installMoto`.
 */
export async function findEmulatorPython(
  lifetime: Lifetime,
  { root, path }: PythonSearch,
): Promise<string | undefined> {
  const pinned = pinnedMoto(root);
  const candidates = [
    ...executablesOnPath("python3", path),
    ...(await motoServerInterpreters(lifetime, path)),
    installedPython(root),
  ];
  for (const python of new Set(candidates.filter(isExecutable))) {
    const { stdout } = await capture(lifetime, python, ["-c", PROBE]);
    if (stdout.trim() === pinned) return python;
  }
  return undefined;
}

async function motoServerInterpreters(lifetime: Lifetime, path: string | undefined): Promise<readonly string[]> {
  const interpreters: string[] = [];
  for (const script of executablesOnPath("moto_server", path)) {
    // A pyenv shim is a shell script; pyenv knows the script behind it.
    const shim = await capture(lifetime, "pyenv", ["which", "moto_server"]);
    for (const file of [script, shim.stdout.trim()]) {
      const interpreter = interpreterOf(file);
      if (interpreter) interpreters.push(interpreter);
    }
  }
  return interpreters;
}

/** The absolute path in the first line (`#!`) of a Python script. */
export function interpreterOf(script: string): string | undefined {
  if (!existsSync(script)) return undefined;
  return /^#!\s*(\/\S*python\S*)/.exec(readFileSync(script, "utf8"))?.[1];
}

/** Where `installMoto` puts it. */
export function installedPython(root: string): string {
  return join(root, ".local/venv/bin/python");
}

/** Installs the pinned moto with pip into an environment of the project's own. @throws Failure with pip's last words */
export async function installMoto(
  lifetime: Lifetime,
  { root, python, onProgress }: { root: string; python: string; onProgress?: (text: string) => void },
): Promise<string> {
  const home = join(root, ".local");
  await mkdir(home, { recursive: true });
  const draft = await mkdtemp(join(home, "venv-"));
  const command = `${python} -m venv .local/venv && .local/venv/bin/python -m pip install -r local/emulator/requirements.txt`;
  const fail = (what: string, { stdout, stderr, reason }: Captured, hint = "") => {
    const words = lastWords(stderr.trim() || stdout.trim());
    return new Failure(`${what} failed: it ${reason}\n${words}\n${hint}to try it by hand: ${command}`);
  };
  try {
    const venv = await capture(lifetime, python, ["-m", "venv", draft], { timeoutMs: 120_000 });
    const hint = "Debian and Ubuntu have it in a package of its own: apt-get install python3-venv\n";
    if (venv.status !== 0) throw fail(`${python} -m venv`, venv, hint);
    const pip = await capture(
      lifetime,
      join(draft, "bin/python"),
      ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", requirements(root)],
      { timeoutMs: PIP_BOUND_MS, onOutput: (text) => onProgress?.(lastLine(text)) },
    );
    if (pip.status !== 0) throw fail(`pip install of ${requirements(root)}`, pip);
    await rm(join(home, "venv"), { recursive: true, force: true });
    await rename(draft, join(home, "venv"));
    return installedPython(root);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** pip's errors, without the warnings of each attempt before; of another program its last lines. */
function lastWords(text: string): string {
  const lines = text.split("\n");
  const errors = lines.filter((line) => line.startsWith("ERROR: "));
  return (errors.length > 0 ? errors : lines.slice(-LAST_LINES)).join("\n");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
