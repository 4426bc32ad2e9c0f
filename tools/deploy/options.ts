import { parseArgs } from "node:util";
import { listEnvironments } from "../../config/load-environment";
import { nearest } from "../../config/suggest";
import { Failure, USAGE_STATUS } from "../failure";
import { parseFault } from "../usage-fault";

/** What both commands are told. */
export interface Options {
  readonly environment: string;
  /** Services named on the command line; none = all. */
  readonly services: readonly string[];
  /** Apply Terraform's plans without asking. */
  readonly autoApprove: boolean;
  /** Commit since which what has changed is deployed, and nothing else. @default - everything is */
  readonly since: string | undefined;
  readonly help: boolean;
}

/** What the commands differ in. */
export interface CommandLine {
  readonly usage: string;
  readonly takesServices: boolean;
  /** Whether it may be told to do only what has changed. */
  readonly takesSince: boolean;
}

/**
 * Reads a command line.
 *
 * @param root folder that holds `config/environments/`
 * @throws Failure with status 2
 */
export function readOptions(root: string, args: readonly string[], command: CommandLine): Options {
  const options = parse(args, command);
  if (!options.help && options.environment === "") {
    throw usageFault(`--env is missing; the environments are: ${listEnvironments(root).join(", ")}`, command);
  }
  if (options.since !== undefined && !command.takesSince) throw usageFault("unknown option '--since'", command);
  if (options.since === "") {
    throw usageFault(
      "--since is empty; give the commit that was deployed last, or leave --since out to deploy all",
      command,
    );
  }
  return options;
}

function parse(args: readonly string[], command: CommandLine): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: command.takesServices,
      options: {
        env: { type: "string", default: "" },
        help: { type: "boolean", short: "h", default: false },
        "auto-approve": { type: "boolean", default: false },
        since: { type: "string" },
      },
    });
    const { env: environment, since, "auto-approve": autoApprove, help } = values;
    return { environment, services: positionals, autoApprove, since, help };
  } catch (error) {
    throw usageFault(parseFault(error), command);
  }
}

/** Those that were named, or all. @throws Failure with status 2 for a service that there is not */
export function chosen<T extends { readonly name: string }>(
  services: readonly T[],
  names: readonly string[],
): readonly T[] {
  const known = services.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new Failure(
      `there is no service "${name}"; ${meant ? `did you mean "${meant}"? The` : "the"} services are: ${known.join(", ")}`,
      USAGE_STATUS,
    );
  }
  return names.length === 0 ? services : services.filter(({ name }) => names.includes(name));
}

function usageFault(text: string, { usage }: CommandLine): Failure {
  return new Failure(`${text}\n\n${usage}`, USAGE_STATUS);
}
