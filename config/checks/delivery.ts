import type { Finding, Salvaged } from "../finding";
import type { Service } from "../service";

/** Who delivers a service: one pipeline from source, or CodeDeploy's own, and not both. */
export function checkDelivery({ pipeline, deployment }: Salvaged<Service>): readonly Finding[] {
  if (!pipeline || deployment?.controller !== "CODE_DEPLOY") return [];
  return [
    {
      at: [["pipeline"], ["deployment", "controller"]],
      problem:
        "a pipeline from source deploys by ECS, and CodeDeploy's blue/green deployments have a pipeline of their own",
      allowed: '"pipeline": true with "deployment.controller" "ECS"',
      mend: 'write "pipeline": false, or "controller": "ECS"',
    },
  ];
}
