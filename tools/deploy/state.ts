import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure";
import { type Captured, capture } from "../processes/capture";
import type { Deployment } from "./deployment";
import { type Backend, deploymentFolder, deployStacks, type SynthesisedStacks, synthesise } from "./stacks";

const STACK = "state";

const TERRAFORM_BOUND_MS = 120_000;

/** What the bucket holds. */
type Remote = "no bucket" | "no state" | "state";

export interface StateOptions {
  readonly terraform: string;
  readonly autoApprove: boolean;
}

/**
 * Deploys the stack of the state bucket, whose own state is to live in that bucket. While the bucket does not hold it, the
 * stack is deployed with its state on this machine, which then moves into the bucket: a run that was interrupted in
 * between is completed by the next one.
 *
 * @param synthesised the stacks with their lasting backend
 * @throws Failure
 */
export async function deployState(
  deployment: Deployment,
  synthesised: SynthesisedStacks,
  options: StateOptions,
): Promise<void> {
  const backend = synthesised.backend(STACK);
  const remote = backend.s3 ? await readRemote(deployment, backend, options) : "state";
  if (remote === "state") {
    await deployStacks(deployment, synthesised, [STACK], options);
    return;
  }
  const { terminal } = deployment;
  const onThisMachine = await synthesise(deployment, "bootstrap", { STATE_BACKEND: "local" });
  const file = onThisMachine.backend(STACK).local?.path ?? "";
  if (remote === "no state" && !existsSync(file)) throw new Failure(unknownBucket(backend, file));
  await deployStacks(deployment, onThisMachine, [STACK], options);
  await push(deployment, file, options);
  // Kept, in case; but nothing finds it any more.
  renameSync(file, `${file}.moved`);
  terminal.done("state", `moved into s3://${backend.s3?.bucket}/${backend.s3?.key}`);
}

function unknownBucket({ s3 = {} }: Backend, file: string): string {
  return (
    `bucket ${s3.bucket} exists, but neither ${s3.key} in it nor ${file} on this machine says what Terraform made of it. ` +
    "Was it made by a run on another machine that did not come to its end? Copy that file from there. " +
    "Is it an empty one that was made by hand? Remove it, and run the command again. Otherwise choose another name for the bucket"
  );
}

/**
 * What Terraform finds at the backend: asked by Terraform itself, in a folder with nothing but the backend's
 * configuration, so that the credentials and settings are those which it will use.
 */
async function readRemote(deployment: Deployment, backend: Backend, { terraform }: StateOptions): Promise<Remote> {
  const folder = backendFolder(deployment);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { backend } }));
  const init = await run(deployment, terraform, ["init", "-input=false", "-no-color"]);
  // Symptom (Terraform 1.11): `Failed to get existing workspaces: S3 bucket "..." does not exist.`
  if (init.status !== 0 && /NoSuchBucket|S3 bucket .* does not exist/.test(init.stderr)) return "no bucket";
  requireSuccess(init, "could not open the backend");
  const pull = await run(deployment, terraform, ["state", "pull"]);
  requireSuccess(pull, "could not read the state");
  // Where there is no object, Terraform prints a state without resources.
  return JSON.parse(pull.stdout).resources.length > 0 ? "state" : "no state";
}

/** Terraform refuses to push over a state that is not an earlier one of the same. */
async function push(deployment: Deployment, file: string, { terraform }: StateOptions): Promise<void> {
  // The bucket may not have existed when the folder was made.
  requireSuccess(await run(deployment, terraform, ["init", "-input=false", "-no-color"]), "could not open the backend");
  requireSuccess(await run(deployment, terraform, ["state", "push", file]), `could not move ${file} into the bucket`);
}

function run(deployment: Deployment, terraform: string, args: readonly string[]): Promise<Captured> {
  const { lifetime, variables: env } = deployment;
  return capture(lifetime, terraform, args, { cwd: backendFolder(deployment), env, timeoutMs: TERRAFORM_BOUND_MS });
}

function backendFolder(deployment: Deployment): string {
  return join(deploymentFolder(deployment), "backend");
}

function requireSuccess({ status, stderr, reason }: Captured, what: string): void {
  if (status !== 0) throw new Failure(`Terraform ${what}: it ${reason}\n${stderr.trim()}`);
}
