import { readCommandLine } from "../jenkins/release/command-line";
import { Output } from "../jenkins/release/output";
import { runCommand } from "../jenkins/release/run-command";
import type { Lifetime } from "../tools/processes/lifetime";
import type { ClientSettings } from "./cloud/variables";

/** What a command of the release program is run with. */
export interface ReleaseSession {
  readonly root: string;
  readonly lifetime: Lifetime;
  /** How the emulator is reached. */
  readonly settings: ClientSettings;
  /** @default this process's */
  readonly variables?: NodeJS.ProcessEnv;
  /** Where what it tells goes. @default the terminal */
  readonly output?: Output;
}

/**
 * Runs `npm run release -- ...` in this process, against the emulator of a run.
 *
 * @param args the command, the service and options, without the environment
 * @throws Failure, ConfigError, Interrupted
 */
export async function runRelease(session: ReleaseSession, environment: string, args: readonly string[]): Promise<void> {
  const { root, lifetime, settings, variables = process.env, output = new Output(false) } = session;
  const line = readCommandLine([...args, "--env", environment]);
  if ("help" in line) return;
  const { endpoint, credentials } = settings;
  await runCommand({ root, line, output, variables, lifetime, settings: { endpoint, credentials } });
}
