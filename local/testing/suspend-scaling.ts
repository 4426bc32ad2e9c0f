import * as scaling from "@aws-sdk/client-application-auto-scaling";
import type { ClientSettings } from "../cloud/variables";

/**
 * Keeps policies from changing the number of tasks, as a person may for a while: after fifteen calm minutes they would take
 * tasks away that a test counts. Terraform sees no difference.
 *
 * @see Application Auto Scaling User Guide, "Suspend and resume scaling"
 */
export async function suspendScaling(settings: ClientSettings): Promise<void> {
  const client = new scaling.ApplicationAutoScalingClient(settings);
  try {
    for await (const page of scaling.paginateDescribeScalableTargets({ client }, { ServiceNamespace: "ecs" })) {
      for (const { ServiceNamespace, ResourceId, ScalableDimension } of page.ScalableTargets ?? []) {
        const SuspendedState = { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true };
        await client.send(
          new scaling.RegisterScalableTargetCommand({
            ServiceNamespace,
            ResourceId,
            ScalableDimension,
            SuspendedState,
          }),
        );
      }
    }
  } finally {
    client.destroy();
  }
}
