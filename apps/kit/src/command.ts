import type { Logger } from "pino";
import { type CommandEnvironment, EnvironmentError, type EnvironmentSchema, environmentOrExit } from "./environment";
import { createLogger } from "./logging";
import { version } from "./version";

/** A one-off task that could not do its work, for a reason that is told in words; status 1. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}

/** Where a one-off task says what it did. */
export type CommandLog = Pick<Logger, "info" | "error">;

/** What a one-off task does. */
export interface Command {
  run(): Promise<void>;
}

/** Makes a command of what it needs from the environment and of what it does; an EnvironmentError of the work is one too. */
export function command<Values extends CommandEnvironment>(
  environment: EnvironmentSchema<Values>,
  work: (environment: Values, logger: CommandLog) => Promise<void>,
): Command {
  return {
    run: async () => {
      const values = environmentOrExit(environment);
      const identity = { service: values.SERVICE_NAME, environment: values.ENVIRONMENT, version };
      const logger = createLogger(identity, values.LOG_LEVEL);
      try {
        await work(values, logger);
      } catch (error) {
        if (error instanceof EnvironmentError) process.stderr.write(`${error.message}\n`);
        else if (error instanceof CommandFailure) logger.fatal(error.message);
        else logger.fatal({ err: error }, "the command failed");
        process.exitCode = error instanceof EnvironmentError ? 2 : 1;
      }
    },
  };
}

/**
 * Runs the command that the first argument names; the entry point of a one-off task. Exit status 0: done; 1: it failed, the
 * log says why; 2: a wrong call or a wrong environment.
 */
export function runCommand(commands: Readonly<Record<string, Command>>): void {
  const [, program, name = "", ...rest] = process.argv;
  const chosen = Object.hasOwn(commands, name) && rest.length === 0 ? commands[name] : undefined;
  if (chosen) {
    void chosen.run();
    return;
  }
  process.stderr.write(`usage: node ${program} ${Object.keys(commands).join("|")}\n`);
  process.exitCode = 2;
}
