import { listAt, textAt, valueAt } from "../../../stacks/documents/body";
import type { Resource } from "../../diagram/resource";
import { product, ratio, sum, type Term } from "../arithmetic";
import {
  type Context,
  eachLevel,
  fixed,
  type Item,
  type Level,
  type Levels,
  type Pricer,
  type Unpriced,
} from "../charge";
import { instanceCounts, mostInstances, type Tenant, tenantsOf } from "../instances";
import { nameOf } from "../plan";
import { numberAt, taskCounts, taskSize } from "../tasks";

/** Metrics of detailed monitoring that an instance has. Source: Amazon CloudWatch pricing, "EC2 Detailed Monitoring". */
const DETAILED_MONITORING_METRICS = 7;

/** Alarms that managed scaling watches a group by. */
const ALARMS_OF_MANAGED_SCALING = 2;

/** GB of a task's own disk that Fargate's price includes. Source: AWS Fargate pricing. */
const FARGATE_STORAGE_GIB = 20;

/** Tasks on Fargate; those on instances are paid for with the instances. */
export const priceService: Pricer = (service, context) => {
  const { plan, prices, assumptions } = context;
  const providers = listAt(service.body, "capacity_provider_strategy").map((one) => textAt(one, "capacity_provider"));
  if (providers.length > 0 && plan.refersTo(service, "aws_ecs_capacity_provider").length > 0) return [];
  if (providers.some((provider) => provider !== "FARGATE")) return [{ noPrice: `tasks on ${providers.join(" and ")}` }];
  const size = taskSize(service, plan);
  if (!size || hasMoreStorage(service, context))
    return [{ noPrice: "tasks of a size or storage that no price is known for" }];
  const { of } = prices;
  const [vcpuHour, gbHour] = size.arm
    ? [of.fargateArmVcpuHour, of.fargateArmGbHour]
    : [of.fargateVcpuHour, of.fargateGbHour];
  const hour = sum(product(size.vcpu, vcpuHour), product(size.memoryGiB, gbHour));
  const tasks = taskCounts(service, plan);
  return [
    {
      what: `Fargate tasks, ${size.vcpu} vCPU, ${size.memoryGiB} GB${size.arm ? ", ARM" : ""}`,
      cost: { fixed: eachLevel((level) => product(tasks[level], assumptions.hoursPerMonth, hour)) },
    },
  ];
};

function hasMoreStorage(service: Resource, { plan }: Context): boolean {
  const [definition] = plan.refersTo(service, "aws_ecs_task_definition");
  return (numberAt(definition?.body, "ephemeral_storage", "size_in_gib") ?? 0) > FARGATE_STORAGE_GIB;
}

/** Instances of a group, with what each has: volumes and detailed monitoring. Split among the services by their memory. */
export const priceInstances: Pricer = (group, context) => {
  const [template] = context.plan.refersTo(group, "aws_launch_template");
  const type = typeOf(group, template);
  const hour = context.prices.instanceHour[type];
  const tenants = tenantsOf(group, context.plan);
  const counts = instanceCounts(group, type, tenants, context);
  if (hour === undefined || !counts) return [{ noPrice: `instances of type ${type} (instanceHour)` }];
  const extras = extrasOf(template, context);
  if ("noPrice" in extras) return [extras];
  const cost = instancesCost(group, counts.running, hour, extras.term, context);
  return [...split(`instances ${type}`, tenants, cost), ...beyondMost(group, counts.needed.fullScale)];
};

/** A cost that services share, as items of theirs; the stack's where there is none. */
function split(what: string, tenants: readonly Tenant[], cost: (level: Level) => Term): readonly Item[] {
  const [only, ...others] = tenants;
  if (!only || others.length === 0) {
    return [{ what, ...(only && { service: only.service }), cost: { fixed: eachLevel(cost) } }];
  }
  return tenants.map((tenant) => ({
    what,
    service: tenant.service,
    cost: { fixed: eachLevel((level) => product(shareOf(tenant, tenants, level), cost(level))) },
  }));
}

/** What a group would have to have for all tasks to run: no number has it. */
function beyondMost(group: Resource, needed: number): readonly Unpriced[] {
  const most = mostInstances(group);
  return needed > most
    ? [{ noPrice: `at full scale tasks need ${needed} instances, and the group has at most ${most}` }]
    : [];
}

/** The first type is preferred, and so priced: `prioritized` is how a group takes on-demand instances. */
function typeOf(group: Resource, template: Resource | undefined): string {
  const first = textAt(group.body, "mixed_instances_policy", "launch_template", "override", "instance_type");
  return first ?? textAt(template?.body, "instance_type") ?? "unknown";
}

/** What an instance has that is paid apart: its volumes, and detailed monitoring. */
function extrasOf(template: Resource | undefined, { prices }: Context): { term: readonly Term[] } | Unpriced {
  const volumes = listAt(template?.body, "block_device_mappings").map((mapping) => valueAt(mapping, "ebs"));
  const other = volumes.find((volume) => textAt(volume, "volume_type") !== "gp3");
  if (other !== undefined) return { noPrice: `volumes of type ${textAt(other, "volume_type")}` };
  const monitored = String(valueAt(template?.body, "monitoring", "enabled")) === "true";
  return {
    term: [
      ...volumes.map((volume) => product(numberAt(volume, "volume_size") ?? 0, prices.of.volumeGp3Gb)),
      ...(monitored ? [product(DETAILED_MONITORING_METRICS, prices.of.customMetric)] : []),
    ],
  };
}

function instancesCost(
  group: Resource,
  counts: Levels<number>,
  hour: number,
  extras: readonly Term[],
  { assumptions }: Context,
): (level: Level) => Term {
  const distribution = valueAt(group.body, "mixed_instances_policy", "instances_distribution");
  const base = numberAt(distribution, "on_demand_base_capacity") ?? 0;
  const percent = numberAt(distribution, "on_demand_percentage_above_base_capacity") ?? 100;
  const { hoursPerMonth, spotDiscount } = assumptions;
  return (level) => {
    const all = counts[level];
    const aboveBase = Math.max(0, all - base);
    // Source: EC2 Auto Scaling User Guide, "Allocation strategies for multiple instance types": shares are rounded up.
    const onDemand = Math.min(all, base) + Math.ceil((aboveBase * percent) / 100);
    const spot = product(hoursPerMonth, hour, 1 - spotDiscount);
    if (onDemand === all) return product(all, sum(product(hoursPerMonth, hour), ...extras));
    if (onDemand === 0) return product(all, sum(spot, ...extras));
    return sum(
      product(onDemand, sum(product(hoursPerMonth, hour), ...extras)),
      product(all - onDemand, sum(spot, ...extras)),
    );
  };
}

/** A service's share of the memory that all tasks of a group have. */
function shareOf(tenant: Tenant, tenants: readonly Tenant[], level: Level): Term {
  const memory = (one: Tenant) => one.tasks[level] * one.size.memoryMiB;
  const all = tenants.reduce((total, one) => total + memory(one), 0);
  return all === 0 ? ratio(1, tenants.length) : ratio(memory(tenant), all);
}

/** Container Insights: metrics of the cluster, of its services, and with enhanced observability of each task. */
export const priceCluster: Pricer = (cluster, { plan, prices: { of }, assumptions }) => {
  const setting = listAt(cluster.body, "setting").find((one) => textAt(one, "name") === "containerInsights");
  const insights = textAt(setting, "value");
  const services = plan.referredBy(cluster, "aws_ecs_service");
  const item = (what: string, term: Term, service?: string): Item => ({
    what: `Container Insights, ${what}`,
    cost: { use: term },
    ...(service !== undefined && { service }),
  });
  if (insights === "enabled") {
    return [
      item("cluster", product(assumptions.insightsPerCluster, of.customMetric)),
      ...services.map((service) =>
        item("service", product(assumptions.insightsPerService, of.customMetric), nameOf(service)),
      ),
    ];
  }
  if (insights !== "enhanced") return [];
  return [
    item("cluster", product(assumptions.enhancedPerCluster, of.enhancedInsightsMetric)),
    ...services.flatMap((service) => [
      item("service", product(assumptions.enhancedPerService, of.enhancedInsightsMetric), nameOf(service)),
      item(
        "tasks",
        product(taskCounts(service, plan).desired, assumptions.enhancedPerTask, of.enhancedInsightsMetric),
        nameOf(service),
      ),
    ]),
  ];
};

export const priceCapacityProvider: Pricer = ({ body }, { prices: { of } }) =>
  textAt(body, "auto_scaling_group_provider", "managed_scaling", "status") === "ENABLED"
    ? [fixed("alarms of managed scaling", product(ALARMS_OF_MANAGED_SCALING, of.alarmMetric))]
    : [];
