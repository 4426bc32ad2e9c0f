import { setTimeout as sleep } from "node:timers/promises";
import * as ecs from "@aws-sdk/client-ecs";
import { registerWithTag } from "../cloud/revision";
import type { ClientSettings } from "../cloud/variables";

export const CLUSTER = "jenkins-ecs-local";
const POLL_MS = 50;
const BOUND_MS = 120_000;

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
    const taskDefinition = await this.register(service, tag);
    const startedAt = Date.now();
    await this.client.send(new ecs.UpdateServiceCommand({ cluster: CLUSTER, service, taskDefinition }));
    const [brief] = await this.#deployments(service);
    const arn = brief?.serviceDeploymentArn ?? "";
    for (;;) {
      const deployment = await this.#deployment(arn);
      if (deployment.finishedAt) {
        return { tookMs: Date.now() - startedAt, deployment, service: await this.service(service) };
      }
      if (Date.now() - startedAt > BOUND_MS) throw new Error(`no end: ${JSON.stringify(deployment, undefined, 2)}`);
      await sleep(POLL_MS);
    }
  }

  /** A revision like the one that the service runs, with another image tag. Gives its ARN. */
  async register(service: string, tag: string): Promise<string> {
    const { taskDefinition = "" } = await this.service(service);
    return registerWithTag(this.client, taskDefinition, tag);
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

  async #deployments(service: string): Promise<readonly ecs.ServiceDeploymentBrief[]> {
    const { serviceDeployments = [] } = await this.client.send(
      new ecs.ListServiceDeploymentsCommand({ cluster: CLUSTER, service }),
    );
    return serviceDeployments;
  }

  async #deployment(arn: string): Promise<ecs.ServiceDeployment> {
    const { serviceDeployments = [] } = await this.client.send(
      new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
    );
    const [deployment] = serviceDeployments;
    if (!deployment) throw new Error(`there is no service deployment ${arn}`);
    return deployment;
  }
}
