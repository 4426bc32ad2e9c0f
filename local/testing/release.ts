import { setTimeout as sleep } from "node:timers/promises";
import * as ecs from "@aws-sdk/client-ecs";
import type { ClientSettings } from "../cloud/variables";
import { readDeployment, registerWithTag, startDeployment } from "./revision";

export const CLUSTER = "jenkins-ecs-local";
const POLL_MS = 50;
/** Three tasks that fail their health checks, one after the other, take most of a minute where nothing else runs. */
const BOUND_MS = 8 * 60_000;

export interface Released {
  /** From the update to the end of the deployment, in milliseconds. */
  readonly tookMs: number;
  readonly service: ecs.Service;
  readonly deployment: ecs.ServiceDeployment;
}

/** Releases as a pipeline does, through the AWS APIs: a revision with another image, and an update of the service. */
export class Releases {
  readonly client: ecs.ECSClient;

  constructor(settings: ClientSettings) {
    this.client = new ecs.ECSClient(settings);
  }

  /** Registers a revision with this image tag, updates the service, and waits until the deployment has ended. */
  async release(service: string, tag: string): Promise<Released> {
    const { taskDefinition: running = "" } = await this.service(service);
    const taskDefinition = await registerWithTag(this.client, running, tag);
    const startedAt = Date.now();
    const arn = await startDeployment(this.client, { cluster: CLUSTER, service, taskDefinition });
    for (;;) {
      const deployment = await readDeployment(this.client, arn);
      if (deployment.finishedAt) {
        return { tookMs: Date.now() - startedAt, deployment, service: await this.service(service) };
      }
      if (Date.now() - startedAt > BOUND_MS) throw new Error(`no end: ${JSON.stringify(deployment, undefined, 2)}`);
      await sleep(POLL_MS);
    }
  }

  async service(name: string): Promise<ecs.Service> {
    const { services = [] } = await this.client.send(
      new ecs.DescribeServicesCommand({ cluster: CLUSTER, services: [name] }),
    );
    const [service] = services;
    if (!service) throw new Error(`there is no service ${name}`);
    return service;
  }

  /** The tasks of a service. */
  async tasks(serviceName: string, desiredStatus: ecs.DesiredStatus): Promise<readonly ecs.Task[]> {
    const { taskArns = [] } = await this.client.send(
      new ecs.ListTasksCommand({ cluster: CLUSTER, serviceName, desiredStatus }),
    );
    if (taskArns.length === 0) return [];
    const described = await this.client.send(new ecs.DescribeTasksCommand({ cluster: CLUSTER, tasks: taskArns }));
    return described.tasks ?? [];
  }
}
