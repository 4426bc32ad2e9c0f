import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./small-cloud";

/** A copy of this repository that a test may change and commit to: with the files as they are now, committed or not. */
export class Source {
  readonly folder = mkdtempSync(join(tmpdir(), "pipeline-source-"));

  constructor() {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: ROOT });
    for (const file of new Set(listed.toString().split("\0").filter(Boolean))) {
      // A file that was removed and not yet committed is listed too.
      if (!existsSync(join(ROOT, file))) continue;
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(ROOT, file), join(this.folder, file));
    }
    this.#git("init", "--quiet", "--initial-branch=main");
    // Every workspace takes the packages from here: a link, which .gitignore's `node_modules/` does not mean.
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, ".git/info/exclude"), "node_modules\n");
    this.commit("as it is");
  }

  /** The command that fills a workspace of a pipeline from `SOURCE`. */
  get checkout(): string {
    return `git clone --quiet "$SOURCE" . && ln -s '${join(ROOT, "node_modules")}' node_modules`;
  }

  /** The commit that is checked out. */
  get head(): string {
    return this.#git("rev-parse", "HEAD");
  }

  /** Changes a text file and commits it. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.folder, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    this.commit(file);
  }

  commit(message: string): void {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...identity, ...args], { cwd: this.folder, encoding: "utf8" }).trim();
  }
}
