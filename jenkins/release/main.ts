import { Failure, Interrupted } from "../../tools/failure";
import { Lifetime } from "../../tools/processes/lifetime";
import { endOnSignals } from "../../tools/signals";
import { reportFailure } from "../../tools/terminal/report-failure";
import type { Screen } from "../../tools/terminal/terminal";
import { type CommandLine, readCommandLine } from "./command-line";
import { EXIT } from "./exit-status";
import { Output } from "./output";
import type { Session } from "./run-command";
import { Unsuccessful } from "./unsuccessful";

export interface MainOptions {
  /** The repository's folder. */
  readonly root: string;
  readonly variables?: NodeJS.ProcessEnv;
  readonly stdout?: Screen;
  readonly stderr?: Screen;
}

/** The release program from its command line to its exit status. */
export async function main(args: readonly string[], options: MainOptions): Promise<number> {
  const { root, variables = process.env, stdout, stderr } = options;
  const output = new Output(args.includes("--json"), stdout, stderr);
  try {
    const line = readCommandLine(args);
    if ("help" in line) {
      output.terminal.line(line.help);
      return EXIT.released;
    }
    if (line.command === "render") {
      await renderCommand(line, output, variables);
      return EXIT.released;
    }
    return await withAws({ root, line, output, variables });
  } catch (error) {
    return report(error, output);
  }
}

/** Loaded without the AWS SDK, which takes longer to load than a task definition takes to render. */
async function renderCommand({ values }: CommandLine, output: Output, variables: NodeJS.ProcessEnv): Promise<void> {
  const { renderFile } = await import("./commands/render");
  const { "task-definition": taskDefinition = "", image = "", container, config } = values;
  await renderFile({ taskDefinition, image, container, config }, output, variables);
}

async function withAws(given: Omit<Session, "lifetime">): Promise<number> {
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, given.output.terminal, () => undefined);
  const { runCommand } = await import("./run-command");
  try {
    await runCommand({ ...given, lifetime });
    return EXIT.released;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const { message } = error;
    const status = signals.status ?? EXIT.failed;
    given.output.terminal.error(message);
    given.output.result({ outcome: "interrupted", status, message });
    return status;
  } finally {
    await lifetime.end();
  }
}

function report(error: unknown, output: Output): number {
  const status = reportFailure(error, output.terminal);
  const { message } = error instanceof Error ? error : new Failure(String(error));
  output.result({ ...(error instanceof Unsuccessful ? error.result : { outcome: "error" }), status, message });
  return status;
}
