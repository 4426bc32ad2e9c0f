import { runCommand, type Work } from "./command";
import { requireDocker } from "./docker";
import { pushFirstImages, servicesWithoutImage } from "./images";
import { chosen } from "./options";

const USAGE = `usage: npm run first-image -- --env NAME [service ...]

Builds and pushes the image that each service is created with, into those repositories that do not hold it yet.

options:
  --env NAME    environment: config/environments/NAME.json
  --help        print this`;

async function pushMissingImages({ deployment, project, options, client }: Work): Promise<void> {
  const { environment, lifetime, terminal } = deployment;
  const services = chosen(project.services, options.services);
  const missing = await lifetime.until(servicesWithoutImage(client, services, environment.name));
  for (const { name } of services.filter((service) => !missing.includes(service))) {
    terminal.done(`first image of ${name}`, "is there already");
  }
  if (missing.length === 0) return;
  await requireDocker(deployment);
  await pushFirstImages(deployment, client, missing);
}

await runCommand({
  usage: USAGE,
  takesServices: true,
  takesSince: false,
  check: (options, project) => void chosen(project.services, options.services),
  run: pushMissingImages,
});
