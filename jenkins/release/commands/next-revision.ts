import { DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import type { Service } from "@aws-sdk/client-ecs";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { IMAGE_TAG } from "../../../modules/aws/forms";
import { Failure } from "../../../tools/failure";
import { AwsFault } from "../aws/aws-fault";
import { describeRevision, type Revision } from "../aws/revisions";
import { readService } from "../aws/services";
import type { Context } from "../context";
import { EXIT } from "../exit-status";
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
    readPublished(context),
    readRepository(context),
  ]);
  requireController(service);
  requireAccount(context, service);
  const [running, base] = await Promise.all([
    describeRevision(aws, service.taskDefinition ?? ""),
    published === undefined ? undefined : describePublished(context, published),
  ]);
  const image = `${repository}:${imageTag}`;
  const input = render(base ?? running, {
    image,
    container: names.container,
    environment: config.environment,
    provenance: provenanceOf(variables),
  });
  const changes = differences(running, describedBy(input));
  return { service, running, published: base?.arn, image, input, changes };
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

async function readPublished({ aws, names }: Context): Promise<string | undefined> {
  const answer = await aws.callUnless(["ParameterNotFound"], "ssm:GetParameter", () =>
    aws.ssm.send(new GetParameterCommand({ Name: names.taskDefinitionParameter })),
  );
  return answer?.Parameter?.Value;
}

async function describePublished({ aws, names, howToDeploy }: Context, arn: string): Promise<Revision> {
  try {
    return await describeRevision(aws, arn);
  } catch (error) {
    if (!(error instanceof AwsFault && ["ClientException", "InvalidParameterException"].includes(error.code)))
      throw error;
    throw new Failure(
      `parameter ${names.taskDefinitionParameter} names "${arn.slice(0, 200)}", which is no task definition; ${howToDeploy}`,
      EXIT.usage,
    );
  }
}

/** @throws Failure with status 2 */
export function requireTag(tag: string): void {
  if (IMAGE_TAG.fits(tag)) return;
  throw new Failure(`--image-tag is "${tag}"; allowed: ${IMAGE_TAG.allowed}`, EXIT.usage);
}

function requireController({ deploymentController, serviceName }: Service): void {
  const { type = "ECS" } = deploymentController ?? {};
  if (type === "ECS") return;
  throw new Failure(
    `service ${serviceName} is deployed by ${type}, not by ECS itself: its revisions are deployed by that`,
    EXIT.usage,
  );
}

/** Credentials of another account find another account's service of the same name. */
function requireAccount({ environment }: Context, { serviceArn = "" }: Service): void {
  const account = serviceArn.split(":")[4];
  if (environment.accountId === undefined || account === environment.accountId) return;
  throw new Failure(
    `these credentials belong to AWS account ${account}, but config/environments/${environment.name}.json says accountId ` +
      `"${environment.accountId}"; use credentials of ${environment.accountId}, or correct accountId`,
    EXIT.usage,
  );
}
