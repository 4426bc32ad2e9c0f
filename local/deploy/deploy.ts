import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOTSTRAP_TAG } from "../../config/image-tag";
import { createHostedZone } from "../cloud/seed";
import { withoutAwsSettings } from "../cloud/variables";
import type { DeploySession } from "../session";
import { deployStacks } from "./cdktf";
import { DeployDisplay } from "./deploy-display";
import { buildImage, type ImageBuild, pushImage } from "./images";

/**
 * Nothing needs the state bucket and the pipelines here: the 55 s of their buckets, the provider's own wait, pass beside
 * everything else. They begin when the foundation is planned, and there is nothing but waiting for it to be done: starting
 * is what takes a processor.
 */
function besides({ project, systems }: DeploySession): Call {
  const walked = project.environment.pipelines === undefined ? [] : project.services.filter(({ pipeline }) => pipeline);
  const pipelines = systems.filter((name) => walked.some(({ system }) => system === name));
  return { name: "state", stacks: ["state", ...pipelines.map((name) => `${name}-pipelines`)] };
}

/** What the services stand on: it has to be there before their first images can be pushed. */
function foundation({ project, systems }: DeploySession): Call {
  const sendsMail = project.services.some(({ system, mail }) => systems.includes(system) && mail);
  return { name: "systems", stacks: ["registry", "network", ...(sendsMail ? ["mail"] : [])] };
}

/** Brings an empty account to where the services are deployed: hosted zone, stacks, first images. */
export async function deploy(session: DeploySession): Promise<void> {
  const { lifetime, project, settings, terminal } = session;
  const { dns } = project.environment;
  if (dns) await lifetime.until(createHostedZone(settings, dns.hostedZone));
  const display = new DeployDisplay(terminal);
  try {
    let begin = (): void => undefined;
    const planned = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const others = planned.then(() => deployCall(session, display, besides(session)));
    await Promise.all([deploySystems(session, display, begin), others]);
  } finally {
    display.end();
  }
}

/**
 * Deploys what the systems stand on, their first images, and the systems.
 *
 * @param onPlanned called, maybe more than once, when it is planned what they stand on
 */
export async function deploySystems(
  session: DeploySession,
  display: DeployDisplay,
  onPlanned: () => void = () => undefined,
): Promise<void> {
  const { lifetime, systems, terminal } = session;
  const images = firstImages(session);
  const ground = foundation(session);
  const build = async () => {
    for (const image of images) await buildImage(lifetime, image);
  };
  await Promise.all([deployCall(session, display, { ...ground, onPlanned }), build()]);
  for (const image of images) await pushImage(lifetime, image);
  terminal.done(`first images, tag ${BOOTSTRAP_TAG}`, `version ${images[0]?.version}`);
  // Synthesised together with what they stand on.
  await deployCall(session, display, { name: ground.name, stacks: systems, skipSynth: true });
}

function firstImages({ root, project, run, systems, registry, settings }: DeploySession): ImageBuild[] {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const common = {
    root,
    environmentName: project.environment.name,
    tag: BOOTSTRAP_TAG,
    version,
    registry: registry?.address,
    run: run.name,
    settings,
  };
  return project.services
    .filter(({ system }) => systems.includes(system))
    .map((service) => ({ ...common, service, bundle: run.bundle(service.name, BOOTSTRAP_TAG) }));
}

interface Call {
  readonly name: string;
  readonly stacks: readonly string[];
  readonly skipSynth?: boolean;
  /** Called, maybe more than once, when every stack is planned. */
  readonly onPlanned?: () => void;
}

async function deployCall(
  { root, lifetime, run, variables, exitWithParent }: DeploySession,
  display: DeployDisplay,
  { name, stacks, skipSynth, onPlanned }: Call,
): Promise<void> {
  await deployStacks(lifetime, {
    root,
    stacks,
    exitWithParent,
    ...(skipSynth && { skipSynth }),
    environment: { ...withoutAwsSettings(process.env), ...variables },
    synthesised: run.synthesised(name),
    log: run.log(`cdktf-${name}`),
    onProgress: (progress) => {
      display.update(progress);
      if (progress.isPlanned) onPlanned?.();
    },
  });
}
