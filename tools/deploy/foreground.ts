import { type StdioOptions, spawn } from "node:child_process";
import { Failure, Interrupted } from "../failure";
import { descendants } from "../processes/descendants";
import type { Lifetime } from "../processes/lifetime";

export interface ForegroundOptions {
  readonly cwd: string;
  /** The program's whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** @default this process's own, so that the person sees the program and can answer it */
  readonly stdio?: StdioOptions;
}

/**
 * Runs a program that the person at the terminal talks to. It stays in our process group: the terminal lets only the
 * group in its foreground read.
 *
 * When the command has to end, the program is asked to (SIGINT), and then waited for: Terraform writes down what it has
 * made before it goes. When this process leaves earlier, it takes the program and all that it started with it.
 *
 * @throws Interrupted, after the program has ended
 * @throws Failure when the program fails
 */
export async function runInForeground(
  lifetime: Lifetime,
  command: string,
  args: readonly string[],
  { cwd, env, stdio = "inherit" }: ForegroundOptions,
): Promise<void> {
  lifetime.signal.throwIfAborted();
  const child = spawn(command, [...args], { cwd, env, stdio });
  // A second SIGINT beside the terminal's own does no harm: the CDKTF CLI heeds one only, docker ends by the first.
  const interrupt = () => child.kill("SIGINT");
  const kill = () => killFamily(child.pid);
  lifetime.signal.addEventListener("abort", interrupt);
  process.on("exit", kill);
  const reason = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("exit", (status, signal) => {
      if (status === 0) resolve(undefined);
      else resolve(signal ? `was ended by ${signal}` : `exited with status ${status}`);
    });
  });
  process.off("exit", kill);
  lifetime.signal.removeEventListener("abort", interrupt);
  if (lifetime.signal.aborted) throw new Interrupted("interrupted");
  if (reason) throw new Failure(`${command} ${reason}`);
}

function killFamily(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const member of [...descendants(pid), pid]) {
    try {
      process.kill(member, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}
