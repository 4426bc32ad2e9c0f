import { type TerraformStack, Testing } from "cdktf";
import type { Environment } from "../config/environment";
import { isExposed } from "../config/exposure";
import { loadProject } from "../config/load";
import type { Service } from "../config/service";
import { parseStack, type Synthesised, testingApp } from "../modules/testing/synth";
import { COFFEE_SUPPLIERS, CoffeeSuppliersStack } from "./coffee-suppliers";
import { JENKINS_ECS, JenkinsEcsStack } from "./jenkins-ecs";
import { MailStack } from "./mail";
import { NetworkStack } from "./network";
import { PUBLIC_API, PublicApiStack } from "./public-api";
import { RegistryStack } from "./registry";
import { StateStack } from "./state";
import { USER_NOTIFICATIONS, UserNotificationsStack } from "./user-notifications";

export interface AllStacks {
  readonly services: readonly Service[];
  readonly state: Synthesised;
  readonly registry: Synthesised;
  readonly network: Synthesised;
  readonly jenkinsEcs: Synthesised;
  readonly coffeeSuppliers: Synthesised;
  readonly userNotifications: Synthesised;
  /** Undefined where no service is exposed. */
  readonly publicApi: Synthesised | undefined;
  /** Undefined where no service sends mail. */
  readonly mail: Synthesised | undefined;
}

const synthesised = new Map<string, AllStacks>();

/** Whose resources the tests count: another service that somebody adds to the repository changes no count. */
const COUNTED = ["customer", "employee", "service-a", "service-b", "notification", "user-management"];

/** The stacks of an environment with these services alone, synthesised once and shared. */
export function allStacks(environmentName: string): AllStacks {
  const stacks = synthesised.get(environmentName) ?? synthesiseAll(environmentName);
  synthesised.set(environmentName, stacks);
  return stacks;
}

/** What a test wants otherwise than the repository's configuration has it. @default - nothing */
export interface Changes {
  readonly service?: (service: Service) => Service;
  readonly environment?: (environment: Environment) => Environment;
}

/**
 * The stacks of the repository's own configuration, as main.ts composes them; each is made and synthesised when a test first
 * asks for it.
 */
export function synthesiseAll(
  environmentName: string,
  changes: Changes = {},
  names: readonly string[] = COUNTED,
): AllStacks {
  const project = loadProject({ root: process.cwd(), environment: environmentName });
  const environment = changes.environment?.(project.environment) ?? project.environment;
  const services = project.services
    .filter(({ name }) => names.includes(name))
    .map((service) => changes.service?.(service) ?? service);
  const app = testingApp();
  const registry = new RegistryStack(app, { environment, services });
  const network = new NetworkStack(app, { environment });
  const mail = services.some((service) => service.mail) ? new MailStack(app, { environment }) : undefined;
  const propsOf = (system: string) => ({
    environment,
    services: services.filter((service) => service.system === system),
    network,
    registry,
    mail,
  });
  const exposed = services.filter(isExposed);
  const publicApi = exposed.length > 0 ? new PublicApiStack(app, { ...propsOf(PUBLIC_API), exposed }) : undefined;
  const api = publicApi?.api;
  const made = {
    state: once(() => new StateStack(app, { environment })),
    registry: once(() => registry),
    network: once(() => network),
    jenkinsEcs: once(() => new JenkinsEcsStack(app, { ...propsOf(JENKINS_ECS), api })),
    coffeeSuppliers: once(() => new CoffeeSuppliersStack(app, { ...propsOf(COFFEE_SUPPLIERS), api })),
    userNotifications: once(() => new UserNotificationsStack(app, { ...propsOf(USER_NOTIFICATIONS), api })),
    publicApi: publicApi && once(() => publicApi),
    mail: mail && once(() => mail),
  };
  return {
    services,
    get state() {
      return made.state();
    },
    get registry() {
      return made.registry();
    },
    get network() {
      return made.network();
    },
    get jenkinsEcs() {
      return made.jenkinsEcs();
    },
    get coffeeSuppliers() {
      return made.coffeeSuppliers();
    },
    get userNotifications() {
      return made.userNotifications();
    },
    get publicApi() {
      return made.publicApi?.();
    },
    get mail() {
      return made.mail?.();
    },
  };
}

/** Makes and synthesises a stack at the first call, and returns the same at each later one. */
function once(make: () => TerraformStack): () => Synthesised {
  let made: Synthesised | undefined;
  return () => {
    made ??= parseStack(Testing.synth(make()));
    return made;
  };
}
