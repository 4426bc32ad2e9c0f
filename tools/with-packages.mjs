#!/usr/bin/env node
// Runs a script in a fresh clone: checks Node, installs the npm packages when they are missing or not those of
// package-lock.json, then starts the script (TypeScript by tsx). Plain JavaScript without dependencies: it runs before
// any exist.
import { spawn } from "node:child_process";
import { lstatSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const USAGE = "usage: node tools/with-packages.mjs SCRIPT [argument ...]";
const NODE_MINIMUM = [20, 19];
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const PARENT_CHECK_MS = 500;
const USAGE_FAULT = 2;

/** Whether a Node version (`v20.19.0`) is at least the one that package.json asks for. */
export function nodeIsNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1]);
}

/**
 * Whether the installed packages are those of package-lock.json. npm writes what it installed to
 * node_modules/.package-lock.json as its very last step, so that an interrupted `npm ci` leaves none. But
 * `npm install --package-lock-only` writes that file too, and installs nothing: the packages themselves have to be there.
 *
 * @param {string} root folder that holds package-lock.json
 */
export function packagesAreInstalled(root) {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  const installed = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !installed) return false;
  // Optional packages are those of other platforms. Folders of our own (workspaces) are listed without "node_modules/".
  const complete = Object.keys(wanted)
    .filter((path) => path.startsWith("node_modules/") && !wanted[path].optional && !wanted[path].devOptional)
    .every((path) => installed[path]);
  return complete && Object.keys(installed).every((path) => isThere(root, path, wanted[path], installed[path]));
}

function isThere(root, path, wanted, installed) {
  if (wanted?.version !== installed.version || wanted?.integrity !== installed.integrity) return false;
  const manifest = readJson(join(root, path, "package.json"));
  // Folders of our own have nothing to install: a version that somebody raised there must not cost an `npm ci` each time.
  const isOwn = installed.link === true || !path.includes("node_modules/");
  return manifest !== undefined && (isOwn || manifest.version === installed.version);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Starts a program in this terminal, passes signals on, and gives its exit status and whether a signal had asked it to end. */
function run(command, args, { cwd, ipc = false }) {
  return new Promise((resolve) => {
    // Over the channel (`ipc`) the script learns that this process was killed, which no signal tells it.
    const child = spawn(command, args, { cwd, stdio: ["inherit", "inherit", "inherit", ...(ipc ? ["ipc"] : [])] });
    let asked;
    const forward = (signal) => {
      asked = signal;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, forward);
    const parentCheck = stopWithNpm(() => forward("SIGTERM"));
    child.on("error", (error) => {
      process.stderr.write(`can't start ${command}: ${error.message}\n`);
      resolve({ status: 1, interrupted: false });
    });
    child.on("exit", (status, signal) => {
      clearInterval(parentCheck);
      for (const name of SIGNALS) process.off(name, forward);
      resolve({ status: signal ? 128 + signalNumber(signal) : status, interrupted: asked !== undefined });
    });
  });
}

/** npm, killed without a chance to pass a signal on, would leave everything running: notice that it is gone. */
function stopWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return undefined;
  const ancestors = npmAndShell();
  return setInterval(() => {
    if (npmAndShell() !== ancestors) stop();
  }, PARENT_CHECK_MS);
}

/** The processes that started us. npm starts a shell; some shells put our process in their place, dash stays between. */
function npmAndShell() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    // No Linux: its shells do not stay.
    return String(process.ppid);
  }
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0;
}

/** npm by the very file that started us, else the one on PATH. */
function npm() {
  const file = process.env.npm_execpath;
  return file?.endsWith(".js") ? [process.execPath, [file]] : ["npm", []];
}

/**
 * The folder that node_modules links to (on Windows by a junction, too); undefined where it is no link. `npm ci` empties
 * node_modules first: the folder that somebody else's packages are in.
 */
function linkedFolder(root) {
  const folder = join(root, "node_modules");
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? resolve(root, readlinkSync(folder)) : undefined;
}

async function installPackages(root) {
  if (packagesAreInstalled(root)) return 0;
  const elsewhere = linkedFolder(root);
  if (elsewhere !== undefined) {
    process.stderr.write(
      `the npm packages in ${join(root, "node_modules")} are not those of ${join(root, "package-lock.json")}, and that ` +
        `folder is a link to ${elsewhere}, which npm ci would empty; remove the link and start again, or run npm ci in ` +
        `${dirname(elsewhere)} if its package-lock.json is the same\n`,
    );
    return USAGE_FAULT;
  }
  process.stderr.write("installing the npm packages of package-lock.json (npm ci, about a minute)\n");
  const [command, args] = npm();
  const { status, interrupted } = await run(command, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
  });
  if (interrupted) return status || 130;
  if (status !== 0) {
    process.stderr.write(
      `npm ci failed with status ${status}; mend what it says above, run it by hand in ${root}, then start again\n`,
    );
  }
  return status;
}

async function main([script, ...args]) {
  if (!script || script.startsWith("-")) {
    process.stderr.write(`${USAGE}\n`);
    return USAGE_FAULT;
  }
  if (!nodeIsNewEnough(process.version)) {
    process.stderr.write(
      `this is Node ${process.version}; at least ${NODE_MINIMUM.join(".")} is needed: https://nodejs.org/en/download\n`,
    );
    return 1;
  }
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const installed = await installPackages(root);
  if (installed !== 0) return installed;
  const loader = script.endsWith(".ts") ? ["--import", "tsx"] : [];
  const { status } = await run(process.execPath, [...loader, script, ...args], { cwd: root, ipc: true });
  return status;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.exitCode = await main(process.argv.slice(2));
}
