import { isIP } from "node:net";
import * as ecs from "@aws-sdk/client-ecs";
import * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { lastPart } from "../../modules/aws/arn";
import type { Terminal } from "../../tools/terminal/terminal";
import { readClusters } from "../cloud/clusters";
import { loopbackOf } from "../cloud/loopback";
import { type RunningService, readServices, rolloutOf } from "../cloud/services";
import type { ClientSettings } from "../cloud/variables";
import type { AddressBook, NameEntry } from "../names/address-book";
import { readNames } from "../names/names-file";
import { namesFile } from "../run-folder";
import type { Context } from "./command";
import { groupOf, idOf, readTasks } from "./tasks";

type Tasks = Awaited<ReturnType<typeof readTasks>>;

const STOPPED_SHOWN = 5;
const EVENTS_SHOWN = 3;

/** Prints what runs, in tables that a person reads. */
export async function showStatus({ lifetime, running, settings, terminal }: Context): Promise<void> {
  const [services, tasks, health, instances] = await lifetime.until(
    Promise.all([readServices(settings), readTasks(settings), readHealth(settings), readInstances(settings)]),
  );
  for (const [name, url] of Object.entries(running.listeners)) terminal.line(`${name}: ${url}`);
  for (const [name, url] of Object.entries(running.apis)) terminal.line(`${name} API: ${url}`);
  for (const [domain, url] of Object.entries(running.signIns)) terminal.line(`sign-in pages of ${domain}: ${url}`);
  if (running.statusPage) terminal.line(`status page: ${running.statusPage}`);
  terminal.line(`AWS emulator: ${running.emulatorUrl}, tasks run as ${running.runtime}`);
  printServices(terminal, services, health);
  printTasks(terminal, tasks, instances);
  printStopped(terminal, tasks);
  printNames(terminal, readNames(namesFile(running.folder)));
  for (const { name, service } of services) {
    terminal.line();
    terminal.line(`events of ${name}`);
    for (const { createdAt, message } of (service.events ?? []).slice(0, EVENTS_SHOWN)) {
      terminal.line(`  ${timeOf(createdAt)}  ${message}`);
    }
  }
}

function printServices(terminal: Terminal, services: readonly RunningService[], health: Health): void {
  const rows = services.map(({ name, launchType, service, taskDefinition }) => {
    const image = taskDefinition.containerDefinitions?.[0]?.image ?? "";
    const { state, failed } = rolloutOf(service);
    const groups = service.loadBalancers?.map(({ targetGroupArn = "" }) => health.get(targetGroupArn) ?? "") ?? [];
    return [
      name,
      lastPart(service.clusterArn),
      launchType,
      lastPart(service.taskDefinition),
      image.split(":").at(-1) ?? "",
      `${service.runningCount}/${service.desiredCount}`,
      groups.join(", "),
      failed === undefined ? state : `${state}; ${failed}`,
    ];
  });
  terminal.line();
  terminal.table(["service", "cluster", "launch type", "revision", "image tag", "tasks", "targets", "rollout"], rows);
}

function printTasks(terminal: Terminal, tasks: Tasks, instances: Instances): void {
  const rows = tasks
    .filter(({ lastStatus }) => lastStatus !== "STOPPED")
    .map((task) => {
      const instance = instances.get(task.containerInstanceArn ?? "");
      const place = instance ?? task.capacityProviderName ?? "";
      const status = task.lastStatus ?? "";
      return [idOf(task), groupOf(task), lastPart(task.taskDefinitionArn), status, addressOf(task, instance), place];
    });
  terminal.line();
  terminal.table(["task", "service", "revision", "status", "address", "on"], rows);
}

const isAddress = ({ name }: ecs.KeyValuePair) => name === "privateIPv4Address";

/** Where a task can be asked on this machine, past the load balancer. */
export function addressOf({ containers = [], attachments = [] }: Tasks[number], instance?: string): string {
  const own = attachments.flatMap(({ details = [] }) => details).find(isAddress)?.value;
  const { hostPort } = containers.flatMap(({ networkBindings = [] }) => networkBindings)[0] ?? {};
  if (instance === undefined || own !== undefined) return own ?? "";
  return hostPort === undefined ? "" : `${loopbackOf(instance)}:${hostPort}`;
}

function printStopped(terminal: Terminal, tasks: Tasks): void {
  const rows = tasks
    .filter(({ lastStatus }) => lastStatus === "STOPPED")
    .sort((first, second) => Number(second.stoppedAt) - Number(first.stoppedAt))
    .slice(0, STOPPED_SHOWN)
    .map((task) => {
      const statuses = task.containers?.map(({ exitCode }) => exitCode ?? "-").join(", ") ?? "";
      return [idOf(task), groupOf(task), timeOf(task.stoppedAt), statuses, task.stoppedReason ?? ""];
    });
  if (rows.length === 0) return;
  terminal.line();
  terminal.table(["stopped task", "service", "at", "exit code", "reason"], rows);
}

/** The names by which services find each other, and where they lead. */
function printNames(terminal: Terminal, { names, endpoints }: Pick<AddressBook, "names" | "endpoints">): void {
  const records = Object.entries(names).map(([name, entries]) => [name, entries.map(addressIn).join(", ") || "nobody"]);
  // What is at an address that is no name is ECS's own affair.
  const named = Object.entries(endpoints).filter(([name]) => isIP(name.slice(0, name.lastIndexOf(":"))) === 0);
  const diverted = named.map(([name, places]) => [name, places.map(addressIn).join(", ") || "nobody"]);
  if (records.length + diverted.length === 0) return;
  terminal.line();
  terminal.table(["name", "leads to"], [...records, ...diverted]);
}

function addressIn({ address, port }: NameEntry): string {
  return port === undefined ? address : `${address}:${port}`;
}

type Health = ReadonlyMap<string, string>;

/** `2 healthy, 1 draining`, by target group. */
async function readHealth(settings: ClientSettings): Promise<Health> {
  const client = new elb.ElasticLoadBalancingV2Client(settings);
  const health = new Map<string, string>();
  const { TargetGroups = [] } = await client.send(new elb.DescribeTargetGroupsCommand({}));
  for (const { TargetGroupArn = "" } of TargetGroups) {
    const answer = await client.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn }));
    const states = answer.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State ?? "unknown") ?? [];
    const counts = [...new Set(states)].map((state) => `${states.filter((one) => one === state).length} ${state}`);
    health.set(TargetGroupArn, counts.join(", ") || "none");
  }
  client.destroy();
  return health;
}

type Instances = ReadonlyMap<string, string>;

/** Ids of the EC2 instances, by ARN of the container instance. */
export async function readInstances(settings: ClientSettings): Promise<Instances> {
  const instances = await readClusters(settings, async (client, cluster) => {
    const { containerInstanceArns = [] } = await client.send(new ecs.ListContainerInstancesCommand({ cluster }));
    if (containerInstanceArns.length === 0) return [];
    const described = await client.send(
      new ecs.DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns }),
    );
    return described.containerInstances ?? [];
  });
  return new Map(
    instances.map(({ containerInstanceArn = "", ec2InstanceId = "" }) => [containerInstanceArn, ec2InstanceId]),
  );
}

function timeOf(at?: Date): string {
  return at?.toLocaleTimeString("en-GB") ?? "";
}
