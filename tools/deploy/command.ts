import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ECRClient } from "@aws-sdk/client-ecr";
import { loadProject, type Project } from "../../config/load";
import { Failure, Interrupted, USAGE_STATUS } from "../failure";
import { Lifetime } from "../processes/lifetime";
import { requireCdktfCli } from "../setup/cdktf-cli";
import { endOnSignals } from "../signals";
import { reportFailure } from "../terminal/report-failure";
import { Terminal } from "../terminal/terminal";
import { requireAccount } from "./account";
import type { Deployment } from "./deployment";
import { type CommandLine, type Options, readOptions } from "./options";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a command does once its configuration is right and the account is known. */
export interface Work {
  readonly deployment: Deployment;
  readonly project: Project;
  readonly options: Options;
  readonly client: ECRClient;
}

export interface Command extends CommandLine {
  /** Refuses what can be refused before anything is sent. @throws Failure */
  readonly check?: (options: Options, project: Project) => void;
  readonly run: (work: Work) => Promise<void>;
}

/** Runs a command of this folder from its command line to its exit status. */
export async function runCommand(command: Command): Promise<void> {
  const terminal = new Terminal();
  try {
    process.exitCode = await main(command, terminal);
  } catch (error) {
    process.exitCode = reportFailure(error, terminal);
  }
}

async function main(command: Command, terminal: Terminal): Promise<number> {
  const options = readOptions(ROOT, process.argv.slice(2), command);
  if (options.help) {
    terminal.line(command.usage);
    return 0;
  }
  const project = loadProject({ root: ROOT, environment: options.environment });
  refuseEmulated(project);
  command.check?.(options, project);
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, terminal, () => undefined);
  lifetime.signal.addEventListener("abort", () => {
    if (signals.status !== undefined)
      terminal.line("where Terraform is at work, it first writes down what it has made; ended at once, it cannot");
  });
  // The SDK's advice to move on from Node 20 is no matter of the person who deploys.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const client = new ECRClient({ region: project.environment.region });
  try {
    const { environment } = project;
    await requireCdktfCli(lifetime, ROOT);
    const account = await lifetime.until(requireAccount(client, environment));
    terminal.done(`AWS account ${account}`, `${environment.region}, environment ${environment.name}${endpointNote()}`);
    const variables = childVariables(environment.name);
    const deployment: Deployment = { root: ROOT, environment, lifetime, terminal, variables, stdio: "inherit" };
    await command.run({ deployment, project, options, client });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return signals.status ?? 1;
    throw error;
  } finally {
    client.destroy();
    await lifetime.end();
  }
}

function refuseEmulated({ environment }: Project): void {
  if (!environment.emulated) return;
  throw new Failure(
    `environment "${environment.name}" is emulated (config/environments/${environment.name}.json): it is no AWS account. ` +
      "npm start deploys and runs it on this machine",
    USAGE_STATUS,
  );
}

/** A variable that was left over from trying the emulator is easily forgotten. */
function endpointNote(): string {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  return endpoint ? `, at AWS_ENDPOINT_URL ${endpoint}` : "";
}

function childVariables(environmentName: string): NodeJS.ProcessEnv {
  const { STATE_BACKEND: _onlyForTheFirstRun, ...inherited } = process.env;
  return {
    // The CLI's telemetry host may hang. The lock files would be for this machine's stacks alone, and cost a download.
    CHECKPOINT_DISABLE: "1",
    CDKTF_SKIP_PROVIDER_LOCK: "true",
    // Where nobody watches, the CLI draws no spinner.
    ...(!process.stdout.isTTY && { CI: "1" }),
    ...inherited,
    ENVIRONMENT: environmentName,
  };
}
