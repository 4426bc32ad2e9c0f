import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "../failure";
import { capture } from "../processes/capture";
import type { Deployment } from "./deployment";
import { runInForeground } from "./foreground";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** It only ends one that hangs: on a busy machine one that takes a second and a half has taken twenty. */
const SYNTHESIS_BOUND_MS = 10 * 60_000;

const AGAIN = "run the command again: it goes on where it stopped";

/** Where a stack keeps its state: one of Terraform's backends and its arguments. */
export type Backend = { readonly s3?: Readonly<Record<string, unknown>>; readonly local?: { readonly path: string } };

/** Outputs of stacks, by the stack's name and the output's. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the CDKTF CLI writes about what it has synthesised. */
interface Manifest {
  readonly stacks: Readonly<Record<string, StackEntry>>;
}

interface StackEntry {
  readonly name: string;
  /** Names of stacks. */
  readonly dependencies: readonly string[];
}

function inWaves(stacks: readonly StackEntry[], deployed: readonly string[]): readonly (readonly string[])[] {
  if (stacks.length === 0) return [];
  const ready = stacks.filter(({ dependencies }) => dependencies.every((name) => deployed.includes(name)));
  if (ready.length === 0) throw new Error(`stacks depend on each other: ${stacks.map(({ name }) => name).join(", ")}`);
  const names = ready.map(({ name }) => name);
  const later = stacks.filter((stack) => !ready.includes(stack));
  return [names, ...inWaves(later, [...deployed, ...names])];
}

/** Stacks as Terraform reads them, in a folder. */
export class SynthesisedStacks {
  constructor(readonly folder: string) {}

  /**
   * Names of the stacks that are not deployed yet, in the order that they can be deployed in: those of a wave stand side by
   * side, on stacks of earlier waves.
   *
   * @param deployed names of the others
   */
  waves(deployed: readonly string[]): readonly (readonly string[])[] {
    const { stacks } = JSON.parse(readFileSync(join(this.folder, "manifest.json"), "utf8")) as Manifest;
    return inWaves(
      Object.values(stacks).filter(({ name }) => !deployed.includes(name)),
      deployed,
    );
  }

  backend(stack: string): Backend {
    return JSON.parse(readFileSync(join(this.folder, "stacks", stack, "cdk.tf.json"), "utf8")).terraform.backend;
  }
}

/** Folder for what a deployment leaves: each environment has its own, because Terraform remembers the backend there. */
export function deploymentFolder({ root, environment }: Deployment): string {
  const folder = join(root, ".local/deploy", environment.name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Synthesises the stacks of the environment.
 *
 * @param name of the folder to put them into
 * @param variables what to tell main.ts beside the environment's name
 */
export async function synthesise(
  deployment: Deployment,
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<SynthesisedStacks> {
  const folder = join(deploymentFolder(deployment), name);
  const { status, stderr, reason } = await capture(
    deployment.lifetime,
    process.execPath,
    [join(REPOSITORY, "tools/synth.mjs")],
    {
      cwd: deployment.root,
      env: { ...deployment.variables, ...variables, CDKTF_OUTDIR: folder },
      timeoutMs: SYNTHESIS_BOUND_MS,
    },
  );
  if (status !== 0) throw new Failure(`the stacks could not be synthesised: the program ${reason}\n${stderr.trim()}`);
  return new SynthesisedStacks(folder);
}

/**
 * Deploys stacks side by side as `npx cdktf deploy STACK ...` does: the person sees Terraform's plans and answers.
 *
 * @throws Failure when one fails, or is not approved
 */
export async function deployStacks(
  deployment: Deployment,
  synthesised: SynthesisedStacks,
  stacks: readonly string[],
  { autoApprove }: { readonly autoApprove: boolean },
): Promise<Outputs> {
  const { root: cwd, lifetime, terminal, variables: env, stdio } = deployment;
  terminal.line();
  terminal.line(terminal.style("bold", `deploying ${stacks.join(", ")}`));
  const outputs = join(deploymentFolder(deployment), "outputs.json");
  rmSync(outputs, { force: true });
  const cli = join(REPOSITORY, "node_modules/cdktf-cli/bundle/bin/cdktf");
  const args = ["deploy", ...stacks, "--output", synthesised.folder, "--outputs-file", outputs, "--skip-synth"];
  // Stacks that they depend on were deployed before; told so, the CLI keeps no order among these.
  args.push("--ignore-missing-stack-dependencies", ...(autoApprove ? ["--auto-approve"] : []));
  try {
    await runInForeground(lifetime, process.execPath, [cli, ...args], { cwd, env, stdio });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${stacks.join(", ")} could not be deployed; mend what Terraform says above, then ${AGAIN}`);
  }
  const written: Outputs = existsSync(outputs) ? JSON.parse(readFileSync(outputs, "utf8")) : {};
  requireDeployed(stacks, written);
  return written;
}

/**
 * The CLI ends with status 0 when a plan is dismissed; but only what was deployed has outputs.
 *
 * @throws Failure that names the stacks which were not deployed
 */
export function requireDeployed(stacks: readonly string[], outputs: Outputs): void {
  const missing = stacks.filter((stack) => !(stack in outputs));
  if (missing.length > 0) throw new Failure(`not approved, so not deployed: ${missing.join(", ")}; to go on, ${AGAIN}`);
}
