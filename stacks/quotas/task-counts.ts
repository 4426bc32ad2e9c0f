import type { QuotaId } from "../../modules/aws/quotas";
import { listAt, numberAt, textAt, valueAt } from "../documents/body";
import { constructPath, type Documents } from "../documents/documents";
import { type Count, type Counter, Tally } from "./count";
import { knownText } from "./known-text";
import { capacityProviders, type PlannedTasks } from "./planned-tasks";

const CPU_UNITS_PER_VCPU = 1024;

/** Counts tasks: of a service, in a namespace, the vCPU of all on Fargate; and what a task definition may have. */
export const countTasks: Counter = (documents, { region, planned }) => [
  ...planned.map(({ service, max }): Count => {
    return { quota: "tasksPerService", scope: constructPath(service), used: max };
  }),
  ...countNamespaces(documents, planned),
  countVcpus("fargateVcpus", "FARGATE", planned, region),
  countVcpus("fargateSpotVcpus", "FARGATE_SPOT", planned, region),
  ...countTaskDefinitions(documents),
];

function countNamespaces(documents: Documents, planned: readonly PlannedTasks[]): readonly Count[] {
  const registries = new Tally(documents.ofType("aws_service_discovery_service"));
  const namespaces = new Tally(documents.ofType("aws_service_discovery_private_dns_namespace"));
  for (const { service, peak } of planned) {
    const arn = valueAt(service.body, "service_registries", "registry_arn");
    for (const registry of documents.referred(service.stack, arn, "aws_service_discovery_service")) {
      registries.add(registry, peak);
      const namespace = valueAt(registry.body, "dns_config", "namespace_id");
      const type = "aws_service_discovery_private_dns_namespace";
      for (const one of documents.referred(registry.stack, namespace, type)) namespaces.add(one, peak);
    }
  }
  return [...registries.counts("instancesPerRegistry"), ...namespaces.counts("instancesPerNamespace")];
}

/** A task that may run on either of two providers counts for both. */
function countVcpus(quota: QuotaId, provider: string, planned: readonly PlannedTasks[], scope: string): Count {
  const units = planned
    .filter((one) => capacityProviders(one).includes(provider))
    .map(({ taskDefinition, peak }) => peak * (numberAt(taskDefinition?.body, "cpu") ?? 0))
    .reduce((sum, one) => sum + one, 0);
  return { quota, scope, used: units / CPU_UNITS_PER_VCPU };
}

function countTaskDefinitions(documents: Documents): readonly Count[] {
  return documents.ofType("aws_ecs_task_definition").flatMap((definition): readonly Count[] => {
    const text = textAt(definition.body, "container_definitions") ?? "[]";
    const scope = constructPath(definition);
    const containers = listAt({ containers: JSON.parse(text) }, "containers").length;
    return [
      { quota: "containersPerTaskDefinition", scope, used: containers },
      { quota: "taskDefinitionBytes", scope, used: Buffer.byteLength(knownText(text)) },
    ];
  });
}
