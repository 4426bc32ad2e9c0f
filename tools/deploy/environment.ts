import { deploymentUnit } from "../../config/deployment-unit";
import type { Service } from "../../config/service";
import { Failure } from "../failure";
import { executablesOnPath } from "../setup/executables";
import { findTerraform, terraformCandidates } from "../setup/terraform";
import type { Work } from "./command";
import type { Deployment } from "./deployment";
import { requireDocker } from "./docker";
import { runInForeground } from "./foreground";
import { pushFirstImages, servicesWithoutImage } from "./images";
import { chosenPart } from "./part";
import { deployStacks, type Outputs, synthesise } from "./stacks";
import { deployState } from "./state";

const STATE = "state";

/** What the systems stand on. */
const FOUNDATION = ["registry", "network"];

/**
 * Deploys all of an environment, or what has changed since a commit, in the order that an empty account needs.
 *
 * @throws Failure
 */
export async function deployEnvironment(work: Work): Promise<void> {
  const part = await chosenPart(work);
  if (part.isEmpty) return;
  const { deployment, options, client } = work;
  const { environment, lifetime, terminal } = deployment;
  const services = work.project.services.filter((service) => part.has(deploymentUnit(service)));
  const terraform = await requireTerraform(deployment);
  const withTools = { ...deployment, variables: { ...deployment.variables, TERRAFORM_BINARY_NAME: terraform } };
  const missingImages = () => lifetime.until(servicesWithoutImage(client, services, environment.name));
  // Before anything is made that costs money.
  if ((await missingImages()).length > 0) await requireDocker(withTools);
  const stacks = await synthesise(withTools, "cdktf.out");
  if (part.has(STATE)) await deployState(withTools, stacks, { ...options, terraform });
  const foundation = FOUNDATION.filter((name) => part.has(name));
  let outputs = foundation.length === 0 ? {} : await deployStacks(withTools, stacks, foundation, options);
  await pushFirstImages(withTools, client, await missingImages());
  const leftAlone = stacks
    .waves([])
    .flat()
    .filter((name) => !part.has(name));
  for (const wave of stacks.waves([STATE, ...FOUNDATION, ...leftAlone])) {
    outputs = { ...outputs, ...(await deployStacks(withTools, stacks, wave, options)) };
  }
  await migrateDatabases(withTools, services);
  terminal.line();
  terminal.line(terminal.style("bold", `environment ${environment.name} is deployed`));
  terminal.table(["stack", "output", "value"], outputRows(outputs));
}

/**
 * Databases are made with nothing in them but the master user; the services answer 503 until then. Repeatable, as all of
 * this.
 */
async function migrateDatabases(deployment: Deployment, services: readonly Service[]): Promise<void> {
  const { root: cwd, lifetime, terminal, variables: env, stdio, environment } = deployment;
  for (const { name } of services.filter(({ database }) => database?.migrations)) {
    terminal.line();
    terminal.line(terminal.style("bold", `preparing and migrating the database, with the image of ${name}`));
    const program = ["tools/with-packages.mjs", "jenkins/release/release.ts"];
    const args = ["migrate", name, "--env", environment.name, "--prepare"];
    await runInForeground(lifetime, process.execPath, [...program, ...args], { cwd, env, stdio });
  }
}

function outputRows(outputs: Outputs): readonly (readonly string[])[] {
  return Object.entries(outputs).flatMap(([stack, values]) =>
    Object.entries(values)
      // What CDKTF adds for stacks that refer to this one is nobody's to read.
      .filter(([name]) => !name.startsWith("cross-stack-output"))
      .map(([name, value]) => [stack, name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** The Terraform that TERRAFORM_BINARY_NAME names, as for the CDKTF CLI, or one that fits. @throws Failure */
async function requireTerraform({ root, lifetime, terminal, variables }: Deployment): Promise<string> {
  const { TERRAFORM_BINARY_NAME: named, PATH: path } = variables;
  const candidates = named ? [named, ...executablesOnPath(named, path)] : terraformCandidates(root, path);
  const { found, unfit } = await findTerraform(lifetime, candidates);
  if (!found) {
    const which = named ? `TERRAFORM_BINARY_NAME is "${named}"; ` : "";
    throw new Failure(
      `${which}Terraform 1.11 or later is needed, found: ${unfit.join(", ") || "none"}; ` +
        "install it: https://developer.hashicorp.com/terraform/install",
    );
  }
  terminal.done(`Terraform ${found.version}`, found.file);
  return found.file;
}
