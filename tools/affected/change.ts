import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProject } from "../../config/load";
import { messageOf } from "../failure";
import type { Lifetime } from "../processes/lifetime";
import type { Terminal } from "../terminal/terminal";
import { compareConfiguration } from "./configuration";
import { changeOfEnvironment, type EnvironmentChange, NO_CHANGE } from "./environment-change";
import { Git } from "./git";
import { EVERYTHING, type Scope, scopeOf } from "./scope";
import { SourceTree } from "./source-tree";

export interface ChangeOptions {
  /** The repository's folder. */
  readonly root: string;
  /** What the working tree is compared with, as `git rev-parse` takes it. */
  readonly since: string;
  /** Names of environments. */
  readonly environments: readonly string[];
  readonly lifetime: Lifetime;
  /** Where it is told that a tree cannot be read. */
  readonly terminal: Terminal;
}

/** What differs between a commit and the working tree. */
export interface Change {
  /** The commit, in full. */
  readonly commit: string;
  /** Paths of files, sorted. */
  readonly files: readonly string[];
  readonly environments: Readonly<Record<string, EnvironmentChange>>;
}

/**
 * What the difference between a commit and the working tree touches. No code of the commit is run: its files are written to
 * a folder of their own, which is gone afterwards, and what imports what is read there.
 *
 * @throws Failure with status 2 where git cannot tell
 * @throws ConfigError where the configuration of the working tree has faults
 */
export async function changeSince(options: ChangeOptions): Promise<Change> {
  const { root, since, environments, lifetime } = options;
  const git = new Git(lifetime, root);
  const commit = await git.commitOf(since);
  const files = await git.filesChangedSince(commit);
  const none = { commit, files, environments: Object.fromEntries(environments.map((name) => [name, NO_CHANGE])) };
  if (files.length === 0) return none;
  const folder = mkdtempSync(join(tmpdir(), "affected-"));
  try {
    const earlier = await git.checkOut(commit, folder);
    const scopes = await lifetime.until(scopesOf(files, earlier, options));
    const changes = environments.map((name) => [name, changeIn(name, scopes, { root, earlier })] as const);
    return { commit, files, environments: Object.fromEntries(changes) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function scopesOf(
  files: readonly string[],
  earlier: string,
  { root, terminal }: ChangeOptions,
): Promise<ReadonlyMap<string, Scope>> {
  const [before, after] = await Promise.all([
    readTree(earlier, "that commit", terminal),
    readTree(root, "the working tree", terminal),
  ]);
  if (!before || !after) return new Map(files.map((file) => [file, EVERYTHING]));
  return new Map(files.map((file) => [file, scopeOf(file, { before, after })]));
}

async function readTree(root: string, what: string, terminal: Terminal): Promise<SourceTree | undefined> {
  try {
    return await SourceTree.read(root);
  } catch (error) {
    terminal.warn(`what imports what in ${what} cannot be told, so everything counts as affected: ${messageOf(error)}`);
    return undefined;
  }
}

function changeIn(
  name: string,
  scopes: ReadonlyMap<string, Scope>,
  roots: { root: string; earlier: string },
): EnvironmentChange {
  const compare = (environment: string) => {
    const project = loadProject({ root: roots.root, environment });
    return { project, configuration: compareConfiguration(roots.earlier, project) };
  };
  const { project: after, configuration } = compare(name);
  const production = after.environment.pipelines?.production;
  return changeOfEnvironment({
    after,
    scopes,
    configuration,
    production: production === undefined ? undefined : { name: production, ...compare(production) },
  });
}
