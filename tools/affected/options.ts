import { parseArgs } from "node:util";
import { listEnvironments } from "../../config/load-environment";
import { Failure, USAGE_STATUS } from "../failure";
import { nameFault, parseFault } from "../usage-fault";

export interface Options {
  /** What the working tree is compared with, as `git rev-parse` takes it. */
  readonly since: string;
  /** Names of environments, sorted. */
  readonly environments: readonly string[];
  /** One JSON document on stdout, all else on stderr. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: npm run affected -- --since REV [--env NAME] [--json]

Lists the stacks, images, releases and pipelines that differ between a commit and the working tree, each with the files for
which it does. Files that are not committed count, files that git ignores do not. The two are compared as they are, whatever
lies between them: for what a branch alone changes, give the commit that it began at ("$(git merge-base main HEAD)").

options:
  --since REV   commit, branch or tag to compare with
  --env NAME    environment: config/environments/NAME.json (default: all of them)
  --json        print one JSON document on stdout, and all else on stderr
  --help        print this`;

/**
 * Reads the command line.
 *
 * @param root folder that holds `config/environments/`
 * @throws Failure with status 2
 */
export function readOptions(root: string, args: readonly string[]): Options {
  const { since = "", env, json, help } = parse(args);
  const known = listEnvironments(root);
  const options = { since, environments: env === undefined ? known : [env], json, help };
  if (help) return options;
  if (since === "") throw fault("--since is missing: which commit is the working tree to be compared with?");
  const unknown = env === undefined ? undefined : nameFault("environment", env, known, "--env");
  if (unknown !== undefined) throw fault(unknown);
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        since: { type: "string" },
        env: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw fault(parseFault(error));
  }
}

const fault = (text: string): Failure => new Failure(`${text}\n\n${USAGE}`, USAGE_STATUS);
