import * as ecr from "@aws-sdk/client-ecr";
import { serviceNames } from "../../../config/names";
import { Output } from "../../../jenkins/release/output";
import { Failure, USAGE_STATUS } from "../../../tools/failure";
import { Lifetime } from "../../../tools/processes/lifetime";
import { Terminal } from "../../../tools/terminal/terminal";
import { readInbox } from "../../cloud/inbox";
import { readServices, servicesOfEnvironment } from "../../cloud/services";
import { type Context, NO_OPTIONS, serviceNamed } from "../../commands/command";
import { killTask } from "../../commands/kill";
import { loadService } from "../../commands/load";
import { showLogs } from "../../commands/logs";
import { walkPipeline } from "../../commands/pipeline";
import { scaleService, updateAndWait } from "../../commands/scale";
import { runRelease } from "../../release-command";
import type { DataPlane } from "../../runner";
import { findRunning } from "../../running";
import type { Session } from "../../session";
import type { Asked, RequestName } from "../asked";
import type { ActLog, ActMeans } from "./act-log";
import { ActScreen } from "./act-screen";
import type { RequestLog } from "./request-log";
import type { Act } from "./status-server";
import { trace } from "./trace";

const LOG_LINES = 200;

export interface ActsOf {
  readonly session: Session;
  readonly dataPlane: DataPlane;
  readonly requests: RequestLog;
  readonly log: ActLog;
}

type Handlers = { readonly [Name in RequestName]: (asked: Asked<Name>) => Promise<object> };

/** What the page may do: the very commands of `npm run local`, and requests through the load balancers. */
export function actsOf({ session, dataPlane, requests, log }: ActsOf): Act {
  const { settings, emulator } = session;
  const environment = session.project.environment.name;
  const inContext = (work: (context: Context) => Promise<void>) => (means: ActMeans) => work(contextOf(session, means));
  const handlers: Handlers = {
    trace: (asked) => trace(asked, dataPlane, requests),
    kill: async ({ task }) => {
      const title = `Kill task ${task.slice(0, 8)}`;
      return started(
        log.start(
          { kind: `kill ${task}`, title, service: undefined },
          inContext((context) => killTask(context, [task])),
        ),
      );
    },
    scale: async ({ service, tasks }) =>
      started(
        log.start(
          { kind: "scale", title: `Scale ${service} to ${tasks}`, service },
          inContext((context) => scaleService(context, [service, String(tasks)])),
        ),
      ),
    redeploy: async ({ service }) =>
      started(
        log.start(
          { kind: "deploy", title: `New deployment of ${service}`, service },
          inContext((context) => redeploy(context, environment, service)),
        ),
      ),
    release: async ({ service, tag }) =>
      started(
        log.start({ kind: "deploy", title: `Release ${tag} of ${service}`, service }, ({ lifetime, screen }) =>
          runRelease({ root: session.root, lifetime, settings, output: new Output(false, screen) }, environment, [
            "deploy",
            service,
            "--image-tag",
            tag,
          ]),
        ),
      ),
    load: async ({ service, rate, seconds }) =>
      started(
        log.start(
          { kind: "load", title: `Load on ${service}, ${rate} requests/s for ${seconds} s`, service },
          inContext((context) =>
            loadService(context, [service], { ...NO_OPTIONS, rate: String(rate), seconds: String(seconds) }),
          ),
        ),
      ),
    walk: async ({ service, decision, confirm }) =>
      started(
        log.start(
          { kind: "walk", title: `Walk the pipeline of ${service}`, service },
          inContext((context) => walkPipeline(context, [service], { ...NO_OPTIONS, [decision]: true, confirm })),
        ),
      ),
    stop: async ({ act }) => {
      log.stop(act);
      return {};
    },
    tags: ({ service }) => readTags(session, service),
    logs: ({ task }) => readLogs(session, task),
    mail: ({ mail }) => readMail(emulator.url, mail),
  };
  return <Name extends RequestName>(name: Name, asked: unknown) => {
    // What is asked has been checked by the schema of its name.
    const handle: (asked: Asked<Name>) => Promise<object> = handlers[name];
    return handle(asked as Asked<Name>);
  };
}

function started(act: number): object {
  return { act };
}

function contextOf({ root, run, settings }: Session, { lifetime, terminal }: ActMeans): Context {
  return { root, terminal, lifetime, settings, running: findRunning(root, run.name) };
}

/** @throws Failure for a service that CodeDeploy deploys: ECS starts no deployment of it */
async function redeploy(context: Context, environment: string, name: string): Promise<void> {
  const services = await context.lifetime.until(readServices(context.settings));
  const { clusterArn: cluster, service } = serviceNamed(servicesOfEnvironment(services, environment), name);
  if (service.deploymentController?.type === "CODE_DEPLOY")
    throw new Failure(`CodeDeploy deploys ${name}, and what it runs already is no deployment: release an image tag`);
  await updateAndWait(context, name, { cluster, service: name, forceNewDeployment: true });
  context.terminal.done(`${name} is in its steady state`, "every task was replaced");
}

/** The image tags of a service. */
async function readTags({ project, settings }: Session, name: string): Promise<object> {
  const service = serviceNamed(project.services, name);
  const client = new ecr.ECRClient(settings);
  try {
    const repositoryName = serviceNames(service, project.environment.name).repository;
    const { imageIds = [] } = await client.send(new ecr.ListImagesCommand({ repositoryName }));
    return { tags: imageIds.flatMap(({ imageTag }) => imageTag ?? []).sort() };
  } finally {
    client.destroy();
  }
}

/** The newest lines that a task has written. */
async function readLogs(session: Session, task: string): Promise<object> {
  const screen = new ActScreen(undefined, LOG_LINES);
  const lifetime = new Lifetime();
  try {
    const means = { lifetime, screen, terminal: new Terminal(screen, { NO_COLOR: "1" }) };
    await showLogs(contextOf(session, means), [task], { ...NO_OPTIONS, lines: String(LOG_LINES) });
    // Each line begins with what wrote it, which whoever asked knows.
    return { lines: screen.lines.map((line) => line.replace(/^\S+ /, "")) };
  } finally {
    await lifetime.end();
  }
}

async function readMail(emulatorUrl: string, id: number): Promise<object> {
  const [mail] = await readInbox(emulatorUrl, id - 1);
  if (mail?.id !== id) throw new Failure(`there is no mail ${id}`, USAGE_STATUS);
  return { text: mail.text ?? mail.html ?? "" };
}
