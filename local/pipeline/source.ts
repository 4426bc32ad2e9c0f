import { createHash } from "node:crypto";
import { constants, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "../../tools/failure";
import { type Captured, capture } from "../../tools/processes/capture";
import type { Lifetime } from "../../tools/processes/lifetime";

/** Files that are copied at the same time. */
const AT_ONCE = 64;

/** Where a pipeline's source comes from, and what it is. */
export interface SourceRevision {
  /**
   * 40 hexadecimal digits: the commit, or, where the working tree has changes that are in none, a hash of all its files: two
   * trees that differ must not have one image tag.
   */
  readonly id: string;
  /** The commit that is checked out; absent where there is none. */
  readonly commit?: string;
  readonly branch?: string;
  /** First line of the commit's message. */
  readonly message?: string;
  /** Whether the working tree is what the commit holds, and nothing else. */
  readonly isCommitted: boolean;
}

/**
 * Copies the working tree as it is, tracked files and those that are neither tracked nor ignored: what a commit of
 * everything would hold.
 *
 * @throws Failure where the folder is no working tree of git's
 */
export async function copySource(lifetime: Lifetime, root: string, target: string): Promise<SourceRevision> {
  const git = (args: readonly string[]) => capture(lifetime, "git", args, { cwd: root });
  const [listed, status, commit, branch, message] = await Promise.all([
    git(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]),
    git(["status", "--porcelain"]),
    git(["rev-parse", "--verify", "--quiet", "HEAD"]),
    git(["symbolic-ref", "--quiet", "--short", "HEAD"]),
    git(["log", "-1", "--format=%s"]),
  ]);
  if (listed.status !== 0) throw new Failure(`the source is what git lists, but: ${listed.stderr.trim()}`);
  // A file that was removed, and is not yet committed so, is listed too.
  const files = [...new Set(listed.stdout.split("\0").filter(Boolean))].sort().filter((file) => isThere(root, file));
  await copyFiles(lifetime, root, files, target);
  const isCommitted = commit.status === 0 && status.status === 0 && status.stdout === "";
  const head = textOf(commit);
  const [branchName, subject] = [textOf(branch), textOf(message)];
  return {
    id: isCommitted && head ? head : hashOf(target, files),
    isCommitted,
    ...(head && { commit: head }),
    ...(branchName && { branch: branchName }),
    ...(subject && { message: subject }),
  };
}

function isThere(root: string, file: string): boolean {
  const stat = lstatSync(join(root, file), { throwIfNoEntry: false });
  // A repository of its own, in a folder, is listed as the folder.
  return stat !== undefined && !stat.isDirectory();
}

async function copyFiles(lifetime: Lifetime, root: string, files: readonly string[], target: string): Promise<void> {
  for (const folder of new Set(files.map(dirname))) mkdirSync(join(target, folder), { recursive: true });
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    await lifetime.until(Promise.all(some.map((file) => copyOne(join(root, file), join(target, file)))));
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** A hash of names and contents, as long as a commit's. */
function hashOf(folder: string, files: readonly string[]): string {
  const hash = createHash("sha1");
  for (const file of files) {
    const path = join(folder, file);
    const stat = lstatSync(path);
    const content = stat.isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
    const mode = stat.mode & 0o111 ? "x" : "-";
    hash.update(`${mode} ${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function textOf({ status, stdout }: Captured): string | undefined {
  return status === 0 ? stdout.trim() || undefined : undefined;
}

/** Copies the files of an artifact: what CodeBuild unpacks before a build. */
export async function copyArtifact(lifetime: Lifetime, from: string, to: string, files: readonly string[]) {
  mkdirSync(to, { recursive: true });
  if (existsSync(from)) await copyFiles(lifetime, from, files, to);
}
