/** What DescribeTaskDefinition answers and RegisterTaskDefinition does not take. Source: ECS API Reference, both. */
export const READ_ONLY_KEYS: readonly string[] = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "registeredBy",
  "deregisteredAt",
  "deleteRequestedAt",
];
