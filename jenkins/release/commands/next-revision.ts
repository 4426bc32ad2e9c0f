import { DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import type { Service } from "@aws-sdk/client-ecs";
import { IMAGE_TAG } from "../../../modules/aws/forms";
import { Failure } from "../../../tools/failure";
import { describeRevision, type Revision } from "../aws/revisions";
import { readService, revisionOf } from "../aws/services";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
import { type Migration, readMigration } from "../one-off/migration";
import { describePublished, readPublished } from "../published";
import { type Difference, differences } from "../task-definition/difference";
import { provenanceOf } from "../task-definition/provenance";
import { describedBy, type RegisterInput, render } from "../task-definition/render";

/** What a release starts from, and what it comes to. */
export interface NextRevision {
  readonly service: Service;
  /** The revision that the service has. */
  readonly running: Revision;
  /** ARN of the revision that Terraform registered last; `undefined` where it has published none. */
  readonly published: string | undefined;
  readonly image: string;
  readonly input: RegisterInput;
  /** What the next revision has otherwise than the running one. */
  readonly changes: readonly Difference[];
  /** The migrations that come before it; `undefined` where the service has none. */
  readonly migration: Migration | undefined;
}

/**
 * Reads the service and renders its next revision: from the one that Terraform published, so that changes of the
 * infrastructure reach the tasks; from the running one where none is published.
 *
 * @throws Failure with status 2 for what is not deployed
 */
export async function readNextRevision(context: Context, imageTag: string): Promise<NextRevision> {
  const { aws, names, service: config, place, howToDeploy, variables } = context;
  requireTag(imageTag);
  const [service, published, repository] = await Promise.all([
    readService(aws, place, howToDeploy),
    readPublished(context, names.taskDefinitionParameter),
    readRepository(context),
  ]);
  requireController(context, service);
  requireAccount(context, service);
  const image = `${repository}:${imageTag}`;
  const [running, base, migration] = await Promise.all([
    describeRevision(aws, revisionOf(service)),
    published === undefined ? undefined : describePublished(context, names.taskDefinitionParameter, published),
    config.database?.migrations ? readMigration(context, image) : undefined,
  ]);
  const input = render(base ?? running, {
    image,
    container: names.container,
    environment: config.environment,
    provenance: provenanceOf(variables),
  });
  const changes = differences(running, describedBy(input));
  return { service, running, published: base?.arn, image, input, changes, migration };
}

/** Where the service's images are. @throws Failure with status 2 where there is no repository */
export async function readRepository({ aws, names, howToDeploy }: Context): Promise<string> {
  const answer = await aws.callUnless(["RepositoryNotFoundException"], "ecr:DescribeRepositories", () =>
    aws.ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [names.repository] })),
  );
  const uri = answer?.repositories?.[0]?.repositoryUri;
  if (uri === undefined) throw new Failure(`there is no repository ${names.repository}: ${howToDeploy}`, EXIT.usage);
  return uri;
}

/** @throws Failure with status 2 */
export function requireTag(tag: string): void {
  if (IMAGE_TAG.fits(tag)) return;
  throw new Failure(`--image-tag is "${tag}"; allowed: ${IMAGE_TAG.allowed}`, EXIT.usage);
}

/** Who deploys the service is decided when it is made; what service.json says since is Terraform's to do. */
export function requireController(
  { service: { deployment }, howToDeploy }: Context,
  { deploymentController, serviceName }: Service,
): void {
  const { type = "ECS" } = deploymentController ?? {};
  if (type === deployment.controller) return;
  throw new Failure(
    `service ${serviceName} is deployed by ${type}, but deployment.controller of its service.json says ` +
      `${deployment.controller}; ${howToDeploy}`,
    EXIT.usage,
  );
}

/** Credentials of another account find another account's service of the same name. */
export function requireAccount({ environment }: Context, { serviceArn = "" }: Service): void {
  const account = serviceArn.split(":")[4];
  if (environment.accountId === undefined || account === environment.accountId) return;
  throw new Failure(
    `these credentials belong to AWS account ${account}, but config/environments/${environment.name}.json says accountId ` +
      `"${environment.accountId}"; use credentials of ${environment.accountId}, or correct accountId`,
    EXIT.usage,
  );
}
