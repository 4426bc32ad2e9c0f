import { parseArgs } from "node:util";
import { listEnvironments } from "../../config/load-environment";
import { Failure, USAGE_STATUS } from "../failure";
import { nameFault, parseFault } from "../usage-fault";

export interface Options {
  readonly environment: string;
  /** @default - all stacks, and the whole */
  readonly stack: string | undefined;
  /** Folder for the pictures. @default - docs/diagrams/ENVIRONMENT */
  readonly out: string | undefined;
  readonly help: boolean;
}

export const USAGE = `usage: npm run diagram -- --env NAME [--stack NAME] [--out FOLDER]

Draws what the stacks of an environment are made of, as Mermaid and SVG, from the stacks as they are synthesised.

options:
  --env NAME     environment: config/environments/NAME.json
  --stack NAME   only this stack
  --out FOLDER   where to (default: docs/diagrams/NAME); a file there that was not made by this command is not replaced
  --help         print this`;

/**
 * Reads the command line.
 *
 * @param root folder that holds `config/environments/`
 * @throws Failure with status 2
 */
export function readOptions(root: string, args: readonly string[]): Options {
  const { env, stack, out, help } = parse(args);
  if (!help) requireKnown("environment", env, listEnvironments(root), "--env");
  return { environment: env ?? "", stack, out, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        env: { type: "string" },
        stack: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${parseFault(error)}\n\n${USAGE}`, USAGE_STATUS);
  }
}

/** @throws Failure with status 2 that names what there is */
export function requireKnown(what: string, name: string | undefined, known: readonly string[], option: string): void {
  const fault = nameFault(what, name, known, option);
  if (fault !== undefined) throw new Failure(`${fault}; nothing was written`, USAGE_STATUS);
}
