import * as ecs from "@aws-sdk/client-ecs";
import type { Aws } from "./aws";
import { AwsFault } from "./aws-fault";
import type { ServicePlace } from "./services";

/** At most so many ARNs in DescribeServiceDeployments and DescribeServiceRevisions. */
const DESCRIBED_PER_CALL = 20;

export const ONGOING: readonly string[] = [
  "PENDING",
  "IN_PROGRESS",
  "STOP_REQUESTED",
  "ROLLBACK_REQUESTED",
  "ROLLBACK_IN_PROGRESS",
];

/** Answers of a partition or an emulator that has no service deployments, and of a role that may not read them. */
const NOT_THERE = /AccessDenied|UnknownOperation|UnsupportedFeature|NotImplemented|InvalidAction/;

/** A service deployment, and the revision of the task definition that it deploys. */
export interface ServiceDeployment extends ecs.ServiceDeployment {
  /** ARN of the revision. */
  readonly taskDefinition: string;
}

/**
 * The newest service deployments of a service, the newest first; `undefined` where the API is not to be had.
 *
 * @param limit as many at most, up to 20
 */
export async function listServiceDeployments(
  aws: Aws,
  { cluster, service }: ServicePlace,
  asked: { readonly limit?: number; readonly status?: ecs.ServiceDeploymentStatus[] } = {},
): Promise<readonly ServiceDeployment[] | undefined> {
  try {
    const { limit = DESCRIBED_PER_CALL, status } = asked;
    const listed = await aws.call("ecs:ListServiceDeployments", () =>
      aws.ecs.send(
        new ecs.ListServiceDeploymentsCommand({ cluster, service, maxResults: limit, ...(status && { status }) }),
      ),
    );
    const arns = (listed.serviceDeployments ?? []).map(({ serviceDeploymentArn = "" }) => serviceDeploymentArn);
    return await describeServiceDeployments(aws, arns);
  } catch (error) {
    if (error instanceof AwsFault && NOT_THERE.test(error.code)) return undefined;
    throw error;
  }
}

/** Service deployments by ARN, in that order. */
export async function describeServiceDeployments(
  aws: Aws,
  arns: readonly string[],
): Promise<readonly ServiceDeployment[]> {
  if (arns.length === 0) return [];
  const { serviceDeployments = [] } = await aws.call("ecs:DescribeServiceDeployments", () =>
    aws.ecs.send(new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] })),
  );
  const taskDefinitions = await taskDefinitionsOf(
    aws,
    serviceDeployments.map(({ targetServiceRevision }) => targetServiceRevision?.arn ?? ""),
  );
  const byArn = new Map(
    serviceDeployments.map((deployment) => [
      deployment.serviceDeploymentArn,
      { ...deployment, taskDefinition: taskDefinitions.get(deployment.targetServiceRevision?.arn ?? "") ?? "" },
    ]),
  );
  return arns.flatMap((arn) => byArn.get(arn) ?? []);
}

/** The task definition of each service revision: a revision never changes, so each is asked for once. */
async function taskDefinitionsOf(aws: Aws, revisions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = aws.serviceRevisions;
  const unknown = [...new Set(revisions)].filter((arn) => arn !== "" && !known.has(arn));
  if (unknown.length > 0) {
    const { serviceRevisions = [] } = await aws.call("ecs:DescribeServiceRevisions", () =>
      aws.ecs.send(new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: unknown })),
    );
    for (const { serviceRevisionArn = "", taskDefinition = "" } of serviceRevisions) {
      known.set(serviceRevisionArn, taskDefinition);
    }
  }
  return known;
}
