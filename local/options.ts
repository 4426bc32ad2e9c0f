import { parseArgs } from "node:util";
import { Failure, messageOf, USAGE_STATUS } from "./failure";

export const USAGE = `usage: npm start [-- options]

Deploys every stack of the environment "local" with Terraform into an AWS emulator on this machine, runs the services
and serves the load balancer, until Ctrl-C.

options:
  --once      check every route, print the result, and end with status 0 or 1
  --port N    port of the load balancer's first listener; the next ones take the ports after it (default: free ports)
  --help      print this`;

export interface Options {
  /** Check every route and end. */
  readonly once: boolean;
  /** Port of the first listener, 0 for free ports. */
  readonly port: number;
  readonly help: boolean;
}

/** Reads the command line. @throws Failure with status 2 */
export function readOptions(args: readonly string[]): Options {
  const { once, help, port } = parse(args);
  return { once, help, port: port === undefined ? 0 : readPort(port) };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        port: { type: "string" },
      },
    });
    return values;
  } catch (error) {
    throw usageFault(
      messageOf(error)
        .replace(/^./, (letter) => letter.toLowerCase())
        .replace(/\. .*/s, ""),
    );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw usageFault(`--port is "${text}"; it has to be a whole number from 1 to 65535`);
}

function usageFault(text: string): Failure {
  return new Failure(`${text}\n\n${USAGE}`, USAGE_STATUS);
}
