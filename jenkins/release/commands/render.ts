import { readFileSync } from "node:fs";
import { Failure, messageOf } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import type { Output } from "../output";
import { provenanceOf } from "../task-definition/provenance";
import { render } from "../task-definition/render";
import { parseDescribed } from "../task-definition/task-definition";

export interface RenderFileOptions {
  /** A file that holds a task definition; `-` for stdin. */
  readonly taskDefinition: string;
  readonly image: string;
  readonly container?: string | undefined;
  /** A service.json, whose plain environment values are set. */
  readonly config?: string | undefined;
}

/** Prints the input of RegisterTaskDefinition. Calls nobody. @throws Failure with status 2, ConfigError */
export async function renderFile(
  options: RenderFileOptions,
  output: Output,
  variables: NodeJS.ProcessEnv,
): Promise<void> {
  const { taskDefinition, image, container, config } = options;
  const source = taskDefinition === "-" ? "stdin" : taskDefinition;
  const described = parseDescribed(read("--task-definition", taskDefinition), source);
  const environment = config === undefined ? undefined : await readEnvironment(config);
  output.document(render(described, { image, container, environment, provenance: provenanceOf(variables) }));
}

/** Loaded only where it is needed: checking a configuration takes longer than all the rest. */
async function readEnvironment(file: string): Promise<Readonly<Record<string, string>>> {
  const { parseService } = await import("../../../config/parse-service");
  return parseService(file, read("--config", file)).environment;
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Failure(`${option} "${file}" cannot be read: ${messageOf(error)}`, EXIT.usage);
  }
}
