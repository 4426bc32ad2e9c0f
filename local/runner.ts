import { existsSync } from "node:fs";
import { join } from "node:path";
import { listEnvironments } from "../config/load-environment";
import { serviceNames } from "../config/names";
import { lastPart } from "../modules/aws/arn";
import { messageOf } from "../tools/failure";
import { Agent } from "./agent/agent";
import { ControlPlane } from "./agent/connect";
import { DockerRuntime } from "./agent/docker-runtime";
import { ImageSource } from "./agent/engine-images";
import { LogShipper } from "./agent/log-shipper";
import { ProcessRuntime } from "./agent/process-runtime";
import type { Task } from "./agent/task";
import { CREDENTIALS_HOST, CREDENTIALS_PORT } from "./agent/task-credentials";
import { taskVariables } from "./agent/task-variables";
import { jwksUrlOf } from "./cloud/jwks-url";
import type { View } from "./cloud/view";
import type { GatewayRequest } from "./gateway/access-log";
import { AccessLogs } from "./gateway/access-logs";
import { Gateways, type ServedGateway } from "./gateway/gateways";
import type { ServedRequest } from "./load-balancer/listener";
import { LoadBalancers } from "./load-balancer/load-balancers";
import { Measuring } from "./measures/measuring";
import { Names, type NamesSources } from "./names/names";
import { type ServedListener, urlOf } from "./routes";
import { describeRunning, writeRunning } from "./running";
import type { Session } from "./session";

/** What is served on this machine, as it is now. */
export interface DataPlane {
  /** The listeners of load balancers. */
  readonly served: readonly ServedListener[];
  /** APIs and sign-in pages. */
  readonly gateways: readonly ServedGateway[];
  /** Where the status page is, once there is one: other commands are told. */
  statusPage: string | undefined;
  /** Id of the task that listens at an address of this machine. */
  taskAt(host: string, port: number): string | undefined;
  /** Calls a function for each request that load balancers have answered, in place of the one before. */
  watchRequests(watcher: (request: ServedRequest) => void): void;
  /** The same for each request to an API. */
  watchApiRequests(watcher: (request: GatewayRequest) => void): void;
}

/**
 * Starts the data plane: from now on tasks run as the emulator's control plane wants, and listeners, APIs and sign-in pages
 * are served as they are made.
 *
 * @param firstPort port of the first listener, 0 for free ports
 */
export function startRunner(session: Session, firstPort: number): DataPlane {
  const { lifetime, terminal, settings, run, emulator, credentials, taskEndpoint } = session;
  const say = (text: string) => terminal.warn(text);
  const controlPlane = new ControlPlane({ lifetime, url: emulator.url, say, onView: (view) => void onView(view) });
  let onRequest = (_request: ServedRequest): void => undefined;
  let onApiRequest = (_request: GatewayRequest): void => undefined;
  const loadBalancers = new LoadBalancers({
    lifetime,
    firstPort,
    onReport: (targets) => controlPlane.report({ targets }),
    onRequest: (request) => onRequest(request),
  });
  const logs = new LogShipper({ lifetime, settings, say });
  const gateways = gatewaysOf(session, logs, loadBalancers, (request) => onApiRequest(request));
  const agent = new Agent({
    lifetime,
    settings,
    say,
    runtime: runtimeOf(session),
    variables: (task, definition) =>
      taskVariables({ endpoint: taskEndpoint, region: settings.region, credentials }, task, definition),
    logs,
    logFile: ({ arn, group }, container) =>
      run.log(`${group.replace(/^\w+:/, "")}-${lastPart(arn).slice(0, 8)}-${container}`),
    report: (tasks) => {
      controlPlane.report({ tasks });
      names.update();
    },
    onTaskGone: (host, port) => {
      loadBalancers.targetGone(host, port);
      names.update();
    },
  });
  const [sayOnce, sayOfGatewaysOnce] = [once(say), once(say)];
  const names = namesOf(session, {
    tasks: () => agent.tasks,
    listeners: () => loadBalancers.served,
    onFault: (error) => sayOnce(messageOf(error)),
  });
  let statusPage: string | undefined;
  const dataPlane: DataPlane = {
    get served() {
      return loadBalancers.served;
    },
    get gateways() {
      return gateways.served;
    },
    get statusPage() {
      return statusPage;
    },
    set statusPage(url) {
      statusPage = url;
      tellOthers(aboutThis(session, dataPlane));
    },
    taskAt: (host, port) => {
      const listens = (task: Task) => task.containers.some(({ ports }) => ports.some((one) => one.hostPort === port));
      const found = agent.tasks.find((task) => task.host === host && listens(task));
      return found && lastPart(found.view.arn);
    },
    watchRequests: (watcher) => {
      onRequest = watcher;
    },
    watchApiRequests: (watcher) => {
      onApiRequest = watcher;
    },
  };
  const tellOthers = once((text) => writeRunning(run.path, text));
  const onView = async (view: View) => {
    agent.update(view);
    // Every view has the fault again, until it is mended.
    await loadBalancers.update(view).catch((error: unknown) => sayOnce(messageOf(error)));
    await gateways.update(view).catch((error: unknown) => sayOfGatewaysOnce(messageOf(error)));
    names.update(view);
    tellOthers(aboutThis(session, dataPlane));
  };
  tellOthers(aboutThis(session, dataPlane));
  void controlPlane.run();
  const measuring = new Measuring({
    lifetime,
    url: emulator.url,
    timeScale: session.timeScale ?? 1,
    tasks: () => agent.tasks,
    requests: () => loadBalancers.takeMeasures(),
    say,
  });
  void measuring.run();
  return dataPlane;
}

/** On free ports: nobody knows how many listeners will have those after the first one. */
function gatewaysOf(
  { lifetime, terminal, run, emulator }: Session,
  logs: LogShipper,
  loadBalancers: LoadBalancers,
  onRequest: (request: GatewayRequest) => void,
) {
  const accessLogs = new AccessLogs({
    logs,
    file: (name) => run.log(name),
    say: (text) => terminal.warn(text),
  });
  // Before the gateways, which end first: there is no request left then.
  lifetime.onEnd(() => accessLogs.close());
  return new Gateways({
    lifetime,
    firstPort: 0,
    emulatorUrl: emulator.url,
    jwksUrl: (issuer) => new URL(jwksUrlOf(emulator.url, issuer)),
    listenerAddress: (arn) => {
      const served = loadBalancers.served.find(({ listener }) => listener.arn === arn);
      return served && urlOf(served);
    },
    onRequest: (request) => {
      accessLogs.write(request);
      onRequest(request);
    },
  });
}

function namesOf({ lifetime, run, forwarders, credentials }: Session, sources: Omit<NamesSources, "others">): Names {
  return new Names({
    ...sources,
    lifetime,
    others: [{ hosts: [CREDENTIALS_HOST], port: CREDENTIALS_PORT, localPort: credentials.port }],
    file: run.names,
    ...(forwarders && { containers: { folder: run.containerNames, forwarders } }),
  });
}

function runtimeOf(session: Session) {
  const { lifetime, run, registry, settings } = session;
  if (registry) {
    const images = new ImageSource({ address: registry.address, settings, folder: run.docker });
    lifetime.onEnd(() => images.removePulled());
    return new DockerRuntime(lifetime, run.name, images, run.containerNames);
  }
  return new ProcessRuntime({ lifetime, bundleOf: bundlesOf(session), names: run.names });
}

/**
 * Finds the folder of what was built for an image, `REGISTRY/REPOSITORY:TAG`; `undefined` where nothing was. What a pipeline
 * builds is in the repositories of two environments, by one tag.
 */
function bundlesOf({ root, project, run }: Session): (image: string) => string | undefined {
  const environments = listEnvironments(root);
  const repositories = new Map(
    environments.flatMap((environment) =>
      project.services.map((service) => [serviceNames(service, environment).repository, service.name] as const),
    ),
  );
  return (image) => {
    const [, repository = "", tag] = /^[^/]+\/([^:@]+):([^:@]+)$/.exec(image) ?? [];
    const service = repositories.get(repository);
    const folder = service && tag && run.bundle(service, tag);
    return folder && existsSync(join(folder, "main.cjs")) ? folder : undefined;
  };
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
function aboutThis(
  { emulator, settings, runtime, registry, timeScale }: Session,
  { served, gateways, statusPage }: DataPlane,
): string {
  const listeners = served.map((one) => [
    `${one.loadBalancer.name} ${one.listener.protocol} ${one.listener.port}`,
    urlOf(one),
  ]);
  const urlsOf = (type: ServedGateway["type"]) =>
    Object.fromEntries(gateways.filter((one) => one.type === type).map(({ name, url }) => [name, url]));
  return describeRunning({
    emulatorUrl: emulator.url,
    region: settings.region,
    runtime,
    registry: registry?.address,
    timeScale,
    listeners: Object.fromEntries(listeners),
    apis: urlsOf("api"),
    signIns: urlsOf("sign-in"),
    statusPage,
  });
}
