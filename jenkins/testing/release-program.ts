import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessGroup } from "../../tools/processes/process-group";
import { ROOT } from "./small-cloud";

/** What a command did. */
export interface Done {
  readonly status: number | undefined;
  readonly reason: string;
  readonly output: string;
}

/** The bundle of the release program, in a folder of its own. */
export class ReleaseProgram {
  /** For what a test writes, too. */
  readonly folder = mkdtempSync(join(tmpdir(), "release-program-"));
  readonly #file = join(this.folder, "release.cjs");

  /** @throws where it cannot be built */
  static async build(): Promise<ReleaseProgram> {
    const program = new ReleaseProgram();
    const built = new ProcessGroup(process.execPath, [join(ROOT, "jenkins/build.mjs"), program.#file], { cwd: ROOT });
    const { status, reason } = await built.exited;
    if (status !== 0) throw new Error(`the release program could not be built: it ${reason}`);
    return program;
  }

  /** Starts a command with `node` alone, as the pipeline does. */
  start(args: readonly string[], variables: NodeJS.ProcessEnv): { group: ProcessGroup; done: Promise<Done> } {
    const group = new ProcessGroup(process.execPath, [this.#file, ...args], {
      cwd: ROOT,
      env: variables,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [group.child.stdout, group.child.stderr]) {
      stream?.on("data", (piece) => {
        output += String(piece);
      });
    }
    const done = group.exited.then(({ status, reason }) => ({ status, reason, output }));
    return { group, done };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
