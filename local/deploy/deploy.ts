import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BOOTSTRAP_TAG } from "../../config/image-tag";
import { createHostedZone, pushImages } from "../cloud/seed";
import { withoutAwsSettings } from "../cloud/variables";
import type { Session } from "../session";
import { buildBundle } from "./bundles";
import { deployStacks } from "./cdktf";
import type { DeployProgress } from "./deploy-progress";

/** What the services stand on: it has to be there before their first image can be pushed. */
const FOUNDATION = ["registry", "network"];

/** Nobody waits for the state bucket: its 55 s (the provider's own wait) pass beside the load balancer's 60 s. */
const SYSTEMS = process.env.NO_STATE ? ["jenkins-ecs"] : ["state", "jenkins-ecs"];

const TICK_MS = 1_000;

/** Brings an empty account to where the services are deployed: hosted zone, stacks, first images. */
export async function deploy(session: Session): Promise<void> {
  const { lifetime, project, settings, terminal } = session;
  const { dns } = project.environment;
  if (dns) await lifetime.until(createHostedZone(settings, dns.hostedZone));
  await Promise.all([deployWithProgress(session, FOUNDATION, false), buildBundles(session)]);
  await lifetime.until(pushImages(settings, BOOTSTRAP_TAG));
  terminal.done("images", `tag ${BOOTSTRAP_TAG}, version ${appVersion(session)}`);
  await deployWithProgress(session, SYSTEMS, true);
}

/** What services are built as when nobody releases a version of their own. */
function appVersion({ root }: Session): string {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

async function buildBundles({ root, project, lifetime, run }: Session): Promise<void> {
  const version = appVersion({ root } as Session);
  for (const service of project.services) {
    await buildBundle(lifetime, { root, service, version, folder: run.bundle(service.name, BOOTSTRAP_TAG) });
  }
}

async function deployWithProgress(session: Session, stacks: readonly string[], skipSynth: boolean): Promise<void> {
  const { root, lifetime, terminal, run, variables, exitWithParent } = session;
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1_000)} s`;
  const done = new Set<string>();
  let words = stacks.join(", ");
  const ticker = setInterval(() => terminal.progress(`deploying ${words} (${seconds()})`), TICK_MS);
  const onProgress = (progress: DeployProgress) => {
    words = progress.toString();
    for (const [name, stack] of progress.stacks) {
      if (!stack.done || done.has(name)) continue;
      done.add(name);
      terminal.done(`stack ${name}`, `${stack.created} resources, ${seconds()}`);
    }
  };
  try {
    await deployStacks(lifetime, {
      root,
      stacks,
      skipSynth,
      exitWithParent,
      onProgress,
      environment: { ...withoutAwsSettings(process.env), ...variables },
      synthesised: run.synthesised,
      log: run.log("cdktf"),
    });
  } finally {
    clearInterval(ticker);
  }
}
