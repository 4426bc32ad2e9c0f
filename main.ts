import { App } from "cdktf";
import { deploymentUnit, groupsOf } from "./config/deployment-unit";
import { isExposed } from "./config/exposure";
import { ConfigError } from "./config/faults";
import { groupBy } from "./config/group-by";
import { loadProject } from "./config/load";
import { PropError } from "./modules/prop-check";
import { COFFEE_SUPPLIERS, CoffeeSuppliersStack } from "./stacks/coffee-suppliers";
import { JENKINS_ECS, JenkinsEcsStack } from "./stacks/jenkins-ecs";
import { MailStack } from "./stacks/mail";
import { NetworkStack } from "./stacks/network";
import { PUBLIC_API, PublicApiGroupStack, PublicApiStack } from "./stacks/public-api";
import { PublicApiPipelinesStack } from "./stacks/public-api-pipelines";
import { QuotaError, requireWithinQuotas } from "./stacks/quotas/refusal";
import { RegistryStack } from "./stacks/registry";
import { StateStack } from "./stacks/state";
import { USER_NOTIFICATIONS, UserNotificationsStack } from "./stacks/user-notifications";
import { UserNotificationsPipelinesStack } from "./stacks/user-notifications-pipelines";

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
  const mail = services.some((service) => service.mail) ? new MailStack(app, { environment }) : undefined;
  const byUnit = groupBy(services, deploymentUnit);
  const propsOf = (system: string, group?: string) => ({
    environment,
    group,
    services: byUnit.get(deploymentUnit({ system, group })) ?? [],
    network,
    registry,
    mail,
  });
  const exposed = services.filter(isExposed);
  const api = exposed.length > 0 ? new PublicApiStack(app, { ...propsOf(PUBLIC_API), exposed }).api : undefined;
  for (const group of groupsOf(PUBLIC_API, services).slice(1)) {
    new PublicApiGroupStack(app, { ...propsOf(PUBLIC_API, group), api });
  }
  for (const group of groupsOf(JENKINS_ECS, services))
    new JenkinsEcsStack(app, { ...propsOf(JENKINS_ECS, group), api });
  for (const group of groupsOf(COFFEE_SUPPLIERS, services)) {
    new CoffeeSuppliersStack(app, { ...propsOf(COFFEE_SUPPLIERS, group), api });
  }
  for (const group of groupsOf(USER_NOTIFICATIONS, services)) {
    new UserNotificationsStack(app, { ...propsOf(USER_NOTIFICATIONS, group), api });
  }
  const ofSystem = (system: string) => services.filter((service) => service.system === system);
  const github = environment.pipelines?.github;
  if (api && github) new PublicApiPipelinesStack(app, { environment, services: ofSystem(PUBLIC_API), github });
  if (environment.pipelines) {
    const production = loadProject({ root: process.cwd(), environment: environment.pipelines.production });
    new UserNotificationsPipelinesStack(app, { environment, services: ofSystem(USER_NOTIFICATIONS), production });
  }
  app.synth();
  requireWithinQuotas(app.outdir, environment);
}

try {
  main();
} catch (error) {
  // Others are faults of ours, and keep their stack trace.
  if (!(error instanceof ConfigError || error instanceof PropError || error instanceof QuotaError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
