import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Failure } from "../../tools/failure";
import type { Lifetime } from "../../tools/processes/lifetime";
import { DeployProgress } from "./deploy-progress";

/** Terraform ends a resource that it is creating before it stops; after this it is ended the hard way. */
const STOP_BOUND_MS = 5_000;

const LAST_LINES = 20;

export interface DeployOptions {
  readonly root: string;
  readonly stacks: readonly string[];
  /** The whole environment of the CDKTF CLI. */
  readonly environment: NodeJS.ProcessEnv;
  /** Folder for the synthesised stacks. */
  readonly synthesised: string;
  /** Use what an earlier deployment synthesised there; its stacks are known to be deployed. @default false */
  readonly skipSynth?: boolean;
  /** File for everything that the CLI prints. */
  readonly log: string;
  readonly exitWithParent: string;
  readonly onProgress: (progress: DeployProgress) => void;
}

/** Deploys stacks as `npx cdktf deploy STACK ... --auto-approve` does. @throws Failure with Terraform's error */
export async function deployStacks(lifetime: Lifetime, options: DeployOptions): Promise<DeployProgress> {
  const { root, stacks, environment, log, exitWithParent, onProgress } = options;
  const cli = lifetime.start(process.execPath, ["--import", exitWithParent, cliFile(root), ...cliArguments(options)], {
    cwd: root,
    // Where nobody watches, the CLI draws no spinner: CI says so.
    env: { ...environment, CI: "1" },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  lifetime.onEnd(() => cli.stop("SIGINT", STOP_BOUND_MS));
  const file = openSync(log, "a");
  const progress = new DeployProgress(stacks);
  onProgress(progress);
  const lastLines: string[] = [];
  for (const output of [cli.child.stdout, cli.child.stderr]) {
    if (!output) continue;
    createInterface({ input: output }).on("line", (line) => {
      writeSync(file, `${line}\n`);
      if (line.trim()) lastLines.push(line);
      progress.read(line);
      onProgress(progress);
    });
  }
  void cli.exited.then(() => closeSync(file));
  const { status, reason } = await lifetime.until(cli.exited);
  if (status === 0) {
    progress.end();
    onProgress(progress);
    return progress;
  }
  const words = progress.errors || lastLines.slice(-LAST_LINES).join("\n");
  throw new Failure(`cdktf deploy ${stacks.join(" ")} ${reason}\n${words}\nall of its output: ${log}`);
}

function cliFile(root: string): string {
  return join(root, "node_modules/cdktf-cli/bundle/bin/cdktf");
}

function cliArguments({ stacks, synthesised, skipSynth }: DeployOptions): readonly string[] {
  const again = skipSynth ? ["--skip-synth", "--ignore-missing-stack-dependencies"] : [];
  return ["deploy", ...stacks, "--auto-approve", "--no-color", "--output", synthesised, ...again];
}
