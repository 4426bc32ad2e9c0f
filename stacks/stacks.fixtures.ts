import { type TerraformStack, Testing } from "cdktf";
import { loadProject } from "../config/load";
import type { Service } from "../config/service";
import { parseStack, type Synthesised, testingApp } from "../modules/testing/synth";
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
}

const synthesised = new Map<string, AllStacks>();

/** Whose resources the tests count: another service that somebody adds to the repository changes no count. */
const COUNTED = ["service-a", "service-b"];

/** The stacks of an environment with service-a and service-b alone, synthesised once and shared. */
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
  const jenkinsEcs = new JenkinsEcsStack(app, {
    environment,
    services: services.filter((service) => service.system === JENKINS_ECS),
    network,
    registry,
  });
  const synth = (stack: TerraformStack) => parseStack(Testing.synth(stack));
  // The last stack first: what it refers to becomes an output of the others while it is resolved.
  const last = synth(jenkinsEcs);
  return { services, jenkinsEcs: last, state: synth(state), registry: synth(registry), network: synth(network) };
}
