import { existsSync } from "node:fs";
import { join } from "node:path";
import { serviceNames } from "../config/names";
import { lastPart } from "../modules/aws/arn";
import { messageOf } from "../tools/failure";
import { Agent } from "./agent/agent";
import { ControlPlane } from "./agent/connect";
import { DockerRuntime } from "./agent/docker-runtime";
import { ImageSource } from "./agent/engine-images";
import { LogShipper } from "./agent/log-shipper";
import { ProcessRuntime } from "./agent/process-runtime";

import type { View } from "./cloud/view";
import { LoadBalancers } from "./load-balancer/load-balancers";
import { urlOf } from "./routes";
import { describeRunning, writeRunning } from "./running";
import type { Session } from "./session";

/**
 * Starts the data plane: from now on tasks run as the emulator's control plane wants, and listeners are served as they are
 * made.
 *
 * @param firstPort port of the first listener, 0 for free ports
 */
export function startRunner(session: Session, firstPort: number): LoadBalancers {
  const { lifetime, terminal, settings, run, emulator } = session;
  const say = (text: string) => terminal.warn(text);
  const controlPlane = new ControlPlane({ lifetime, url: emulator.url, say, onView: (view) => void onView(view) });
  const loadBalancers = new LoadBalancers({
    lifetime,
    firstPort,
    onReport: (targets) => controlPlane.report({ targets }),
  });
  const agent = new Agent({
    lifetime,
    settings,
    say,
    runtime: runtimeOf(session),
    logs: new LogShipper({ lifetime, settings, say }),
    logFile: ({ arn, group }, container) =>
      run.log(`${group.replace(/^\w+:/, "")}-${lastPart(arn).slice(0, 8)}-${container}`),
    report: (tasks) => controlPlane.report({ tasks }),
    onTaskGone: (host, port) => loadBalancers.targetGone(host, port),
  });
  const sayOnce = once(say);
  const tellOthers = once((text) => writeRunning(run.path, text));
  const onView = async (view: View) => {
    agent.update(view);
    // Every view has the fault again, until it is mended.
    await loadBalancers.update(view).catch((error: unknown) => sayOnce(messageOf(error)));
    tellOthers(aboutThis(session, loadBalancers));
  };
  tellOthers(aboutThis(session, loadBalancers));
  void controlPlane.run();
  return loadBalancers;
}

function runtimeOf(session: Session) {
  const { lifetime, run, registry, settings } = session;
  if (registry) {
    const images = new ImageSource({ address: registry.address, settings, folder: run.docker });
    lifetime.onEnd(() => images.removePulled());
    return new DockerRuntime(lifetime, run.name, images);
  }
  return new ProcessRuntime({ lifetime, bundleOf: (image) => bundleOf(session, image) });
}

/** The folder of what was built for an image, `REGISTRY/REPOSITORY:TAG`; `undefined` where nothing was. */
function bundleOf({ project, run }: Session, image: string): string | undefined {
  const [, repository, tag] = /^[^/]+\/([^:@]+):([^:@]+)$/.exec(image) ?? [];
  const { name: environmentName } = project.environment;
  const service = project.services.find((one) => serviceNames(one, environmentName).repository === repository);
  const folder = service && tag && run.bundle(service.name, tag);
  return folder && existsSync(join(folder, "main.cjs")) ? folder : undefined;
}

/** Passes a text on unless it is the one that it passed on last. */
function once(tell: (text: string) => void): (text: string) => void {
  let told: string | undefined;
  return (text) => {
    if (text === told) return;
    told = text;
    tell(text);
  };
}

/** What other commands have to know. */
function aboutThis({ emulator, settings, runtime, registry }: Session, { served }: LoadBalancers): string {
  const listeners = served.map((one) => [
    `${one.loadBalancer.name} ${one.listener.protocol} ${one.listener.port}`,
    urlOf(one),
  ]);
  return describeRunning({
    emulatorUrl: emulator.url,
    region: settings.region,
    runtime,
    registry: registry?.address,
    listeners: Object.fromEntries(listeners),
  });
}
