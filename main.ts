import { App } from "cdktf";
import { ConfigError } from "./config/faults";
import { loadProject } from "./config/load";
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
  new JenkinsEcsStack(app, {
    environment,
    services: services.filter((service) => service.system === JENKINS_ECS),
    network,
    registry,
  });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
