import { parseArgs } from "node:util";
import { SYSTEMS } from "../config/systems";
import { Failure, USAGE_STATUS } from "../tools/failure";
import { parseFault } from "../tools/usage-fault";

/** What tasks are run as. */
export const RUNTIMES = ["process", "docker"] as const;

export type RuntimeName = (typeof RUNTIMES)[number];

/** A minute takes a tenth of a second then: no control loop could keep up with less. */
const TIME_SCALE_MAX = 600;

export const USAGE = `usage: npm start [-- options]

Deploys every stack of the environment "local" with Terraform into an AWS emulator on this machine, runs the services
as ECS does and serves load balancers, APIs and sign-in pages, until Ctrl-C. What runs is shown and changed by \`npm run local -- --help\`.

options:
  --once           check every route, print the result, and end with status 0 or 1
  --system NAME    only this system: ${SYSTEMS.join(", ")} (default: all)
  --runtime NAME   what tasks are run as: ${RUNTIMES.join(", ")} (default: process)
  --port N         port of the load balancers' first listener; the next ones take the ports after it (default: free ports);
                   APIs and sign-in pages have free ports in any case
  --time-scale N   minutes of CloudWatch and of autoscaling (alarms, cooldowns, schedules) pass N times as fast: from 1 to
                   ${TIME_SCALE_MAX} (default: 1)
  --help           print this`;

export interface Options {
  /** Check every route and end. */
  readonly once: boolean;
  readonly systems: readonly string[];
  readonly runtime: RuntimeName;
  /** Port of the first listener, 0 for free ports. */
  readonly port: number;
  /** How many times as fast as a clock the minutes of CloudWatch and of autoscaling pass. */
  readonly timeScale: number;
  readonly help: boolean;
}

/** Reads the command line. @throws Failure with status 2 */
export function readOptions(args: readonly string[]): Options {
  const { once, help, port, system, runtime, "time-scale": timeScale } = parse(args);
  return {
    once,
    help,
    systems: system === undefined ? SYSTEMS : [oneOf("--system", system, SYSTEMS)],
    runtime: oneOf("--runtime", runtime, RUNTIMES),
    port: port === undefined ? 0 : wholeNumber("--port", port, 65_535),
    timeScale: wholeNumber("--time-scale", timeScale, TIME_SCALE_MAX),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        system: { type: "string" },
        runtime: { type: "string", default: "process" },
        port: { type: "string" },
        "time-scale": { type: "string", default: "1" },
      },
    });
    return values;
  } catch (error) {
    throw usageFault(parseFault(error), USAGE);
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw usageFault(`${option} is "${text}"; it has to be a whole number from 1 to ${most}`, USAGE);
}

function oneOf<Value extends string>(option: string, text: string, allowed: readonly Value[]): Value {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw usageFault(
    `${option} is "${text}"; there ${allowed.length === 1 ? "is" : "are"}: ${allowed.join(", ")}`,
    USAGE,
  );
}

/** A fault of the command line: what is wrong, and how the command is used. */
export function usageFault(text: string, usage: string): Failure {
  return new Failure(`${text}\n\n${usage}`, USAGE_STATUS);
}
