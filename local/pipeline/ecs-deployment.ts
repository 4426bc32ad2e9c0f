import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import * as z from "zod";
import { Aws } from "../../jenkins/release/aws/aws";
import { describeRevision, type Revision, registerRevision } from "../../jenkins/release/aws/revisions";
import { listServiceDeployments } from "../../jenkins/release/aws/service-deployments";
import { readService, revisionOf, type ServicePlace } from "../../jenkins/release/aws/services";
import type { Verdict } from "../../jenkins/release/deployment/deployer";
import { judge } from "../../jenkins/release/deployment/rolling/verdict";
import { ownTags } from "../../jenkins/release/task-definition/provenance";
import type { RegisterInput } from "../../jenkins/release/task-definition/render";
import { withoutReadOnly } from "../../jenkins/release/task-definition/task-definition";
import { lastPart } from "../../modules/aws/arn";
import { Failure, messageOf } from "../../tools/failure";
import type { ActionContext, Outcome } from "./action";

const POLL_MS = 250;
const MINUTE_MS = 60_000;

/** Of actions that are not told otherwise. Source: AWS CodePipeline User Guide, "Quotas in AWS CodePipeline". */
const DEFAULT_TIMEOUT_MINUTES = "60";

/** Source: AWS CodePipeline User Guide, "Image definitions file reference". */
const definitions = z.array(z.object({ name: z.string().min(1), imageUri: z.string().min(1) })).min(1);

const HOW_TO_DEPLOY = "deploy the system first";

/** How a deployment ended. */
type Ended = Exclude<Verdict, { readonly state: "ongoing" }> | { readonly state: "timed out" };

/** Images by the names of containers. */
type Images = ReadonlyMap<string, string>;

/**
 * Performs an action of ECS: registers a copy of the revision that the service runs, with the images of the artifact's
 * `imagedefinitions.json`, and has ECS roll the service. Unlike AWS's own it notices at once when ECS rolls back, and not at
 * its timeout.
 *
 * Source: AWS CodePipeline User Guide, "Amazon Elastic Container Service deploy action reference".
 */
export async function deployToEcs(context: ActionContext): Promise<Outcome> {
  const { lifetime, settings, configuration, action, events } = context;
  const place = { cluster: configuration.ClusterName ?? "", service: configuration.ServiceName ?? "" };
  const images = readImages(context);
  const aws = new Aws(settings);
  try {
    const service = await lifetime.until(readService(aws, place, HOW_TO_DEPLOY));
    const before = await lifetime.until(describeRevision(aws, revisionOf(service)));
    const { arn } = await lifetime.until(registerRevision(aws, copyOf(before, images)));
    events.progress(action.name, `${place.service} is rolled to ${lastPart(arn)}`);
    const verdict = await roll(context, aws, place, arn);
    return outcomeOf(verdict, place, lastPart(arn));
  } finally {
    aws.end();
  }
}

/** @throws Failure for an artifact whose file AWS would not take */
function readImages({ action, artifacts, configuration }: ActionContext): Images {
  const [input = ""] = action.inputs;
  const name = configuration.FileName ?? "imagedefinitions.json";
  const file = join(artifacts.get(input)?.folder ?? "", name);
  if (!existsSync(file)) throw new Failure(`the artifact ${input} has no ${name}`);
  try {
    const read = definitions.parse(JSON.parse(readFileSync(file, "utf8")));
    return new Map(read.map((one) => [one.name, one.imageUri]));
  } catch (error) {
    const words = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new Failure(`${name}: ${words}; expected is [{"name": CONTAINER, "imageUri": IMAGE}]`);
  }
}

/** The revision with other images. What a release has said of itself is not said of the copy. */
function copyOf({ taskDefinition, tags }: Revision, images: Images): RegisterInput {
  const copy = withoutReadOnly(taskDefinition);
  const names = copy.containerDefinitions.map(({ name }) => name);
  const unknown = [...images.keys()].filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`${copy.family} has no container ${unknown.join(", ")}; it has ${names.join(", ")}`);
  }
  const own = ownTags(tags);
  const containerDefinitions = copy.containerDefinitions.map((container) => ({
    ...container,
    image: images.get(container.name) ?? container.image,
  }));
  return { ...copy, containerDefinitions, ...(own.length > 0 && { tags: own }) };
}

/** Updates the service to a revision that no other deployment is of, and follows that deployment to its end. */
async function roll(
  { lifetime, configuration }: ActionContext,
  aws: Aws,
  place: ServicePlace,
  revision: string,
): Promise<Ended> {
  const update = new UpdateServiceCommand({ ...place, taskDefinition: revision });
  await lifetime.until(aws.call("ecs:UpdateService", () => aws.ecs.send(update)));
  const deadline = Date.now() + Number(configuration.DeploymentTimeout ?? DEFAULT_TIMEOUT_MINUTES) * MINUTE_MS;
  for (;;) {
    const verdict = await lifetime.until(verdictOf(aws, place, revision));
    if (verdict.state !== "ongoing") return verdict;
    if (Date.now() > deadline) return { state: "timed out" };
    await lifetime.until(sleep(POLL_MS));
  }
}

async function verdictOf(aws: Aws, place: ServicePlace, revision: string): Promise<Verdict> {
  const listed = (await listServiceDeployments(aws, place)) ?? [];
  const own = listed.find(({ taskDefinition }) => taskDefinition === revision);
  if (!own) return { state: "ongoing" };
  return judge(own, listed[0] ?? own, await readService(aws, place, HOW_TO_DEPLOY));
}

function outcomeOf(verdict: Ended, { service }: ServicePlace, revision: string): Outcome {
  switch (verdict.state) {
    case "succeeded":
      return { status: "succeeded", detail: `${service} runs ${revision}` };
    case "rolled back":
      return { status: "failed", failure: `ECS has rolled ${service} back from ${revision}: ${verdict.reason}` };
    case "failed":
      return { status: "failed", failure: `ECS has not deployed ${revision}: ${verdict.reason}` };
    case "superseded":
      return { status: "failed", failure: `${service} was given ${lastPart(verdict.by)} meanwhile, after ${revision}` };
    case "timed out":
      return { status: "failed", failure: `${service} is not done with ${revision} in time; ECS goes on` };
  }
}
