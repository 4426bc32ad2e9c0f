import { parseArgs } from "node:util";
import { listEnvironments } from "../../config/load-environment";
import { Failure, USAGE_STATUS } from "../failure";
import { nameFault, parseFault } from "../usage-fault";
import type { AssumptionId } from "./assumptions";

export interface Options {
  readonly environment: string;
  readonly form: "text" | "json" | "markdown";
  /** What is assumed otherwise than assumptions.json says. */
  readonly assumed: Readonly<Partial<Record<AssumptionId, number>>>;
  readonly help: boolean;
}

/** Most that an assumption may be told to be: more is a slip. */
const MOST = 1_000_000;

export const USAGE = `usage: npm run cost -- --env NAME [--json | --markdown] [--logs-gb N] [--traffic-gb N] [--requests-millions N]

Prints what an environment costs a month: by stack and by service, at rest, as it starts and at full scale, with the
arithmetic of each number, and what each switch would save. Prices are those of tools/cost/prices/.

options:
  --env NAME               environment: config/environments/NAME.json
  --json                   everything as JSON
  --markdown               the tables alone, as README.md has them
  --logs-gb N              GB that a service logs in a month
  --traffic-gb N           GB that a service answers to the internet in a month
  --requests-millions N    million requests of a service in a month
  --help                   print this`;

/** Options that change an assumption, and which. */
const ASSUMING = {
  "logs-gb": "logsGb",
  "traffic-gb": "trafficGb",
  "requests-millions": "requestsMillions",
} as const satisfies Record<string, AssumptionId>;

/**
 * Reads the command line.
 *
 * @param root folder that holds `config/environments/`
 * @throws Failure with status 2
 */
export function readOptions(root: string, args: readonly string[]): Options {
  const { env, json, markdown, help, ...values } = parse(args);
  const unknown = help ? undefined : nameFault("environment", env, listEnvironments(root), "--env");
  if (unknown !== undefined) throw new Failure(unknown, USAGE_STATUS);
  if (json && markdown) throw new Failure(`--json and --markdown are two forms; choose one\n\n${USAGE}`, USAGE_STATUS);
  const assumed = Object.entries(ASSUMING).flatMap(([option, id]) => {
    const text = values[option as keyof typeof ASSUMING];
    return text === undefined ? [] : [[id, readAmount(option, text)] as const];
  });
  const form = json ? "json" : markdown ? "markdown" : "text";
  return { environment: env ?? "", form, assumed: Object.fromEntries(assumed), help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        env: { type: "string" },
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        "logs-gb": { type: "string" },
        "traffic-gb": { type: "string" },
        "requests-millions": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(`${parseFault(error)}\n\n${USAGE}`, USAGE_STATUS);
  }
}

function readAmount(option: string, text: string): number {
  const amount = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (amount <= MOST) return amount;
  throw new Failure(`--${option} is "${text}"; give a number from 0 to ${MOST}, such as 0.5`, USAGE_STATUS);
}
