import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProject } from "../config/load";
import { type Check, checkRoutes } from "./check-routes";
import { startEmulator } from "./cloud/emulator";
import { clientSettings, emulatorVariables } from "./cloud/variables";
import { deploy } from "./deploy/deploy";
import { Failure, Interrupted } from "./failure";
import { requireFreePort } from "./load-balancer/listen";
import { type Options, readOptions, USAGE } from "./options";
import { Lifetime } from "./processes/lifetime";
import { printChecks, printNextSteps, printRoutes } from "./report";
import { routesOf } from "./routes";
import { RunFolder } from "./run-folder";
import { type Serving, serve } from "./serve";
import type { Session } from "./session";
import { prepare } from "./setup/prepare";
import { endOnSignals } from "./signals";
import { reportFailure } from "./terminal/report-failure";
import { Terminal } from "./terminal/terminal";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const ENVIRONMENT = "local";

/** `npm start`: gives the exit status. @throws Failure or ConfigError before anything was started */
async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  const project = loadProject({ root: ROOT, environment: ENVIRONMENT });
  if (options.port !== 0) await requireFreePort(options.port);
  const run = await RunFolder.create(ROOT);
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, terminal, () => run.remove());
  let status = 1;
  try {
    status = await deployAndServe({ root: ROOT, project, run, lifetime, terminal }, options);
  } catch (error) {
    status = error instanceof Interrupted ? (signals.status ?? 1) : reportFailure(error, terminal);
  }
  await lifetime.end();
  if (status === 0 || signals.status !== undefined) run.remove();
  else terminal.line(`  logs and state are kept until the next start: ${relative(ROOT, run.path)}`);
  return status;
}

type Given = Pick<Session, "root" | "project" | "run" | "lifetime" | "terminal">;

async function deployAndServe(given: Given, options: Options): Promise<number> {
  const session = await setUp(given);
  await deploy(session);
  const serving = await serve(session, options.port);
  return options.once ? check(session, serving) : stay(session, serving);
}

/** Tools, then the emulator. */
async function setUp(given: Given): Promise<Session> {
  const { root, project, run, lifetime, terminal } = given;
  const tools = await prepare({ root, lifetime, terminal });
  terminal.progress("starting the AWS emulator");
  const emulator = await startEmulator(lifetime, { root, python: tools.python, log: run.log("emulator") });
  terminal.done("AWS emulator", emulator.url);
  const { region } = project.environment;
  return {
    ...given,
    emulator,
    settings: clientSettings(emulator.url, region),
    variables: {
      ...emulatorVariables(emulator.url, region),
      ...tools.environment,
      ENVIRONMENT,
      STATE_DIRECTORY: run.state,
    },
    exitWithParent: fileURLToPath(new URL("processes/exit-with-parent.mjs", import.meta.url)),
  };
}

/** Checks every route: 0 where all are right. */
async function check({ lifetime, terminal }: Session, { deployment, running, listeners }: Serving): Promise<number> {
  const checks: Check[] = [];
  for (const listener of listeners) {
    const routes = routesOf(listener, deployment);
    printRoutes(terminal, listener, routes, running);
    checks.push(...(await lifetime.until(checkRoutes(listener, routes))));
  }
  return printChecks(terminal, checks) ? 0 : 1;
}

/** Stays until Ctrl-C, which is how a running system is meant to be ended: 0. */
async function stay(session: Session, { deployment, running, listeners }: Serving): Promise<number> {
  const { root, lifetime, terminal, run, emulator, variables } = session;
  for (const listener of listeners) printRoutes(terminal, listener, routesOf(listener, deployment), running);
  // A folder of its own for the CDKTF CLI: in the common one, Terraform refuses the next run's state ("Backend
  // configuration changed").
  const file = run.writeVariables({ ...variables, CDKTF_OUTPUT: run.synthesised("shell") });
  printNextSteps(terminal, root, file, run.path);
  const ended = await lifetime.until(emulator.group.exited).catch((error: unknown) => {
    if (error instanceof Interrupted) return undefined;
    throw error;
  });
  if (!ended) return 0;
  throw new Failure(`the AWS emulator ${ended.reason}; its log: ${run.log("emulator")}`);
}

// A terminal that was closed takes no output; that must not keep the clean-up from running.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
const terminal = new Terminal();
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  process.exitCode = reportFailure(error, terminal);
}
