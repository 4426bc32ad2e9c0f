import { basename } from "node:path";
import { appOf } from "../../config/app";
import { loadProject } from "../../config/load";
import { buildImage, pushImage as put, requireNewTag } from "../deploy/images";
import { bundleFolder } from "../run-folder";
import { type CommandOptions, type Context, misuse, requireTag, serviceNamed } from "./command";

/** Builds a service as it is now, and pushes it as an image with a new tag. */
export async function pushImage(context: Context, args: readonly string[], options: CommandOptions): Promise<void> {
  const { root, lifetime, running, settings, terminal } = context;
  const [name] = args;
  if (!name || args.length > 1) throw misuse("push takes a service, and --tag TAG");
  const tag = requireTag(options.tag);
  const project = loadProject({ root, environment: "local" });
  const service = serviceNamed(project.services, name);
  const image = {
    root,
    service,
    environmentName: project.environment.name,
    tag,
    version: tag,
    registry: running.registry,
    bundle: bundleFolder(running.folder, name, tag),
    run: basename(running.folder),
    settings,
  };
  // Before the build: what runs under a tag that is taken must not be built over.
  await requireNewTag(lifetime, image);
  const application = `apps/${appOf(service)}`;
  terminal.progress(`building ${application}`);
  await buildImage(lifetime, image);
  await put(lifetime, image);
  terminal.done(`${name}:${tag}`, `what ${application} is now; npm run local -- release ${name} --tag ${tag}`);
}
