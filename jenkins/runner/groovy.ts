import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, messageOf } from "../../tools/failure";
import { capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";
import { executablesOnPath, isExecutable } from "../../tools/setup/executables";

const HERE = dirname(fileURLToPath(import.meta.url));

const SOURCES = join(HERE, "groovy");

const COMPILED = join(dirname(dirname(HERE)), ".local/jenkins/runner");

const COMPILE_BOUND_MS = 120_000;

/** A run takes a second or two: a compiler that optimises and collectors with threads of their own only cost. */
const JAVA_OPTIONS = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"];

/** How to start a Groovy class: `java ...arguments CLASS`. */
export interface Groovy {
  readonly java: string;
  readonly arguments: readonly string[];
}

/**
 * Groovy, with the classes of the runner on its class path. They are compiled once for each state of their sources: that
 * takes longer than to run a pipeline.
 *
 * @throws Failure where there is no Java, no Groovy, or a class cannot be compiled
 */
export async function groovy(lifetime: Lifetime, environment: NodeJS.ProcessEnv = process.env): Promise<Groovy> {
  const java = findJava(environment);
  const libraries = findLibraries(environment);
  const classes = await compiled(lifetime, java, libraries);
  return { java, arguments: [...JAVA_OPTIONS, "-cp", `${libraries}/*:${classes}`] };
}

/**
 * Why no Jenkinsfile can be run on this machine, which is told once; `undefined` where one can be. In CI nothing may be
 * missing: there the tests fail with what `groovy` throws.
 */
export function whyNoGroovy(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.CI === "true") return undefined;
  try {
    findJava(environment);
    findLibraries(environment);
    return undefined;
  } catch (error) {
    console.warn(`no tests of the pipeline: ${messageOf(error)}`);
    return messageOf(error);
  }
}

function findJava(environment: NodeJS.ProcessEnv): string {
  const ofHome = environment.JAVA_HOME && join(environment.JAVA_HOME, "bin/java");
  if (ofHome && isExecutable(ofHome)) return ofHome;
  const [java] = executablesOnPath("java", environment.PATH);
  if (java) return java;
  throw new Failure(
    "there is no Java to run a Jenkinsfile with, in JAVA_HOME or on the PATH: install one (Debian: default-jre-headless)",
    2,
  );
}

/** The folder of Groovy's jars: beside the folder of the program, behind all links. */
function findLibraries(environment: NodeJS.ProcessEnv): string {
  const [program] = executablesOnPath("groovy", environment.PATH);
  const libraries = program && join(dirname(dirname(realpathSync(program))), "lib");
  if (libraries && existsSync(libraries)) return libraries;
  throw new Failure(
    "there is no Groovy to run a Jenkinsfile with on the PATH: install one (Debian: groovy, without recommended packages)",
    2,
  );
}

async function compiled(lifetime: Lifetime, java: string, libraries: string): Promise<string> {
  const files = readdirSync(SOURCES)
    .filter((name) => name.endsWith(".groovy"))
    .map((name) => join(SOURCES, name));
  const state = createHash("sha256").update(realpathSync(libraries));
  for (const file of files) state.update(file).update(readFileSync(file));
  const classes = join(COMPILED, state.digest("hex").slice(0, 16));
  if (!existsSync(classes)) await compile(lifetime, java, libraries, files, classes);
  return classes;
}

async function compile(
  lifetime: Lifetime,
  java: string,
  libraries: string,
  files: readonly string[],
  classes: string,
): Promise<void> {
  await mkdir(COMPILED, { recursive: true });
  const unfinished = mkdtempSync(join(COMPILED, "unfinished-"));
  try {
    const compiler = ["-cp", `${libraries}/*`, "org.codehaus.groovy.tools.FileSystemCompiler"];
    const { status, stdout, stderr, reason } = await capture(
      lifetime,
      java,
      [...JAVA_OPTIONS, ...compiler, "-d", unfinished, ...files],
      { timeoutMs: COMPILE_BOUND_MS },
    );
    if (status !== 0)
      throw new Failure(`the classes of the runner could not be compiled: ${reason}\n${stdout}${stderr}`);
    // Several tests may compile at the same time: the first one is kept.
    if (!existsSync(classes)) renameSync(unfinished, classes);
  } catch (error) {
    if (!existsSync(classes)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
