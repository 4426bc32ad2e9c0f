import { join } from "node:path";
import { deploymentUnit } from "../../config/deployment-unit";
import { BOOTSTRAP_TAG } from "../../config/image-tag";
import { loadProject } from "../../config/load";
import { startEmulator } from "../../local/cloud/emulator";
import { type ClientSettings, clientSettings, emulatorVariables } from "../../local/cloud/variables";
import { pushImage } from "../../local/deploy/images";
import type { Lifetime } from "../../tools/processes/lifetime";
import { prepare, type Tools } from "../../tools/setup/prepare";
import { Terminal } from "../../tools/terminal/terminal";
import { time } from "../measure";
import { ENVIRONMENT, generateProject, groupOf, SERVICES_PER_GROUP } from "./generate";
import { type Synthesis, synthesise } from "./synthesis";

/** Of the first group, which is the only one: so many services have one load balancer, whose creation takes a minute. */
const GROUP = deploymentUnit({ system: "jenkins-ecs", group: groupOf(0, SERVICES_PER_GROUP) });

/** Stacks that the group's needs. */
const FOUNDATION = ["registry", "network"] as const;

/** One group with so many services, in an account that had fewer of them before. */
export interface Provision {
  readonly services: number;
  readonly synthesis: Synthesis;
  /** `terraform apply` of the group's stack: what is new in it, planned and made. */
  readonly applySeconds: number;
  /** `terraform plan` after it, which finds no change. */
  readonly planSeconds: number;
}

export interface ProvisionOptions {
  readonly root: string;
  /** Folder for the project, its state and the emulator's log. */
  readonly folder: string;
  /** Ascending, and of one group. */
  readonly numbers: readonly number[];
}

/**
 * Applies the stack of one group with more and more services, by Terraform and the real provider, into one emulator.
 *
 * @throws where Terraform fails, or finds something to change right after an apply
 */
export async function provision(lifetime: Lifetime, options: ProvisionOptions): Promise<readonly Provision[]> {
  const { root, folder, numbers } = options;
  const tools = await prepare({ root, lifetime, terminal: new Terminal() });
  const project = join(folder, "project");
  generateProject({ root, folder: project, services: numbers[0] ?? 0 });
  const emulator = await startEmulator(lifetime, { root, python: tools.python, log: join(folder, "emulator.log") });
  const { region } = loadProject({ root: project, environment: ENVIRONMENT }).environment;
  const account: Account = {
    tools,
    project,
    settings: clientSettings(emulator.url, region),
    variables: {
      ...tools.environment,
      ...emulatorVariables(emulator.url, region),
      STATE_DIRECTORY: join(folder, "state"),
    },
  };
  const provisions: Provision[] = [];
  for (const services of numbers) {
    generateProject({ root, folder: project, services });
    const synthesis = await synthesise(root, project, account.variables);
    provisions.push({ services, synthesis, ...(await grow(lifetime, account)) });
  }
  return provisions;
}

interface Account {
  readonly tools: Tools;
  readonly project: string;
  readonly settings: ClientSettings;
  readonly variables: Readonly<Record<string, string>>;
}

async function grow(lifetime: Lifetime, account: Account): Promise<Omit<Provision, "services" | "synthesis">> {
  for (const stack of [...FOUNDATION, GROUP]) await terraform(account, stack, "init");
  for (const stack of FOUNDATION) await apply(account, stack);
  const { services } = loadProject({ root: account.project, environment: ENVIRONMENT });
  for (const service of services) {
    const image = { service, environmentName: ENVIRONMENT, tag: BOOTSTRAP_TAG, settings: account.settings };
    await pushImage(lifetime, image);
  }
  return {
    applySeconds: await apply(account, GROUP),
    // With this option, a plan that would change something ends with status 2.
    planSeconds: await terraform(account, GROUP, "plan", "-detailed-exitcode"),
  };
}

const apply = (account: Account, stack: string) => terraform(account, stack, "apply", "-auto-approve");

/** Runs Terraform in the folder of a stack. @returns seconds */
function terraform({ tools, project, variables }: Account, stack: string, ...args: readonly string[]): Promise<number> {
  return time({
    name: `terraform ${args[0]} of ${stack}`,
    args: [tools.terraform, ...args, "-input=false", "-no-color"],
    cwd: join(project, "out/stacks", stack),
    environment: variables,
  });
}
