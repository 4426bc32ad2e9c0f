import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withApi } from "../../config/exposure";
import { loadProject } from "../../config/load";
import { Failure } from "../../tools/failure";
import type { Context } from "../commands/command";
import { deploySystems } from "../deploy/deploy";
import { DeployDisplay } from "../deploy/deploy-display";
import { migrateDatabases } from "../deploy/migrate";
import { RunFolder, readVariables } from "../run-folder";
import type { DeploySession } from "../session";
import { untilStable } from "../stability";
import { takeLock } from "./lock";

/** Its services have never been deployed before: they may take as long as those of `npm start`. */
const STABLE_BOUND_MS = 120_000;

/**
 * Makes sure that the environment which a pipeline promotes to is there: deploys it into the same emulator where it is not,
 * with the images that `npm start` has begun with. What a deployment that was interrupted has made, the next one finds in
 * its state, and goes on.
 *
 * @throws Failure where `npm start` is not done yet, or with the words of what failed
 */
export async function requireProduction(context: Context, environment: string, system: string): Promise<void> {
  const { lifetime, running, settings, terminal } = context;
  const run = RunFolder.ofEnvironment(running.folder, environment);
  const done = join(run.state, "deployed");
  if (existsSync(done)) return;
  const session = productionSession(context, run, environment, system);
  takeLock(lifetime, join(running.folder, `${environment}.lock`), `${environment} is deployed`);
  terminal.line(`  ${environment}, which it promotes to, is not there yet: it is deployed, once, in about two minutes`);
  const display = new DeployDisplay(terminal);
  try {
    await deploySystems(session, display);
  } finally {
    display.end();
  }
  await migrateDatabases(session, false);
  terminal.progress(`waiting for the services of ${environment}`);
  const { faults } = await untilStable({ lifetime, settings, boundMs: STABLE_BOUND_MS });
  for (const fault of faults) terminal.warn(fault);
  writeFileSync(done, "");
}

function productionSession(context: Context, run: RunFolder, environment: string, system: string): DeploySession {
  const { root, lifetime, terminal, running, settings } = context;
  const variables = readVariables(running.folder);
  if (!variables) throw new Failure("`npm start` is not done with its deployment: wait until it says how to go on");
  const { CDKTF_OUTPUT: _output, ...others } = variables;
  const project = loadProject({ root, environment });
  return {
    ...{ root, lifetime, terminal, run, settings, project },
    systems: withApi([system], project.services),
    registry: running.registry === undefined ? undefined : { address: running.registry },
    variables: { ...others, ENVIRONMENT: environment, STATE_DIRECTORY: run.state },
    exitWithParent: fileURLToPath(new URL("../../tools/processes/exit-with-parent.mjs", import.meta.url)),
  };
}
