import { instanceSize } from "../../config/instance-types";
import { networkInterfacesOf } from "../../modules/aws/network-interfaces";
import { listAt, numberAt, textAt, valueAt } from "../documents/body";
import { constructPath, type DocumentResource, type Documents } from "../documents/documents";
import { type Count, type Counter, Tally } from "./count";
import { capacityProviders, hasInterfaces, type PlannedTasks } from "./planned-tasks";

/** Counts what instances have: their number in a cluster, vCPU, and network interfaces for tasks. */
export const countInstances: Counter = (documents, { region, planned }) => [
  ...countContainerInstances(documents),
  ...countTaskInterfaces(documents, planned),
  countVcpus(documents, region),
];

function groupOf(documents: Documents, provider: DocumentResource): DocumentResource | undefined {
  const arn = valueAt(provider.body, "auto_scaling_group_provider", "auto_scaling_group_arn");
  return documents.referred(provider.stack, arn, "aws_autoscaling_group")[0];
}

const mostInstances = (group: DocumentResource | undefined) => numberAt(group?.body, "max_size") ?? 0;

/** The types that a group may start. */
function typesOf(documents: Documents, { stack, body }: DocumentResource): readonly string[] {
  const policy = valueAt(body, "mixed_instances_policy", "launch_template");
  const overrides = listAt(policy, "override").flatMap((override) => textAt(override, "instance_type") ?? []);
  if (overrides.length > 0) return overrides;
  const templates = documents.referred(stack, [body.launch_template, policy], "aws_launch_template");
  return templates.flatMap((template) => textAt(template.body, "instance_type") ?? []);
}

function countContainerInstances(documents: Documents): readonly Count[] {
  const clusters = new Tally(documents.ofType("aws_ecs_cluster"));
  for (const { stack, body } of documents.ofType("aws_ecs_cluster_capacity_providers")) {
    const [cluster] = documents.referred(stack, body.cluster_name, "aws_ecs_cluster");
    for (const provider of documents.referred(stack, body.capacity_providers, "aws_ecs_capacity_provider")) {
      if (cluster) clusters.add(cluster, mostInstances(groupOf(documents, provider)));
    }
  }
  return clusters.counts("containerInstancesPerCluster");
}

/**
 * Tasks with network interfaces of their own on a capacity provider, against the interfaces that its instances have beside
 * their first one. Tasks on a bridge have none. Where the account has trunking, instances have far more: not judged.
 */
function countTaskInterfaces(documents: Documents, planned: readonly PlannedTasks[]): readonly Count[] {
  const settings = documents.ofType("aws_ecs_account_setting_default");
  if (settings.some(({ body }) => body.name === "awsvpcTrunking" && body.value === "enabled")) return [];
  const tasks = new Map(documents.ofType("aws_ecs_capacity_provider").map((provider) => [provider, 0]));
  for (const one of planned.filter(hasInterfaces)) {
    const providers = capacityProviders(one);
    for (const provider of documents.referred(one.service.stack, providers, "aws_ecs_capacity_provider")) {
      tasks.set(provider, (tasks.get(provider) ?? 0) + one.peak);
    }
  }
  return [...tasks].flatMap(([provider, used]): readonly Count[] => {
    const group = groupOf(documents, provider);
    const interfaces = group && Math.min(...typesOf(documents, group).map((type) => networkInterfacesOf(type) ?? 0));
    if (!group || !interfaces || !Number.isFinite(interfaces)) return [];
    const limit = mostInstances(group) * (interfaces - 1);
    return [{ quota: "interfacesPerInstances", scope: constructPath(provider), used, limit }];
  });
}

/** Of all groups at their largest, with the largest type that each may start. */
function countVcpus(documents: Documents, region: string): Count {
  const used = documents
    .ofType("aws_autoscaling_group")
    .map((group) => {
      const sizes = typesOf(documents, group).map((type) => instanceSize(type)?.vcpu ?? 0);
      return mostInstances(group) * Math.max(0, ...sizes);
    })
    .reduce((sum, vcpus) => sum + vcpus, 0);
  return { quota: "standardVcpus", scope: region, used };
}
