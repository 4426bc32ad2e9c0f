import { Failure } from "../../tools/failure";
import { reportFailure } from "../../tools/terminal/report-failure";
import type { Screen } from "../../tools/terminal/terminal";
import { type CommandLine, readCommandLine } from "./command-line";
import { EXIT } from "./exit-status";
import { Output } from "./output";
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
    // Loaded where it is needed: the AWS SDK takes longer to load than a task definition takes to render.
    const { withAws } = await import("./with-aws");
    return await withAws({ root, line, output, variables });
  } catch (error) {
    return report(error, output);
  }
}

async function renderCommand({ values }: CommandLine, output: Output, variables: NodeJS.ProcessEnv): Promise<void> {
  const { renderFile } = await import("./commands/render");
  const { "task-definition": taskDefinition = "", image = "", container, config } = values;
  await renderFile({ taskDefinition, image, container, config }, output, variables);
}

function report(error: unknown, output: Output): number {
  const status = reportFailure(error, output.terminal);
  const { message } = error instanceof Error ? error : new Failure(String(error));
  output.result({ ...(error instanceof Unsuccessful ? error.result : { outcome: "error" }), status, message });
  return status;
}
