import type { DeployedService, Deployment } from "../cloud/deployment";
import { Failure } from "../failure";
import { type Target, TargetPool } from "../load-balancer/target-pool";
import type { Lifetime } from "../processes/lifetime";
import { Task, type TaskOptions } from "./task";

export interface RunningServices {
  /** Targets of each target group, by ARN. */
  readonly pools: ReadonlyMap<string, TargetPool>;
  /** The tasks of each service, by its name. */
  readonly tasks: ReadonlyMap<string, readonly Task[]>;
}

export interface RunOptions {
  readonly lifetime: Lifetime;
  readonly deployment: Deployment;
  /** The program that stands for an image. @throws Failure where there is none */
  readonly bundleOf: (image: string) => string;
  /** File for what a task prints, by the task's name. */
  readonly logOf: (task: string) => string;
  readonly exitWithParent: string;
  readonly say: (text: string) => void;
}

/** Runs as many tasks of each service as are desired, and checks the health of each. */
export async function runServices(options: RunOptions): Promise<RunningServices> {
  const { deployment, lifetime, say } = options;
  const tasks = new Map<string, readonly Task[]>();
  const replaceUnhealthy = (target: Target) => {
    const task = [...tasks.values()].flat().find((candidate) => candidate.owns(target));
    task?.replace("stopped answering its health checks");
  };
  const pools = new Map(
    deployment.targetGroups.map(({ arn, healthCheck }) => [
      arn,
      new TargetPool({ healthCheck, onUnhealthy: replaceUnhealthy }),
    ]),
  );
  lifetime.onEnd(async () => {
    await Promise.all([...tasks.values()].flat().map((task) => task.stop()));
  });
  for (const service of deployment.services) tasks.set(service.name, tasksOf(service, pools, options));
  await Promise.all([...tasks.values()].flat().map((task) => task.start()));
  if (tasks.size === 0) say("no service is deployed: nothing runs");
  return { pools, tasks };
}

function tasksOf(
  service: DeployedService,
  pools: ReadonlyMap<string, TargetPool>,
  { lifetime, bundleOf, logOf, exitWithParent, say }: RunOptions,
): readonly Task[] {
  const common: Omit<TaskOptions, "name" | "log"> = {
    lifetime,
    service,
    exitWithParent,
    say,
    bundle: bundleOf(service.container.image),
    pools: service.targetGroupArns.map((arn) => poolOf(service, arn, pools)),
  };
  return Array.from({ length: service.desiredCount }, (_, index) => {
    const name = `${service.name}/${index + 1}`;
    return new Task({ ...common, name, log: logOf(name.replace("/", "-")) });
  });
}

function poolOf(service: DeployedService, arn: string, pools: ReadonlyMap<string, TargetPool>): TargetPool {
  const pool = pools.get(arn);
  if (!pool) throw new Failure(`service ${service.name} names the target group ${arn}, which does not exist`);
  return pool;
}

/** Whether every task has a healthy target in each of its target groups. */
export function allHealthy({ pools }: RunningServices, { services }: Deployment): boolean {
  return services.every(({ desiredCount, targetGroupArns }) =>
    targetGroupArns.every((arn) => healthyTargets(pools, arn) >= desiredCount),
  );
}

export function healthyTargets(pools: ReadonlyMap<string, TargetPool>, arn: string): number {
  return pools.get(arn)?.targets.filter(({ state }) => state === "healthy").length ?? 0;
}
