import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PutImageCommand } from "@aws-sdk/client-ecr";
import * as z from "zod";
import { Failure, messageOf } from "../../../tools/failure";
import { Lifetime } from "../../../tools/processes/lifetime";
import { endOnSignals } from "../../../tools/signals";
import { Terminal } from "../../../tools/terminal/terminal";
import { buildBundle } from "../../deploy/bundles";
import { bundleManifest } from "../../deploy/images";
import { type DockerCommand, readDockerCommand, readImageName } from "./docker-command";
import { registryPassword, withEcr } from "./ecr";
import { digestOf, ImageStore, publishBundle } from "./image-store";

const settingsSchema = z.object({
  /** Folder for the images. */
  store: z.string(),
  /** Where tasks take bundles from: a folder with one for each tag, by repository. */
  bundles: z.record(z.string(), z.string()),
});

/** What the stand-in is told by whoever puts it on the PATH. */
export type DockerSettings = z.infer<typeof settingsSchema>;

interface Docker {
  readonly settings: DockerSettings;
  readonly store: ImageStore;
  readonly lifetime: Lifetime;
}

/** Does what `docker` does, with a bundle for an image. AWS is where the environment says. @throws Failure, AWS's errors */
async function run(command: DockerCommand, docker: Docker): Promise<void> {
  const { store } = docker;
  switch (command.does) {
    case "version":
      return say("no container engine: bundles stand for images");
    case "build":
      return build(docker, command);
    case "tag":
      return store.name(command.target, store.bundleOf(command.image));
    case "push":
      return push(docker, command.image, command.quiet);
    case "pull":
      return pull(docker, command.image);
    case "login":
      return logIn(store, command.registry);
    case "logout":
      store.logOut(command.registry);
      return say(`Removing login credentials for ${command.registry}`);
  }
}

async function build(
  { store, lifetime }: Docker,
  { app, version, images }: Extract<DockerCommand, { does: "build" }>,
): Promise<void> {
  const folder = store.newFolder();
  const root = process.cwd();
  await buildBundle(lifetime, { root, directory: join(root, "apps", app), version, folder });
  for (const image of images) {
    store.name(image, folder);
    say(`naming to ${image}: the bundle of apps/${app}, version ${version}`);
  }
}

async function push({ store, settings }: Docker, image: string, quiet: boolean): Promise<void> {
  const bundle = store.bundleOf(image);
  const { repositoryName, imageTag, folder } = placeOf(image, store, settings);
  const imageManifest = JSON.stringify(bundleManifest(digestOf(bundle)));
  const put = await withEcr((client) => client.send(new PutImageCommand({ repositoryName, imageTag, imageManifest })));
  // After ECR has taken the tag: what runs under one that is taken must not be replaced.
  publishBundle(bundle, folder);
  const digest = put.image?.imageId?.imageDigest;
  say(quiet ? image : `${imageTag}: digest: ${digest} size: ${imageManifest.length}`);
}

async function pull({ store, settings }: Docker, image: string): Promise<void> {
  const { folder } = placeOf(image, store, settings);
  if (!existsSync(folder)) throw new Failure(`manifest for ${image} not found`);
  const bundle = store.newFolder();
  publishBundle(folder, bundle);
  store.name(image, bundle);
  say(image);
}

/** Where a registry has an image. @throws Failure where nobody has logged in, or nobody knows the repository */
function placeOf(image: string, store: ImageStore, { bundles }: DockerSettings) {
  const { registry, repository: repositoryName, tag: imageTag } = readImageName(image);
  if (!store.isLoggedIn(registry)) throw new Failure(`no basic auth credentials: log in to ${registry}`);
  const folder = bundles[repositoryName];
  if (folder !== undefined) return { repositoryName, imageTag, folder: join(folder, imageTag) };
  const known = Object.keys(bundles).join(", ");
  throw new Failure(`no environment of this machine has the repository ${repositoryName}; there are: ${known}`);
}

async function logIn(store: ImageStore, registry: string): Promise<void> {
  // Read as it comes: with readFileSync(0), a password that is late was seen to be an error ("EAGAIN").
  const given = (await text(process.stdin)).trim();
  if (given !== (await registryPassword())) {
    throw new Failure(`login attempt to https://${registry}/v2/ failed with status: 400 Bad Request`);
  }
  store.logIn(registry);
  say("Login Succeeded");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Gives the exit status. @param args the file of the settings, and what `docker` was called with */
async function main([file = "", ...args]: readonly string[]): Promise<number> {
  const lifetime = new Lifetime();
  const signals = endOnSignals(lifetime, new Terminal({ write: () => undefined }), () => undefined);
  try {
    const settings = settingsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    await run(readDockerCommand(args), { settings, store: new ImageStore(settings.store), lifetime });
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return signals.status ?? 1;
  } finally {
    await lifetime.end();
  }
}

process.exitCode = await main(process.argv.slice(2));
