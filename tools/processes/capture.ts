import type { Lifetime } from "./lifetime";

export interface CaptureOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the program is ended. @default 20,000 */
  readonly timeoutMs?: number;
  /** Called with each piece of output as it comes. */
  readonly onOutput?: (text: string) => void;
}

export interface Captured {
  /** Exit status, or `undefined` where the program could not be started, or was ended. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** How it ended, in words. */
  readonly reason: string;
}

/** Runs a program to its end and gives what it printed; a program that fails or does not exist is no error. */
export async function capture(
  lifetime: Lifetime,
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 20_000, onOutput }: CaptureOptions = {},
): Promise<Captured> {
  const group = lifetime.start(command, args, {
    ...(cwd && { cwd }),
    ...(env && { env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  group.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(text);
  });
  group.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onOutput?.(text);
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void group.stop("SIGTERM", 1_000);
  }, timeoutMs);
  try {
    const { status, reason } = await lifetime.until(group.exited);
    if (timedOut) return { status: undefined, stdout, stderr, reason: `did not end within ${timeoutMs / 1000} s` };
    return { status, stdout, stderr, reason };
  } finally {
    clearTimeout(timer);
  }
}
