/**
 * Boot script of a container instance. It only tells the ECS agent which cluster to join.
 * Source: ECS Developer Guide, "Amazon ECS container agent configuration".
 */
export function instanceUserData(clusterName: string): string {
  return [
    "#!/bin/bash",
    "cat >>/etc/ecs/ecs.config <<'CONFIG'",
    `ECS_CLUSTER=${clusterName}`,
    // A spot instance that is about to be taken back stops taking tasks and drains those it has.
    "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
    "CONFIG",
    "",
  ].join("\n");
}
