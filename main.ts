import { App } from "cdktf";
import { ConfigError } from "./config/faults";
import { loadProject } from "./config/load";
import { PropError } from "./modules/prop-check";
import { COFFEE_SUPPLIERS, CoffeeSuppliersStack } from "./stacks/coffee-suppliers";
import { JENKINS_ECS, JenkinsEcsStack } from "./stacks/jenkins-ecs";
import { NetworkStack } from "./stacks/network";
import { RegistryStack } from "./stacks/registry";
import { StateStack } from "./stacks/state";

/** What `cdktf` runs: the configuration of one environment in, its stacks out. */
function main(): void {
  const { environment, services } = loadProject({
    root: process.cwd(),
    environment: process.env.ENVIRONMENT ?? "local",
  });
  const app = new App();
  new StateStack(app, { environment });
  const registry = new RegistryStack(app, { environment, services });
  const network = new NetworkStack(app, { environment });
  const servicesOf = (system: string) => services.filter((service) => service.system === system);
  new JenkinsEcsStack(app, { environment, services: servicesOf(JENKINS_ECS), network, registry });
  new CoffeeSuppliersStack(app, { environment, services: servicesOf(COFFEE_SUPPLIERS), network, registry });
  app.synth();
}

try {
  main();
} catch (error) {
  // Others are faults of ours, and keep their stack trace.
  if (!(error instanceof ConfigError || error instanceof PropError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
