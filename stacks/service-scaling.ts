import type { Construct } from "constructs";
import { isFixed } from "../config/replicas";
import type { Service as ServiceConfig } from "../config/service";
import { ScalableTaskCount } from "../modules/ecs/scalable-task-count";
import type { Service } from "../modules/ecs/service";
import type { ServiceTargets } from "./service-targets";
import type { ServiceFront } from "./system-front";

/** What scales a service; nothing where the number of its tasks is always the same. */
export function createScaling(
  scope: Construct,
  props: {
    readonly config: ServiceConfig;
    readonly service: Service;
    readonly targets: ServiceTargets;
    readonly front: ServiceFront;
  },
): void {
  const { config, service, targets, front } = props;
  const { scaling, replicas } = config;
  if (isFixed(replicas)) return;
  const count = new ScalableTaskCount(scope, "TaskCount", {
    service,
    min: replicas.min,
    max: replicas.max,
    scaleOutCooldownSeconds: scaling.scaleOutCooldownSeconds,
    scaleInCooldownSeconds: scaling.scaleInCooldownSeconds,
  });
  if (scaling.cpuPercent !== false) count.scaleOnCpuUtilization(scaling.cpuPercent);
  if (scaling.memoryPercent !== false) {
    count.scaleOnMemoryUtilization(scaling.memoryPercent, { disableScaleIn: !scaling.memoryScaleIn });
  }
  if (scaling.requestsPerTarget !== undefined) {
    const { loadBalancer } = front.loadBalancer;
    count.scaleOnRequestCount(scaling.requestsPerTarget, loadBalancer, targets.blue.targetGroup);
  }
  for (const schedule of scaling.schedules) count.scaleOnSchedule(schedule);
}
