import * as scaling from "@aws-sdk/client-application-auto-scaling";
import { readScalableTargets } from "../cloud/scaling";
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
    for (const { ServiceNamespace, ResourceId, ScalableDimension } of await readScalableTargets(client)) {
      const SuspendedState = { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true };
      const target = { ServiceNamespace, ResourceId, ScalableDimension };
      await client.send(new scaling.RegisterScalableTargetCommand({ ...target, SuspendedState }));
    }
  } finally {
    client.destroy();
  }
}
