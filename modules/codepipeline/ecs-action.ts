import type { CodepipelineStageAction } from "@cdktf/provider-aws/lib/codepipeline";
import type { Range } from "../aws/limits";
import { registerStatements } from "../ecs/task-definition-permissions";
import { type AwsLocation, type PolicyStatement, passRolesToTasks } from "../iam/policy";

/** The file with the images to deploy: what the action looks for, and what a build writes. */
export const IMAGE_DEFINITIONS = "imagedefinitions.json";

/** Of the whole action. Source: AWS CodePipeline User Guide, "Quotas in AWS CodePipeline", "Action timeout". */
export const DEPLOYMENT_TIMEOUT_MINUTES: Range = { min: 1, max: 60 };

/** A service that ECS itself rolls, by the names that things of it have: it may belong to another stack. */
export interface RollingService {
  /** Name of its cluster. */
  readonly cluster: string;
  /** Its name. */
  readonly service: string;
  /** Family of its task definition, of which the action registers revisions. */
  readonly family: string;
  /** ARNs of the execution and task roles that its task definition names; one or more. */
  readonly passRoleArns: readonly string[];
}

export interface EcsActionProps {
  /** Name of the action. */
  readonly name: string;
  /** The service that it updates. */
  readonly service: Pick<RollingService, "cluster" | "service">;
  /** The artifact with `imagedefinitions.json`. */
  readonly input: string;
  /** Minutes after which the action fails: 1 to 60. What ECS is doing by then goes on. */
  readonly timeoutMinutes: number;
}

/**
 * An action that gives containers of a service other images, and has ECS roll it: the image of each container that
 * `imagedefinitions.json` names (`[{"name": "cart", "imageUri": "..."}]`).
 *
 * Its revision is a copy of the one **that runs**, with these images. What Terraform changes of a task definition (an
 * environment variable, a secret, memory) is in a newer revision, which the action does not look at: such a change reaches
 * the tasks by `npm run release -- deploy SERVICE --image-tag TAG`, whose revision is made of Terraform's, and is in what
 * later executions copy. No migration of a database is run.
 *
 * Where ECS's circuit breaker rolls a deployment back, the action does not notice, and fails only at its timeout
 * (aws/containers-roadmap#1399): the service has served what it did before since then.
 *
 * Source: AWS CodePipeline User Guide, "Amazon Elastic Container Service deploy action reference".
 */
export function ecsDeployment({ name, service, input, timeoutMinutes }: EcsActionProps): CodepipelineStageAction {
  return {
    name,
    category: "Deploy",
    owner: "AWS",
    provider: "ECS",
    version: "1",
    configuration: {
      ClusterName: service.cluster,
      ServiceName: service.service,
      FileName: IMAGE_DEFINITIONS,
      DeploymentTimeout: `${timeoutMinutes}`,
    },
    inputArtifacts: [input],
  };
}

/** What a pipeline's role needs for it. Source: the same, "Service role permissions: Amazon ECS standard action". */
export function deployToEcs(
  location: AwsLocation,
  { cluster, service, family, passRoleArns }: RollingService,
): PolicyStatement[] {
  const { partition, region, accountId } = location;
  return [
    {
      Sid: "UpdateService",
      Effect: "Allow",
      Action: ["ecs:DescribeServices", "ecs:UpdateService"],
      Resource: `arn:${partition}:ecs:${region}:${accountId}:service/${cluster}/${service}`,
    },
    // It knows no resource: ECS refuses anything but "*".
    { Sid: "ReadRevisions", Effect: "Allow", Action: ["ecs:DescribeTaskDefinition"], Resource: "*" },
    ...registerStatements(location, family),
    passRolesToTasks(passRoleArns),
  ];
}
