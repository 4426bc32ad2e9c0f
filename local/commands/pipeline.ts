import { relative } from "node:path";
import { deploymentUnit } from "../../config/deployment-unit";
import { loadProject, type Project } from "../../config/load";
import { loadBalancerOf } from "../../config/load-balancer-number";
import { loadBalancerNames, serviceNames } from "../../config/names";
import type { Service } from "../../config/service";
import { Failure } from "../../tools/failure";
import { Terminal } from "../../tools/terminal/terminal";
import { decider } from "../pipeline/approval";
import { asksForApproval, type Pipeline, pipelineNames, readPipeline } from "../pipeline/definition";
import { WalkDisplay } from "../pipeline/display";
import { execute } from "../pipeline/execution";
import { takeLock } from "../pipeline/lock";
import { requireProduction } from "../pipeline/production";
import type { WalkRecord } from "../pipeline/record";
import { readServing, type Serving, wordsOfServing } from "../pipeline/serving";
import { type CommandOptions, type Context, misuse } from "./command";
import { requireConnection } from "./connection";

const ENVIRONMENT = "local";

/**
 * Walks a service's pipeline, as it is deployed in the emulator, with the working tree for its source: the one that leads to
 * production or the one from GitHub, whichever there is, or with `--pull-request` that of pull requests.
 *
 * @throws Failure with status 2 for a fault of use, before anything is started; with status 1 where the walk fails or is
 * rejected
 */
export async function walkPipeline(given: Context, args: readonly string[], options: CommandOptions): Promise<void> {
  const [name] = args;
  if (!name || args.length > 1) throw misuse("pipeline takes a service");
  const context = options.json ? { ...given, terminal: new Terminal(process.stderr) } : given;
  const project = loadProject({ root: context.root, environment: ENVIRONMENT });
  const { service, pipeline } = await pipelineOf(context, project, name, options);
  const promotes = service.pipeline && pipeline.name === serviceNames(service, ENVIRONMENT).pipeline;
  const production = promotes ? project.environment.pipelines?.production : undefined;
  const decide = deciderOf(context, options, { service, pipeline, production });
  const { lifetime, running, terminal } = context;
  await requireConnection(context, pipeline, options.confirm);
  takeLock(lifetime, `${running.folder}/pipeline-${pipeline.name}.lock`, `the pipeline ${pipeline.name} is walked`);
  terminal.line(`pipeline ${terminal.style("bold", pipeline.name)}, source: the working tree as it is`);
  if (production !== undefined) await requireProduction(context, production, service.system);
  const environments = [ENVIRONMENT, ...(production === undefined ? [] : [production])];
  const before = await lifetime.until(readServing(context.settings, service, environments));
  const record = await show(context, { project, pipeline, environments, decide });
  if (options.json) process.stdout.write(`${JSON.stringify(record, undefined, 2)}\n`);
  const now = await lifetime.until(readServing(context.settings, service, environments));
  conclude(context, record, before, now);
}

async function pipelineOf(
  { lifetime, settings }: Context,
  { services }: Project,
  name: string,
  { "pull-request": isForPullRequests }: CommandOptions,
) {
  const kind = isForPullRequests ? "pipeline of pull requests" : "pipeline";
  const there = await lifetime.until(pipelineNames(settings));
  const found = (service: Service) =>
    pipelinesOf(service, isForPullRequests).find((pipeline) => there.includes(pipeline));
  const walked = services.filter((service) => found(service) !== undefined);
  const list = `services with a ${kind}: ${walked.map((service) => service.name).join(", ") || "none"}`;
  const service = services.find((one) => one.name === name);
  if (!service) throw misuse(`there is no service "${name}"; ${list}`);
  const named = found(service);
  const pipeline = named && (await lifetime.until(readPipeline(settings, named)));
  if (!pipeline) throw misuse(`${name} has no ${kind} here; ${list}`);
  return { service, pipeline };
}

/** Names of the pipelines that a service may have, the one that is walked before others first. */
function pipelinesOf(service: Service, isForPullRequests: boolean): readonly string[] {
  const { pipeline, githubPipeline, pullRequestPipeline } = serviceNames(service, ENVIRONMENT);
  return isForPullRequests ? [pullRequestPipeline] : [pipeline, githubPipeline];
}

interface Walked {
  readonly service: Service;
  readonly pipeline: Pipeline;
  readonly production: string | undefined;
}

function deciderOf(
  { lifetime, terminal, running }: Context,
  { approve, reject, json }: CommandOptions,
  { service, pipeline, production = "production" }: Walked,
) {
  if (!asksForApproval(pipeline)) return async () => ({ approved: true, by: "nobody: it does not ask" });
  const { loadBalancer } = loadBalancerNames(deploymentUnit(service), ENVIRONMENT, loadBalancerOf(service));
  const urls = Object.entries(running.listeners).filter(([listener]) => listener.startsWith(`${loadBalancer} `));
  return decider(
    { approve, reject },
    {
      lifetime,
      terminal,
      input: process.stdin,
      output: json ? process.stderr : process.stdout,
      facts: urls.map(([, url]) => `${ENVIRONMENT}, where it serves: ${url}`),
      to: production,
    },
  );
}

interface Shown {
  readonly project: Project;
  readonly pipeline: Pipeline;
  readonly environments: readonly string[];
  readonly decide: ReturnType<typeof deciderOf>;
}

async function show(context: Context, { project, pipeline, environments, decide }: Shown): Promise<WalkRecord> {
  const { root, lifetime, running, settings, terminal } = context;
  const display = new WalkDisplay(terminal, root);
  try {
    return await execute({
      ...{ lifetime, root, settings, pipeline, environments, decide },
      run: running.folder,
      emulatorUrl: running.emulatorUrl,
      registry: running.registry,
      services: project.services,
      events: display,
    });
  } finally {
    display.end();
  }
}

function conclude(
  { root, running, terminal }: Context,
  { status, pipeline, execution }: WalkRecord,
  before: readonly Serving[],
  now: readonly Serving[],
): void {
  const logs = relative(root, `${running.folder}/pipeline/${execution}/logs`);
  terminal.line();
  const serving = wordsOfServing(before, now);
  if (status !== "succeeded") throw new Failure(`${pipeline}: ${status}; ${serving}\n    logs: ${logs}`);
  terminal.done(`${pipeline}: every stage succeeded`, serving);
  terminal.line(`    logs: ${logs}`);
}
