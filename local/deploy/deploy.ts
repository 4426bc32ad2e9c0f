import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentUnit, unitsOf } from "../../config/deployment-unit";
import { isExposed } from "../../config/exposure";
import { BOOTSTRAP_TAG } from "../../config/image-tag";
import type { Project } from "../../config/load";
import { API_SYSTEM } from "../../config/systems";
import { createHostedZone } from "../cloud/seed";
import { withoutAwsSettings } from "../cloud/variables";
import type { DeploySession } from "../session";
import { deployStacks } from "./cdktf";
import { DeployDisplay } from "./deploy-display";
import { buildImages, type ImageBuild, pushImage } from "./images";

/**
 * Nothing needs the state bucket and the pipelines here: the 55 s of their buckets, the provider's own wait, pass beside
 * everything else. They begin when what the others wait for is planned, and there is nothing but waiting: starting is what
 * takes a processor.
 */
function besides({ project, systems }: DeploySession): Call {
  const pipelines = systemsWithPipelines(project).filter((name) => systems.includes(name));
  return { name: "state", stacks: ["state", ...pipelines.map((name) => `${name}-pipelines`)] };
}

/** Systems with a stack of pipelines: from CodeCommit where a service asks for one, from GitHub where the environment does. */
function systemsWithPipelines({ environment: { pipelines }, services }: Project): readonly string[] {
  if (!pipelines) return [];
  const walked = services.filter(({ pipeline }) => pipeline).map(({ system }) => system);
  return [...new Set([...walked, ...(pipelines.github && services.some(isExposed) ? [API_SYSTEM] : [])])];
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
    const idle = new Signal();
    const others = idle.given.then(() => deployCall(session, display, besides(session)));
    await Promise.all([deploySystems(session, display, () => idle.give()), others]);
  } finally {
    display.end();
  }
}

/**
 * Deploys what the systems stand on, their first images, and the systems.
 *
 * @param onIdle called, maybe more than once, when what everything waits for is planned, and processors are free for others
 */
export async function deploySystems(
  session: DeploySession,
  display: DeployDisplay,
  onIdle: () => void = () => undefined,
): Promise<void> {
  const { lifetime, project, systems, terminal } = session;
  const images = firstImages(session);
  const ground = foundation(session);
  const { alone, behindApi } = inOrder(session);
  const hasOrder = behindApi.length > 0;
  const build = () => buildImages(lifetime, images);
  await Promise.all([deployCall(session, display, { ...ground, ...(!hasOrder && { onPlanned: onIdle }) }), build()]);
  for (const image of images) await pushImage(lifetime, image);
  terminal.done(`first images, tag ${BOOTSTRAP_TAG}`, `version ${images[0]?.version}`);
  // Synthesised together with what they stand on.
  const call = (stacks: readonly string[], log: string, onPlanned?: () => void) =>
    deployCall(session, display, { name: ground.name, stacks, skipSynth: true, log, ...(onPlanned && { onPlanned }) });
  if (!hasOrder) return call(unitsOf(systems, project.services), "cdktf-systems");
  const planned = new Signal();
  const api = call([API_SYSTEM], "cdktf-api", () => planned.give());
  void planned.given.then(onIdle);
  await Promise.all([
    api.then(() => call(behindApi, "cdktf-behind-api")),
    // The longest way begins with the API: nothing takes its processors until it waits for its load balancer.
    Promise.race([planned.given, api]).then(() => (alone.length > 0 ? call(alone, "cdktf-systems") : undefined)),
  ]);
}

/**
 * The units that can be deployed at any time, and those with services behind the API, which has to be there before. The CLI
 * itself keeps no order once it is told that what stacks depend on has been deployed earlier.
 */
function inOrder({ project, systems }: DeploySession): Record<"alone" | "behindApi", readonly string[]> {
  const exposed = new Set(project.services.filter(isExposed).map(deploymentUnit));
  const others = unitsOf(systems, project.services).filter((name) => name !== API_SYSTEM);
  return {
    alone: others.filter((name) => !exposed.has(name)),
    behindApi: others.filter((name) => exposed.has(name)),
  };
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

/** Something that happens once, however often it is told. */
class Signal {
  give: () => void = () => undefined;
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}

interface Call {
  readonly name: string;
  readonly stacks: readonly string[];
  readonly skipSynth?: boolean;
  /** Name of its log. @default - made from `name` */
  readonly log?: string;
  /** Called, maybe more than once, when every stack is planned. */
  readonly onPlanned?: () => void;
}

async function deployCall(
  { root, lifetime, run, variables, exitWithParent }: DeploySession,
  display: DeployDisplay,
  { name, stacks, skipSynth, log = `cdktf-${name}`, onPlanned }: Call,
): Promise<void> {
  await deployStacks(lifetime, {
    root,
    stacks,
    exitWithParent,
    ...(skipSynth && { skipSynth }),
    environment: { ...withoutAwsSettings(process.env), ...variables },
    synthesised: run.synthesised(name),
    log: run.log(log),
    onProgress: (progress) => {
      display.update(progress);
      if (progress.isPlanned) onPlanned?.();
    },
  });
}
