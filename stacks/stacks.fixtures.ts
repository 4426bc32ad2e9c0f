import { type TerraformStack, Testing } from "cdktf";
import { loadProject } from "../config/load";
import type { Service } from "../config/service";
import { parseStack, type Synthesised, testingApp } from "../modules/testing/synth";
import { COFFEE_SUPPLIERS, CoffeeSuppliersStack } from "./coffee-suppliers";
import { JENKINS_ECS, JenkinsEcsStack } from "./jenkins-ecs";
import { NetworkStack } from "./network";
import { RegistryStack } from "./registry";
import { StateStack } from "./state";

export interface AllStacks {
  readonly services: readonly Service[];
  readonly state: Synthesised;
  readonly registry: Synthesised;
  readonly network: Synthesised;
  readonly jenkinsEcs: Synthesised;
  readonly coffeeSuppliers: Synthesised;
}

const synthesised = new Map<string, AllStacks>();

/** Whose resources the tests count: another service that somebody adds to the repository changes no count. */
const COUNTED = ["customer", "employee", "service-a", "service-b"];

/** The stacks of an environment with these services alone, synthesised once and shared. */
export function allStacks(environmentName: string): AllStacks {
  const stacks = synthesised.get(environmentName) ?? synthesiseAll(environmentName);
  synthesised.set(environmentName, stacks);
  return stacks;
}

/**
 * The stacks of the repository's own configuration, as main.ts composes them.
 * @param change what the test wants otherwise about a service
 */
export function synthesiseAll(
  environmentName: string,
  change: (service: Service) => Service = (same) => same,
  names: readonly string[] = COUNTED,
): AllStacks {
  const project = loadProject({ root: process.cwd(), environment: environmentName });
  const { environment } = project;
  const services = project.services.filter(({ name }) => names.includes(name)).map(change);
  const app = testingApp();
  const state = new StateStack(app, { environment });
  const registry = new RegistryStack(app, { environment, services });
  const network = new NetworkStack(app, { environment });
  const servicesOf = (system: string) => services.filter((service) => service.system === system);
  const jenkinsEcs = new JenkinsEcsStack(app, { environment, services: servicesOf(JENKINS_ECS), network, registry });
  const coffeeSuppliers = new CoffeeSuppliersStack(app, {
    environment,
    services: servicesOf(COFFEE_SUPPLIERS),
    network,
    registry,
  });
  const synth = (stack: TerraformStack) => parseStack(Testing.synth(stack));
  // The last stacks first: what they refer to becomes an output of the others while they are resolved.
  const systems = { jenkinsEcs: synth(jenkinsEcs), coffeeSuppliers: synth(coffeeSuppliers) };
  return { services, ...systems, state: synth(state), registry: synth(registry), network: synth(network) };
}
