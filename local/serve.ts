import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serviceNames } from "../config/names";
import type { Deployment } from "./cloud/deployment";
import { readDeployment } from "./cloud/read-deployment";
import { Failure } from "./failure";
import { close, listen } from "./load-balancer/listen";
import { createListenerServer } from "./load-balancer/listener-server";
import type { ServedListener } from "./routes";
import type { Session } from "./session";
import { allHealthy, type RunningServices, runServices } from "./tasks/run-services";

/** A service that is not up by then is reported, not waited for. */
const HEALTHY_BOUND_MS = 60_000;

const POLL_MS = 50;

export interface Serving {
  readonly deployment: Deployment;
  readonly running: RunningServices;
  readonly listeners: readonly ServedListener[];
}

/** Runs and serves what the emulator says is deployed. */
export async function serve(session: Session, firstPort: number): Promise<Serving> {
  const { lifetime, settings, terminal, run, exitWithParent } = session;
  terminal.progress("starting the services");
  const deployment = await lifetime.until(readDeployment(settings));
  const running = await runServices({
    lifetime,
    deployment,
    exitWithParent,
    bundleOf: (image) => bundleOf(session, image),
    logOf: (task) => run.log(task),
    say: (text) => terminal.warn(text),
  });
  const listeners = await serveListeners(session, deployment, running, firstPort);
  await lifetime.until(untilHealthy(session, deployment, running));
  return { deployment, running, listeners };
}

/** The program that was built for an image, `REGISTRY/REPOSITORY:TAG`. */
function bundleOf({ project, run }: Session, image: string): string {
  const [, repository, tag] = /^[^/]+\/([^:@]+):([^:@]+)$/.exec(image) ?? [];
  const service = project.services.find(
    (candidate) => serviceNames(candidate, project.environment.name).repository === repository,
  );
  const file = service && tag && join(run.bundle(service.name, tag), "main.cjs");
  if (file && existsSync(file)) return file;
  throw new Failure(`nothing on this machine was built for the image ${image}`);
}

async function serveListeners(
  { lifetime }: Session,
  { loadBalancers }: Deployment,
  { pools }: RunningServices,
  firstPort: number,
): Promise<readonly ServedListener[]> {
  const served: ServedListener[] = [];
  for (const loadBalancer of loadBalancers) {
    for (const listener of loadBalancer.listeners) {
      const idleTimeoutMs = loadBalancer.idleTimeoutSeconds * 1_000;
      const server = createListenerServer({ listener, pools, idleTimeoutMs });
      lifetime.onEnd(() => close(server));
      const wanted = firstPort === 0 ? 0 : firstPort + served.length;
      const port = await listen(server, wanted, "give another one by --port N, or none for a free one");
      served.push({ loadBalancer, listener, port });
    }
  }
  return served;
}

async function untilHealthy({ terminal, lifetime }: Session, deployment: Deployment, running: RunningServices) {
  const deadline = Date.now() + HEALTHY_BOUND_MS;
  while (!allHealthy(running, deployment) && !lifetime.signal.aborted) {
    if (Date.now() > deadline) {
      terminal.warn(`not every task is healthy after ${HEALTHY_BOUND_MS / 1_000} s`);
      return;
    }
    await sleep(POLL_MS);
  }
}
