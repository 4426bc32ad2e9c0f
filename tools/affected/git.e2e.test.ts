import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder, writeFile } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { Git } from "./git";

const IDENTITY = ["-c", "user.name=test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];

/** A repository with one commit of two files. */
class Repository {
  readonly root = temporaryFolder();
  readonly asked = new Git(testLifetime(), this.root);

  constructor() {
    this.git("init", "--quiet", "--initial-branch=main");
    this.write("a.txt", "a");
    this.write("folder/b.txt", "b");
    this.commit();
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", [...IDENTITY, ...args], { cwd: this.root, encoding: "utf8" }).trim();
  }

  write(file: string, text: string): void {
    writeFile(this.root, file, text);
  }

  commit(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "a commit");
    return this.git("rev-parse", "HEAD");
  }
}

const refused = (message: string | RegExp) =>
  expect.objectContaining({ name: "Failure", status: 2, message: expect.stringMatching(message) });

describe("the files that have changed since a commit", () => {
  it("are those of later commits, staged, not staged and not added; not those that git ignores", async () => {
    const repository = new Repository();
    const { root, asked } = repository;
    const commit = await asked.commitOf("HEAD");
    expect(await asked.filesChangedSince(commit)).toEqual([]);
    repository.write("committed", "1");
    repository.write(".gitignore", "ignored\n");
    repository.commit();
    repository.write("staged.txt", "1");
    repository.git("add", "staged.txt");
    repository.write("a.txt", "other");
    repository.write("new file, with ümläut.txt", "1");
    repository.write("ignored", "1");
    rmSync(join(root, "folder/b.txt"));
    expect(await asked.filesChangedSince(commit)).toEqual([
      ".gitignore",
      "a.txt",
      "committed",
      "folder/b.txt",
      "new file, with ümläut.txt",
      "staged.txt",
    ]);
  });

  it("are both names of a file that was renamed", async () => {
    const repository = new Repository();
    const commit = await repository.asked.commitOf("main");
    renameSync(join(repository.root, "a.txt"), join(repository.root, "z.txt"));
    repository.commit();
    expect(await repository.asked.filesChangedSince(commit)).toEqual(["a.txt", "z.txt"]);
  });

  it("are those of the commit itself too, where it is on another branch", async () => {
    const repository = new Repository();
    repository.git("checkout", "--quiet", "-b", "other");
    repository.write("of-other.txt", "1");
    const other = repository.commit();
    repository.git("checkout", "--quiet", "main");
    repository.write("of-main.txt", "1");
    repository.commit();
    expect(await repository.asked.filesChangedSince(other)).toEqual(["of-main.txt", "of-other.txt"]);
    repository.git("merge", "--quiet", "--no-edit", "other");
    expect(await repository.asked.filesChangedSince(other)).toEqual(["of-main.txt"]);
  });

  it("are told below the folder of the project, where that is not the repository's", async () => {
    const repository = new Repository();
    const project = new Git(testLifetime(), join(repository.root, "folder"));
    const commit = await project.commitOf("HEAD");
    repository.write("a.txt", "other");
    repository.write("folder/b.txt", "other");
    expect(await project.filesChangedSince(commit)).toEqual(["b.txt"]);
    const root = await project.checkOut(commit, temporaryFolder());
    expect(readFileSync(join(root, "b.txt"), "utf8")).toBe("b");
  });
});

describe("the files of a commit", () => {
  it("are written elsewhere as they were, and the repository is left as it is", async () => {
    const repository = new Repository();
    const commit = await repository.asked.commitOf("HEAD");
    repository.write("a.txt", "other");
    repository.write("staged.txt", "1");
    repository.git("add", "staged.txt");
    const before = repository.git("status", "--porcelain");
    const root = await repository.asked.checkOut(commit, temporaryFolder());
    expect(readFileSync(join(root, "a.txt"), "utf8")).toBe("a");
    expect(repository.git("status", "--porcelain")).toBe(before);
    expect(repository.git("worktree", "list").split("\n")).toHaveLength(1);
  });
});

describe("a commit", () => {
  it("is found by its digits, a branch, a tag or a way from there", async () => {
    const repository = new Repository();
    const first = repository.git("rev-parse", "HEAD");
    repository.git("tag", "-a", "v1", "-m", "a tag");
    repository.write("a.txt", "other");
    const second = repository.commit();
    for (const revision of ["v1", "HEAD~1", first.slice(0, 9)]) {
      expect(await repository.asked.commitOf(revision)).toBe(first);
    }
    expect(await repository.asked.commitOf("main")).toBe(second);
  });

  it.each(["no-such-branch", "0123456789abcdef0123456789abcdef01234567", "--all", "HEAD:a.txt"])(
    "is refused where there is none: %s",
    async (revision) => {
      await expect(new Repository().asked.commitOf(revision)).rejects.toEqual(
        refused(`there is no commit "${revision}" \\(--since\\) here; give a commit, a branch or a tag`),
      );
    },
  );

  it("is refused where a shallow clone lacks it, with how to get it", async () => {
    const repository = new Repository();
    const first = repository.git("rev-parse", "HEAD");
    repository.write("a.txt", "other");
    repository.commit();
    const clone = temporaryFolder();
    execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${repository.root}`, clone]);
    await expect(new Git(testLifetime(), clone).commitOf(first)).rejects.toEqual(
      refused("this clone is shallow, it holds the newest commits only: git fetch --unshallow gets the others"),
    );
  });

  it("is refused outside of a repository", async () => {
    const folder = join(temporaryFolder(), "plain");
    mkdirSync(folder);
    await expect(new Git(testLifetime(), folder).commitOf("HEAD")).rejects.toEqual(
      refused(`${folder} is no working tree of git, so nothing tells what has changed: fatal: not a git repository`),
    );
  });

  it("is refused where there is no git", async () => {
    const { asked } = new Repository();
    vi.stubEnv("PATH", temporaryFolder());
    try {
      await expect(asked.commitOf("HEAD")).rejects.toEqual(
        refused("git is needed to tell what has changed, but it could not be started .*; install it"),
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
