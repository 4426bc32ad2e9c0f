import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Failure, USAGE_STATUS } from "../failure";
import { type Captured, capture } from "../processes/capture";
import type { Lifetime } from "../processes/lifetime";

/** A large repository on a slow disk. */
const BOUND_MS = 120_000;

/**
 * The repository of a folder, as far as `npm run affected` asks it. Nothing of it is changed: neither its index nor its
 * working tree.
 */
export class Git {
  constructor(
    private readonly lifetime: Lifetime,
    private readonly root: string,
  ) {}

  /**
   * The commit that a revision means.
   *
   * @throws Failure with status 2 where there is no git, no repository or no such commit
   */
  async commitOf(revision: string): Promise<string> {
    await this.requireRepository();
    // A revision is never an option of git's.
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
    const { status, stdout } = await this.run(args);
    if (status === 0) return stdout.trim();
    throw new Failure(`there is no commit "${revision}" (--since) here; ${await this.howToGetIt()}`, USAGE_STATUS);
  }

  /**
   * The files that differ between a commit and the working tree, sorted; a file that was renamed is two. Those that are not
   * committed or not even added count, those that git ignores do not.
   *
   * The commit itself is compared, not the merge base with it: what runs was made of that commit, so what it has and this
   * tree lacks is a difference too.
   */
  async filesChangedSince(commit: string): Promise<readonly string[]> {
    const [changed, untracked] = await Promise.all([
      this.ask(["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", commit, "--"]),
      this.ask(["ls-files", "-z", "--others", "--exclude-standard"]),
    ]);
    return [...new Set([...changed.split("\0"), ...untracked.split("\0")])].filter(Boolean).sort();
  }

  /** Writes the files of a commit below a folder, and gives the path of what is this project's root there. */
  async checkOut(commit: string, folder: string): Promise<string> {
    const top = (await this.ask(["rev-parse", "--show-toplevel"])).trim();
    const prefix = (await this.ask(["rev-parse", "--show-prefix"])).trim();
    const options = { cwd: top, env: { ...process.env, GIT_INDEX_FILE: join(folder, "index") } };
    await this.ask(["read-tree", commit], options);
    await this.ask(["checkout-index", "--all", `--prefix=${folder}/tree/`], options);
    const root = join(folder, "tree", prefix);
    mkdirSync(root, { recursive: true });
    return root;
  }

  private async requireRepository(): Promise<void> {
    const { status, stdout, stderr, reason } = await this.run(["rev-parse", "--is-inside-work-tree"]);
    if (status === undefined) {
      throw new Failure(`git is needed to tell what has changed, but it ${reason}; install it`, USAGE_STATUS);
    }
    if (status === 0 && stdout.trim() === "true") return;
    throw new Failure(
      `${this.root} is no working tree of git, so nothing tells what has changed: ${firstLine(stderr)}; ` +
        "clone the repository instead of copying its files",
      USAGE_STATUS,
    );
  }

  private async howToGetIt(): Promise<string> {
    const shallow = (await this.ask(["rev-parse", "--is-shallow-repository"])).trim() === "true";
    return shallow
      ? "this clone is shallow, it holds the newest commits only: git fetch --unshallow gets the others"
      : "give a commit, a branch or a tag that `git log` knows, or get it by git fetch";
  }

  /** What git prints. @throws Failure when it fails */
  private async ask(args: readonly string[], options: GitOptions = {}): Promise<string> {
    const { status, stdout, stderr, reason } = await this.run(args, options);
    if (status === 0) return stdout;
    throw new Failure(`git ${args[0]} ${reason}: ${firstLine(stderr)}`);
  }

  private run(args: readonly string[], { cwd = this.root, env = process.env }: GitOptions = {}): Promise<Captured> {
    // Without the lock, a person may commit meanwhile.
    const variables = { ...env, GIT_OPTIONAL_LOCKS: "0" };
    return capture(this.lifetime, "git", args, { cwd, env: variables, timeoutMs: BOUND_MS });
  }
}

interface GitOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const firstLine = (text: string): string => text.trim().split("\n", 1).join();
