import { fileURLToPath } from "node:url";
import { type Means, runTool } from "../run-tool";
import { Terminal } from "../terminal/terminal";
import { changeSince } from "./change";
import { readOptions, USAGE } from "./options";
import { printChange } from "./report";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** `npm run affected`: gives the exit status. @throws Failure with status 2 for a fault of use */
async function main({ args, terminal, lifetime }: Means): Promise<number> {
  const options = readOptions(ROOT, args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  const change = await changeSince({ root: ROOT, ...options, lifetime, terminal });
  if (options.json) process.stdout.write(`${JSON.stringify(change, undefined, 2)}\n`);
  else printChange(change, options.since, terminal);
  return 0;
}

const args = process.argv.slice(2);
// What reads JSON reads nothing else.
await runTool(main, args, new Terminal(args.includes("--json") ? process.stderr : process.stdout));
