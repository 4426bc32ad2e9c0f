import { parseArgs } from "node:util";
import { listEnvironments } from "../../config/load-environment";
import { requireKnown } from "../diagram/options";
import { Failure, USAGE_STATUS } from "../failure";
import { parseFault } from "../usage-fault";

export interface Options {
  readonly environment: string;
  /** Whether every load balancer, role, ... is told, and not only the fullest one of each quota. */
  readonly all: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: npm run quotas -- --env NAME [--all] [--json]

Counts what the stacks of an environment use of AWS's quotas, from the stacks as they are synthesised: the fullest of each
quota, the most used first. What AWS has raised is written into "quotas" of the environment.

options:
  --env NAME  environment: config/environments/NAME.json
  --all       every load balancer, role, subnet, ... and not only the fullest of each quota
  --json      everything, as JSON
  --help      print this

It ends with status 2 when a quota is used up, as a synthesis does.`;

/**
 * Reads the command line.
 *
 * @param root folder that holds `config/environments/`
 * @throws Failure with status 2
 */
export function readOptions(root: string, args: readonly string[]): Options {
  const { env, all, json, help } = parse(args);
  if (!help) requireKnown("environment", env, listEnvironments(root), "--env");
  return { environment: env ?? "", all, json, help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        env: { type: "string" },
        all: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${parseFault(error)}\n\n${USAGE}`, USAGE_STATUS);
  }
}
