import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Interrupted } from "../tools/failure";
import { Lifetime } from "../tools/processes/lifetime";
import { endOnSignals } from "../tools/signals";
import { reportFailure } from "../tools/terminal/report-failure";
import { Terminal } from "../tools/terminal/terminal";
import { parseFault } from "../tools/usage-fault";
import { clientSettings } from "./cloud/variables";
import { type Command, NO_OPTIONS } from "./commands/command";
import { usageFault } from "./options";
import { findRunning } from "./running";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Each is loaded when it is asked for: the clients and programs of all of them take three seconds. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ["status", async () => (await import("./commands/status")).showStatus],
  ["logs", async () => (await import("./commands/logs")).showLogs],
  ["scale", async () => (await import("./commands/scale")).scaleService],
  ["scaling", async () => (await import("./commands/scaling")).showScaling],
  ["load", async () => (await import("./commands/load")).loadService],
  ["kill", async () => (await import("./commands/kill")).killTask],
  ["push", async () => (await import("./commands/push")).pushImage],
  ["release", async () => (await import("./commands/release")).releaseTag],
  ["reset", async () => (await import("./commands/reset")).resetServices],
  ["database", async () => (await import("./commands/database")).switchDatabase],
  ["inbox", async () => (await import("./commands/inbox")).showInbox],
  ["token", async () => (await import("./commands/token")).printToken],
  ["user", async () => (await import("./commands/user")).printPassword],
  ["pipeline", async () => (await import("./commands/pipeline")).walkPipeline],
]);

/** What they print is put into other commands: nothing else may be among it. */
const PRINT_VALUES = ["token", "user"];

const USAGE = `usage: npm run local -- COMMAND [options]

Shows and changes what an \`npm start\` in another terminal runs.

commands:
  status                     services, tasks, targets, listeners, APIs and sign-in pages
  logs [SERVICE | TASK]      what tasks have printed; --follow goes on, --lines N for how many (default: 50)
  scale SERVICE N            run N tasks of a service
  scaling [SERVICE]          what scales services: policies, their metrics and alarms, and what was done and why
  load SERVICE | URL         send GET requests to a service's path, or to a URL of this machine, and tell how they are
                             answered: by --clients N (1 to 256, default: 10) who each wait for their answer, or --rate N
                             (1 to 2000) a second whatever the answers; for --seconds N (1 to 600, default: 30)
  kill TASK                  end a task by SIGKILL, as a crash would; the id or its beginning
  push SERVICE --tag TAG     build a service and push it as an image with this tag
  release SERVICE --tag TAG  a new revision with this image tag, and its deployment watched to the end
  reset [SERVICE]            back to the revision and the number of tasks that Terraform deployed
  database stop | start      an outage of the databases, and its end
  inbox [NUMBER]             mails that were sent, or one of them; --follow goes on, --json prints all that is known
  token                      print an access token for the API (with npm run --silent: nothing else), of all scopes or of
                             each --scope SCOPE; a user of its own signs in for it at the sign-in pages, or --user EMAIL
                             with the password that --password-stdin reads
  user EMAIL                 make a user who can sign in, or give one a new password, and print the password this once
  pipeline SERVICE           walk the service's pipeline with the working tree for its source: from build to production,
                             or the one from GitHub, from build to this environment (--pull-request: what pull requests
                             go through); asks for the approval, unless --approve or --reject says it; --confirm
                             confirms the connection to GitHub first; --json prints what became of it

options:
  --run NAME   the run, where several run: name of its folder in .local/runs
  --help       print this`;

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        run: { type: "string" },
        follow: { type: "boolean", short: "f", default: NO_OPTIONS.follow },
        lines: { type: "string", default: NO_OPTIONS.lines },
        tag: { type: "string" },
        json: { type: "boolean", default: NO_OPTIONS.json },
        scope: { type: "string", multiple: true, default: [...NO_OPTIONS.scope] },
        user: { type: "string" },
        "password-stdin": { type: "boolean", default: NO_OPTIONS["password-stdin"] },
        approve: { type: "boolean", default: NO_OPTIONS.approve },
        reject: { type: "boolean", default: NO_OPTIONS.reject },
        "pull-request": { type: "boolean", default: NO_OPTIONS["pull-request"] },
        confirm: { type: "boolean", default: NO_OPTIONS.confirm },
        clients: { type: "string" },
        rate: { type: "string" },
        seconds: { type: "string", default: NO_OPTIONS.seconds },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw usageFault(parseFault(error), USAGE);
  }
}

/** `npm run local`: gives the exit status. @throws Failure with status 2 for a fault of use; nothing is changed then */
async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse(args);
  const [name, ...given] = positionals;
  if (values.help) {
    terminal.line(USAGE);
    return 0;
  }
  const load = COMMANDS.get(name ?? "");
  if (!load) {
    throw usageFault(name === undefined ? "which command?" : `there is no command "${name}"`, USAGE);
  }
  const running = findRunning(ROOT, values.run);
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, new Terminal({ write: () => undefined }), () => undefined);
  try {
    const settings = clientSettings(running.emulatorUrl, running.region);
    const command = await load();
    await command({ root: ROOT, terminal, lifetime, running, settings }, given, values);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return signals.status ?? 1;
    throw error;
  } finally {
    await lifetime.end();
  }
}

// A pager that was closed takes no output.
process.stdout.on("error", () => process.exit(0));
const args = process.argv.slice(2);
const terminal = new Terminal();
try {
  process.exitCode = await main(args, terminal);
} catch (error) {
  const printsValue = args.some((arg) => PRINT_VALUES.includes(arg));
  process.exitCode = reportFailure(error, printsValue ? new Terminal(process.stderr) : terminal);
}
