import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { withApi } from "../config/exposure";
import { loadProject } from "../config/load";
import { Failure, Interrupted } from "../tools/failure";
import { requireFreePort } from "../tools/listen";
import { Lifetime } from "../tools/processes/lifetime";
import type { MysqlExecutable } from "../tools/setup/mysql";
import { prepare } from "../tools/setup/prepare";
import { endOnSignals } from "../tools/signals";
import { reportFailure } from "../tools/terminal/report-failure";
import { Terminal } from "../tools/terminal/terminal";
import { bridgeAddress } from "./agent/docker";
import { removeLeftOvers, requireEngine } from "./agent/docker-runtime";
import { removeImagesOf } from "./agent/engine-images";
import { TaskCredentials } from "./agent/task-credentials";
import type { Check } from "./check";
import { checkApi } from "./check-apis";
import { checkRoutes } from "./check-routes";
import { startEmulator } from "./cloud/emulator";
import type { RunningService } from "./cloud/services";
import { clientSettings, emulatorVariables } from "./cloud/variables";
import { Databases, databasesOf } from "./database/databases";
import { deploy } from "./deploy/deploy";
import { migrateDatabases } from "./deploy/migrate";
import { Forwarders } from "./names/forwarders";
import { NAMES_VARIABLE } from "./names/names-file";
import { type Options, readOptions, USAGE } from "./options";
import { Registry } from "./registry/registry";
import { printChecks, printNextSteps, printRoutes } from "./report";
import { apiReports, printApi } from "./report-apis";
import { routesOf, type ServedListener } from "./routes";
import { isAbandoned, RUNS, RunFolder } from "./run-folder";
import { type DataPlane, startRunner } from "./runner";
import { leftContainers } from "./running";
import type { Session } from "./session";
import { untilStable } from "./stability";
import { startStatusPage } from "./status/server/status-page";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const ENVIRONMENT = "local";

/** A service that is not in its steady state by then is reported, not waited for. A busy machine starts tasks slowly. */
const STABLE_BOUND_MS = 3 * 60_000;

/** `npm start`: gives the exit status. @throws Failure or ConfigError before anything was started */
async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  const project = loadProject({ root: ROOT, environment: ENVIRONMENT });
  if (options.port !== 0) await requireFreePort(options.port);
  const { runtime } = options;
  if (runtime === "docker") await requireEngine();
  const containersLeft = runtime === "docker" || leftContainers(ROOT);
  const run = await RunFolder.create(ROOT);
  // Another clone's runs have their folders elsewhere, but their processes on this machine.
  if (containersLeft) await removeLeftOvers((name) => isAbandoned(name) && !existsSync(join(ROOT, RUNS, name)));
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, terminal, () => run.remove());
  let status = 1;
  try {
    const systems = withApi(options.systems, project.services);
    const given = { root: ROOT, project, run, runtime, timeScale: options.timeScale, systems, lifetime, terminal };
    status = await deployAndServe(given, options);
  } catch (error) {
    status = error instanceof Interrupted ? (signals.status ?? 1) : reportFailure(error, terminal);
  }
  await lifetime.end();
  if (status === 0 || signals.status !== undefined) run.remove();
  else terminal.line(`  logs and state are kept until the next start: ${relative(ROOT, run.path)}`);
  return status;
}

type Given = Pick<Session, "root" | "project" | "run" | "runtime" | "timeScale" | "systems" | "lifetime" | "terminal">;

type Services = readonly RunningService[];

async function deployAndServe(given: Given, options: Options): Promise<number> {
  const session = await setUp(given);
  const { lifetime, emulator, run } = session;
  const died = emulator.group.exited.then(({ reason }): never => {
    throw new Failure(`the AWS emulator ${reason}; its log: ${run.log("emulator")}`);
  });
  return lifetime.until(Promise.race([deployAndStay(session, options), died]));
}

/** Tools, the database where there is to be one, then the emulator, and the registry of its ECR where containers run. */
async function setUp(given: Given): Promise<Session> {
  const { root, project, run, systems, lifetime, terminal } = given;
  const count = databasesOf(project, systems);
  const tools = await prepare({ root, lifetime, terminal, database: count > 0 });
  const forwarders = given.runtime === "docker" ? new Forwarders(lifetime, await bridgeAddress()) : undefined;
  const bridge = forwarders?.address;
  const databases = tools.mysql && (await startDatabases(given, { executable: tools.mysql, count, bridge }));
  terminal.progress("starting the AWS emulator");
  // Each has to know the other's address: the registry listens first.
  const registry = given.runtime === "docker" ? await startRegistry(given) : undefined;
  const emulator = await startEmulator(lifetime, {
    root,
    python: tools.python,
    log: run.log("emulator"),
    registry: registry?.address,
    timeScale: given.timeScale,
    mysql: databases?.addresses,
  });
  const { region } = project.environment;
  const settings = clientSettings(emulator.url, region);
  registry?.connect(settings);
  databases?.connect(lifetime, settings, terminal);
  const credentials = await TaskCredentials.start(lifetime, settings);
  terminal.done("AWS emulator", registry ? `${emulator.url}, registry ${registry.address}` : emulator.url);
  return {
    ...given,
    emulator,
    registry,
    databases,
    forwarders,
    taskEndpoint: forwarders ? await endpointThrough(forwarders, emulator.url) : emulator.url,
    credentials,
    settings,
    variables: {
      ...emulatorVariables(emulator.url, region),
      ...tools.environment,
      ...(databases && { DATABASE_CA_FILE: databases.caFile }),
      [NAMES_VARIABLE]: run.names,
      ENVIRONMENT,
      STATE_DIRECTORY: run.state,
    },
    exitWithParent: fileURLToPath(new URL("../tools/processes/exit-with-parent.mjs", import.meta.url)),
  };
}

/** The emulator's address, as containers reach it. */
async function endpointThrough(forwarders: Forwarders, url: string): Promise<string> {
  const { address, port } = await forwarders.to(Number(new URL(url).port));
  return `http://${address}:${port}`;
}

async function startDatabases(
  { project, run, lifetime, terminal }: Given,
  given: { readonly executable: MysqlExecutable; readonly count: number; readonly bridge: string | undefined },
): Promise<Databases> {
  terminal.progress("starting the databases");
  const maxConnections = project.environment.database?.maxConnections;
  const databases = await Databases.start(lifetime, { ...given, run, maxConnections });
  const { addresses } = databases;
  terminal.done(addresses.length === 1 ? "database" : `${addresses.length} databases`, addresses.join(", "));
  return databases;
}

function startRegistry({ lifetime, run }: Given): Promise<Registry> {
  lifetime.onEnd(() => removeImagesOf((name) => name === run.name));
  return Registry.start(lifetime, run.registry);
}

/** Tasks start while Terraform still deploys: as soon as their service exists. */
async function deployAndStay(session: Session, { port, once }: Options): Promise<number> {
  const { lifetime, terminal, settings } = session;
  const dataPlane = startRunner(session, port);
  if (!once) await lifetime.until(startStatusPage(session, dataPlane));
  await deploy(session);
  await migrateDatabases(session, true);
  terminal.progress("waiting for the services");
  const { services, faults } = await untilStable({ lifetime, settings, boundMs: STABLE_BOUND_MS });
  for (const fault of faults) terminal.warn(fault);
  return once ? check(session, dataPlane, services) : stay(session, dataPlane, services);
}

/** Checks every route: 0 where all are right. */
async function check(
  { lifetime, terminal, project }: Session,
  dataPlane: DataPlane,
  services: Services,
): Promise<number> {
  const checks: Check[] = [];
  const pageOf = (name: string) => project.services.find((service) => service.name === name)?.healthCheck.path;
  for (const served of publicFirst(dataPlane)) {
    const routes = routesOf(served, services);
    printRoutes(terminal, served, routes);
    checks.push(...(await lifetime.until(checkRoutes(served, routes, pageOf))));
  }
  for (const report of apiReports(dataPlane.gateways, services)) {
    printApi(terminal, report);
    checks.push(...(await lifetime.until(checkApi(report.served))));
  }
  return printChecks(terminal, checks) ? 0 : 1;
}

/** Stays until Ctrl-C, which is how a running system is meant to be ended: 0. */
async function stay(session: Session, dataPlane: DataPlane, services: Services): Promise<number> {
  const { root, lifetime, terminal, run, variables } = session;
  for (const served of publicFirst(dataPlane)) printRoutes(terminal, served, routesOf(served, services));
  for (const report of apiReports(dataPlane.gateways, services)) printApi(terminal, report);
  // A folder of its own for the CDKTF CLI: in the common one, Terraform refuses the next run's state ("Backend
  // configuration changed").
  const file = run.writeVariables({ ...variables, CDKTF_OUTPUT: run.synthesised("shell") });
  printNextSteps(terminal, root, { variables: file, run: run.path, statusPage: dataPlane.statusPage });
  await lifetime.until(new Promise<never>(() => undefined)).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
  });
  return 0;
}

/** What a person opens before what only an API does. */
function publicFirst({ served }: DataPlane): readonly ServedListener[] {
  return served.toSorted((one, other) => Number(one.loadBalancer.internal) - Number(other.loadBalancer.internal));
}

// A terminal that was closed takes no output; that must not keep the clean-up from running.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
const terminal = new Terminal();
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  process.exitCode = reportFailure(error, terminal);
}
