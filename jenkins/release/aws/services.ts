import * as ecs from "@aws-sdk/client-ecs";
import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";
import type { Aws } from "./aws";

/** Where a service is: cluster and name. */
export interface ServicePlace {
  readonly cluster: string;
  readonly service: string;
}

/** Largest page of ListTasks and DescribeTasks. */
const TASKS_PER_CALL = 100;

/**
 * Reads a service.
 *
 * @param howToDeploy the end of the message for one that is not there
 * @throws Failure with status 2 where it does not exist
 */
export async function readService(aws: Aws, place: ServicePlace, howToDeploy: string): Promise<ecs.Service> {
  const { cluster, service: name } = place;
  const answer = await aws.callUnless(["ClusterNotFoundException"], "ecs:DescribeServices", () =>
    aws.ecs.send(new ecs.DescribeServicesCommand({ cluster, services: [name] })),
  );
  if (!answer) throw new Failure(`there is no cluster ${cluster}: ${howToDeploy}`, EXIT.usage);
  const service = answer.services?.find(({ status }) => status !== "INACTIVE");
  if (!service) throw new Failure(`there is no service ${name} in cluster ${cluster}: ${howToDeploy}`, EXIT.usage);
  return service;
}

/** The task set that serves, of a service that CodeDeploy deploys. */
export function primaryTaskSet({ taskSets = [] }: ecs.Service): ecs.TaskSet | undefined {
  return taskSets.find(({ status }) => status === "PRIMARY");
}

/** The deployment that a service makes or has made last; of one that CodeDeploy deploys, the task set that serves. */
export function primaryOf(service: ecs.Service): ecs.Deployment | undefined {
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  const taskSet = primaryTaskSet(service);
  if (primary || !taskSet) return primary;
  const { computedDesiredCount, ...rest } = taskSet;
  return { ...rest, desiredCount: computedDesiredCount };
}

/** ARN of the revision that a service is set to. */
export function revisionOf(service: ecs.Service): string {
  return primaryTaskSet(service)?.taskDefinition ?? service.taskDefinition ?? "";
}

/** Where the tasks that serve are targets. */
export function loadBalancersOf(service: ecs.Service): readonly ecs.LoadBalancer[] {
  return primaryTaskSet(service)?.loadBalancers ?? service.loadBalancers ?? [];
}

/** The capacity providers of a service's tasks; none where it has a launch type instead. */
export function capacityProviderStrategyOf(service: ecs.Service): readonly ecs.CapacityProviderStrategyItem[] {
  const { capacityProviderStrategy = [] } = service;
  if (capacityProviderStrategy.length > 0) return capacityProviderStrategy;
  return primaryTaskSet(service)?.capacityProviderStrategy ?? [];
}

/** Tasks of a service, or of a family wherever it runs in the cluster. */
export async function readTasks(
  aws: Aws,
  asked: Pick<ecs.ListTasksRequest, "cluster" | "serviceName" | "family" | "desiredStatus">,
): Promise<readonly ecs.Task[]> {
  const found: ecs.Task[] = [];
  let nextToken: string | undefined;
  do {
    const page = await aws.call("ecs:ListTasks", () =>
      aws.ecs.send(new ecs.ListTasksCommand({ ...asked, maxResults: TASKS_PER_CALL, nextToken })),
    );
    nextToken = page.nextToken;
    const { taskArns: tasks = [] } = page;
    if (tasks.length === 0) continue;
    const described = await aws.call("ecs:DescribeTasks", () =>
      aws.ecs.send(new ecs.DescribeTasksCommand({ cluster: asked.cluster, tasks })),
    );
    found.push(...(described.tasks ?? []));
  } while (nextToken);
  return found;
}
