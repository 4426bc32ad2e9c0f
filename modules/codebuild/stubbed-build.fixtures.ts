import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What a stub answers to a command line. */
export interface Answer {
  /** The beginning of the command line, such as `docker push`. */
  readonly to: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** @default 0 */
  readonly status?: number;
  /** Files that the program writes, relative to the folder of the build. */
  readonly files?: Readonly<Record<string, string>>;
  /** How many times; then the next answer counts. @default - always */
  readonly times?: number;
}

/** A command line that a stub was called with. */
export interface Call {
  readonly line: string;
  readonly stdin: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface StubbedBuild {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly Call[];
  /** A file of the build's folder, without the end of its last line; undefined where there is none. */
  read(path: string): string | undefined;
}

interface Document {
  readonly env: { readonly shell: string; readonly variables?: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<string, { readonly commands: string[]; readonly finally?: string[] }>>;
}

const PROGRAMS = ["aws", "docker", "node", "npm"];

/** A program that writes down how it was called, and answers what it is told to. The first answer that fits counts. */
const stub = (name: string, folder: string) => `#!${process.execPath}
const fs = require("node:fs");
const path = require("node:path");
const folder = ${JSON.stringify(folder)};
const log = path.join(folder, "calls.jsonl");
const line = [${JSON.stringify(name)}, ...process.argv.slice(2)].join(" ");
const earlier = fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\\n").map((one) => JSON.parse(one).line) : [];
const stdin = line.includes("--password-stdin") ? fs.readFileSync(0, "utf8") : "";
const { BUILD_NUMBER, BUILD_URL, GIT_COMMIT, DOCKER_CONFIG } = process.env;
fs.appendFileSync(log, JSON.stringify({ line, stdin, env: { BUILD_NUMBER, BUILD_URL, GIT_COMMIT, DOCKER_CONFIG } }) + "\\n");
const answers = JSON.parse(fs.readFileSync(path.join(folder, "answers.json"), "utf8"));
const count = (beginning) => earlier.filter((one) => one.startsWith(beginning)).length;
const answer = answers.find(({ to, times = Infinity }) => line.startsWith(to) && count(to) < times) ?? {};
for (const [file, text] of Object.entries(answer.files ?? {})) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
process.stdout.write(answer.stdout ?? "");
process.stderr.write(answer.stderr ?? "");
process.exit(answer.status ?? 0);
`;

/**
 * Runs the commands of a build specification in an empty folder, with stubs for `aws`, `docker`, `node` and `npm`: one shell
 * for all commands, as CodeBuild does, up to the first that fails; `finally` after its phase whatever became of it.
 */
export async function runStubbed(
  text: string,
  variables: Readonly<Record<string, string>>,
  answers: readonly Answer[],
): Promise<StubbedBuild> {
  const outside = mkdtempSync(join(tmpdir(), "stubbed-build-"));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  const [bin, folder] = [join(outside, "bin"), join(outside, "source")];
  for (const one of [bin, folder]) mkdirSync(one);
  writeFileSync(join(outside, "answers.json"), JSON.stringify(answers));
  for (const name of PROGRAMS) {
    writeFileSync(join(bin, name), stub(name, outside));
    chmodSync(join(bin, name), 0o755);
  }
  const { env, phases } = JSON.parse(text) as Document;
  const environment = { ...env.variables, PATH: `${bin}:/usr/bin:/bin`, ...variables };
  const done = await run(env.shell, scriptOf(phases), folder, environment);
  const lines = readFileSync(join(outside, "calls.jsonl"), { encoding: "utf8", flag: "a+" }).split("\n");
  return {
    ...done,
    calls: lines.filter(Boolean).map((line) => JSON.parse(line)),
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8").trimEnd() : undefined),
  };
}

/** The commands as one script. A status that is kept by hand: `set -e` would not be CodeBuild's. */
function scriptOf(phases: Document["phases"]): string {
  const lines = ["failed=0"];
  for (const name of ["install", "pre_build", "build"]) {
    const { commands = [], finally: atLast = [] } = phases[name] ?? {};
    lines.push("if [ $failed = 0 ]; then");
    for (const command of commands) lines.push("if [ $failed = 0 ]; then", command, "failed=$?", "fi");
    for (const command of atLast) lines.push(command);
    lines.push(":", "fi");
  }
  return [...lines, "exit $failed", ""].join("\n");
}

function run(shell: string, script: string, cwd: string, env: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    // Without --norc bash reads the user's file: it takes a program that runs it for a remote shell.
    const child = spawn(shell, ["--norc", "-c", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (piece) => {
      stdout += String(piece);
    });
    child.stderr.on("data", (piece) => {
      stderr += String(piece);
    });
    child.on("close", (status) => resolve({ status: status ?? 1, stdout, stderr }));
  });
}
