import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BOOTSTRAP_TAG } from "../config/image-tag";
import { loadProject } from "../config/load";
import { startEmulator } from "../local/cloud/emulator";
import { createHostedZone } from "../local/cloud/seed";
import { clientSettings, emulatorVariables } from "../local/cloud/variables";
import { pushImage } from "../local/deploy/images";
import { NpmStart } from "../local/testing/npm-start";
import { Lifetime } from "../tools/processes/lifetime";
import { prepare } from "../tools/setup/prepare";
import { Terminal } from "../tools/terminal/terminal";
import { record, report, time } from "./measure";
import { benchRollout } from "./rollout";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, ".local/bench");

/** Of what `npm start` does beyond Terraform. */
const GOAL_SECONDS = 20;

/**
 * Prints how much longer `npm start` takes until it serves than `terraform apply` of the same stacks, and what an update of a
 * service takes in it. Runs each once.
 */
export async function benchStart(): Promise<void> {
  const served = await startAndUpdate();
  const apply = await timeApply();
  record("npm start, until it serves", served, "s");
  record("terraform apply of the same stacks", apply, "s");
  report("npm start, beyond terraform apply", served - apply, "s", GOAL_SECONDS);
}

/** Seconds until it serves; two minutes of waits, so the updates are measured in the same run. */
async function startAndUpdate(): Promise<number> {
  const startedAt = performance.now();
  const start = new NpmStart(["--system", "jenkins-ecs"], ROOT);
  try {
    await start.printed("Ctrl-C stops everything.");
    const seconds = (performance.now() - startedAt) / 1_000;
    await benchRollout(start);
    return seconds;
  } finally {
    start.interrupt();
    await start.exited;
  }
}

/**
 * Seconds of nothing but `terraform apply`, independent stacks side by side: what stands between them (the emulator,
 * synthesis, `terraform init`, the first images) is not counted.
 */
async function timeApply(): Promise<number> {
  const lifetime = new Lifetime();
  try {
    const { environment, services } = loadProject({ root: ROOT, environment: "local" });
    const tools = await prepare({ root: ROOT, lifetime, terminal: new Terminal() });
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    const emulator = await startEmulator(lifetime, {
      root: ROOT,
      python: tools.python,
      log: join(FOLDER, "emulator.log"),
    });
    const settings = clientSettings(emulator.url, environment.region);
    const variables = {
      ...tools.environment,
      ...emulatorVariables(emulator.url, environment.region),
      STATE_DIRECTORY: join(FOLDER, "state"),
      CDKTF_OUTDIR: join(FOLDER, "cdktf.out"),
    };
    await time({ name: "synth", args: [process.execPath, "tools/synth.mjs"], cwd: ROOT, environment: variables });
    const terraform = (stack: string, ...args: string[]) =>
      time({
        name: `terraform ${args[0]} of ${stack}`,
        args: [tools.terraform, ...args, "-input=false", "-no-color"],
        cwd: join(FOLDER, "cdktf.out/stacks", stack),
        environment: variables,
      });
    for (const stack of ["state", "registry", "network", "jenkins-ecs"]) await terraform(stack, "init");
    if (environment.dns) await createHostedZone(settings, environment.dns.hostedZone);
    const apply = (stack: string) => terraform(stack, "apply", "-auto-approve");
    const state = apply("state");
    const foundation = Math.max(...(await Promise.all([apply("registry"), apply("network")])));
    for (const service of services) {
      await pushImage(lifetime, { service, environmentName: environment.name, tag: BOOTSTRAP_TAG, settings });
    }
    const systems = await apply("jenkins-ecs");
    return Math.max(await state, foundation + systems);
  } finally {
    await lifetime.end();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}
