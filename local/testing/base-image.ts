import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Captured, capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";

/** What our Dockerfiles build on. */
const IMAGE = "node:24-slim";

/** The Debian release of that image. */
const SUITE = "bookworm";

const NODE_PACKAGE = `node-linux-${process.arch}`;

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

const PULL_BOUND_MS = 5 * 60_000;

const INSTALL_BOUND_MS = 10 * 60_000;

/**
 * Makes sure that the engine has the base image of our Dockerfiles: it may have it already, or pull it. Where no registry of
 * images is to be reached, a stand-in is put together of Debian's packages and of npm's, good enough for tests.
 *
 * @throws Error with the words of what failed
 */
export async function requireBaseImage(lifetime: Lifetime, root: string): Promise<void> {
  const run = runner(lifetime);
  if ((await run("docker", ["image", "inspect", IMAGE])).status === 0) return;
  const pulled = await run("docker", ["pull", "--quiet", IMAGE], PULL_BOUND_MS);
  if (pulled.status === 0) return;
  const folder = join(root, ".local/testing/base-image");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await build(run, folder);
  } catch (error) {
    throw new Error(`${IMAGE} could not be pulled (${wordsOf(pulled)}), nor built: ${error}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Run = (command: string, args: readonly string[], timeoutMs?: number) => Promise<Captured>;

function runner(lifetime: Lifetime): Run {
  return (command, args, timeoutMs = INSTALL_BOUND_MS) => capture(lifetime, command, args, { timeoutMs });
}

async function build(run: Run, folder: string): Promise<void> {
  const must = async (command: string, ...args: string[]) => {
    const ran = await run(command, args);
    if (ran.status !== 0) throw new Error(`${command} ${wordsOf(ran)}`);
  };
  const base = join(folder, "root");
  const packages = join(folder, "node_modules");
  await Promise.all([
    must("debootstrap", "--variant=minbase", SUITE, base),
    must("npm", "install", "--prefix", folder, "--no-save", `${NODE_PACKAGE}@24`, "npm@11"),
  ]);
  cpSync(join(packages, NODE_PACKAGE, "bin/node"), join(base, "usr/local/bin/node"));
  cpSync(join(packages, "npm"), join(base, "usr/local/lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(base, "usr/local/bin/npm"));
  await must("chroot", base, "useradd", "--create-home", "--uid", "1000", "node");
  const changes = [`CMD ["node"]`];
  // Where a proxy of its own signs what npm asks for, the image has to know it too.
  if (existsSync(CERTIFICATES)) {
    mkdirSync(dirname(join(base, CERTIFICATES)), { recursive: true });
    cpSync(CERTIFICATES, join(base, CERTIFICATES), { dereference: true });
    changes.push(`ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`);
  }
  const archive = join(folder, "root.tar");
  await must("tar", "--create", "--file", archive, "--directory", base, ".");
  await must("docker", "import", ...changes.map((change) => `--change=${change}`), archive, IMAGE);
}

function wordsOf({ stderr, stdout, reason }: Captured): string {
  return `${reason}: ${(stderr.trim() || stdout.trim()).split("\n").slice(-5).join("\n")}`;
}
