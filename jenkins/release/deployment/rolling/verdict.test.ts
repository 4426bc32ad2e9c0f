import { type Deployment, type Service, ServiceDeploymentStatus } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { ServiceDeployment } from "../../aws/service-deployments";
import { judge, judgeByDeployments } from "./verdict";

const [OLD, OURS, OTHER] = ["task-definition/cart:1", "task-definition/cart:2", "task-definition/cart:3"];

const deployment = (serviceDeploymentArn: string, status: string, taskDefinition: string): ServiceDeployment =>
  ({ serviceDeploymentArn, status, taskDefinition }) as ServiceDeployment;

const primary = (taskDefinition: string, more: Partial<Deployment> = {}): Deployment => ({
  id: "ecs-svc/2",
  status: "PRIMARY",
  taskDefinition,
  rolloutState: "COMPLETED",
  ...more,
});

const service = (...deployments: readonly Deployment[]): Service => ({ deployments: [...deployments] });

describe("the verdict on a service deployment", () => {
  /** What comes of each status where the deployment is the newest, and its revision serves. */
  const EACH: Readonly<Record<string, unknown>> = {
    PENDING: { state: "ongoing" },
    IN_PROGRESS: { state: "ongoing" },
    STOP_REQUESTED: { state: "ongoing" },
    ROLLBACK_REQUESTED: { state: "ongoing" },
    ROLLBACK_IN_PROGRESS: { state: "ongoing" },
    SUCCESSFUL: { state: "succeeded" },
    STOPPED: { state: "failed", reason: "STOPPED" },
    ROLLBACK_SUCCESSFUL: { state: "rolled back", reason: "ROLLBACK_SUCCESSFUL" },
    ROLLBACK_FAILED: { state: "failed", reason: "ROLLBACK_FAILED" },
  };

  it("knows every status that ECS has", () => {
    expect(Object.keys(EACH).sort()).toEqual(Object.values(ServiceDeploymentStatus).sort());
  });

  it.each(Object.entries(EACH))("is right for %s", (status, verdict) => {
    const own = deployment("ours", status, OURS);
    expect(judge(own, own, service(primary(OURS)))).toEqual(verdict);
  });

  it("is a failure for a status that ECS has not told of", () => {
    const own = deployment("ours", "EXPLODED", OURS);
    expect(judge(own, own, service(primary(OURS)))).toEqual({ state: "failed", reason: "EXPLODED" });
  });

  it("says ECS's reason where there is one", () => {
    const statusReason = "deployment circuit breaker: tasks failed to start.";
    const own = { ...deployment("ours", "ROLLBACK_SUCCESSFUL", OURS), statusReason };
    expect(judge(own, own, service(primary(OLD)))).toEqual({ state: "rolled back", reason: statusReason });
  });

  it("is superseded where it was stopped for a newer deployment", () => {
    const [own, newer] = [deployment("ours", "STOPPED", OURS), deployment("newer", "IN_PROGRESS", OTHER)];
    expect(judge(own, newer, service(primary(OTHER)))).toEqual({ state: "superseded", by: OTHER });
  });

  it("is superseded where another revision serves though it succeeded", () => {
    const own = deployment("ours", "SUCCESSFUL", OURS);
    expect(judge(own, own, service(primary(OTHER)))).toEqual({ state: "superseded", by: OTHER });
  });

  it("is rolled back, not superseded, where somebody deploys again after the rollback", () => {
    const [own, newer] = [deployment("ours", "ROLLBACK_SUCCESSFUL", OURS), deployment("newer", "IN_PROGRESS", OTHER)];
    expect(judge(own, newer, service(primary(OTHER))).state).toBe("rolled back");
  });

  it("is a failure, not superseded, where the rollback failed before somebody deployed again", () => {
    const [own, newer] = [deployment("ours", "ROLLBACK_FAILED", OURS), deployment("newer", "IN_PROGRESS", OTHER)];
    expect(judge(own, newer, service(primary(OTHER)))).toEqual({ state: "failed", reason: "ROLLBACK_FAILED" });
  });

  it("waits where the service is not told as complete yet", () => {
    const own = deployment("ours", "SUCCESSFUL", OURS);
    expect(judge(own, own, service(primary(OURS, { rolloutState: "IN_PROGRESS" })))).toEqual({ state: "ongoing" });
  });
});

describe("the verdict where ECS tells of no service deployments", () => {
  const watched = { revision: OURS, id: "ecs-svc/2" };
  const ours = (more: Partial<Deployment>) => primary(OURS, more);
  const elsewhere = (taskDefinition: string, more: Partial<Deployment> = {}) =>
    primary(taskDefinition, { id: "ecs-svc/3", rolloutStateReason: "the reason.", ...more });
  const drained: Deployment = {
    id: "ecs-svc/2",
    status: "ACTIVE",
    taskDefinition: OURS,
    rolloutState: "FAILED",
    rolloutStateReason: "tasks failed to start.",
  };

  it.each<[string, Service, unknown]>([
    ["is ongoing", service(ours({ rolloutState: "IN_PROGRESS" })), { state: "ongoing" }],
    ["has succeeded", service(ours({ rolloutState: "COMPLETED" })), { state: "succeeded" }],
    [
      "has failed",
      service(ours({ rolloutState: "FAILED", rolloutStateReason: "no." })),
      { state: "failed", reason: "no." },
    ],
    ["has failed without a reason", service(ours({ rolloutState: "FAILED" })), { state: "failed", reason: "FAILED" }],
    ["is being rolled back", service(elsewhere(OLD, { rolloutState: "IN_PROGRESS" }), drained), { state: "ongoing" }],
    [
      "was rolled back, and is told still",
      service(elsewhere(OLD), drained),
      { state: "rolled back", reason: "tasks failed to start." },
    ],
    ["was rolled back, and is told no more", service(elsewhere(OLD)), { state: "rolled back", reason: "the reason." }],
    ["was superseded", service(elsewhere(OTHER)), { state: "superseded", by: OTHER }],
    ["was superseded, and is told still", service(elsewhere(OTHER), drained), { state: "superseded", by: OTHER }],
    [
      "was superseded by another deployment of the same revision",
      service(elsewhere(OURS)),
      { state: "superseded", by: OURS },
    ],
    [
      "is told by no rollout state, and runs in full",
      service({ id: "ecs-svc/2", status: "PRIMARY", runningCount: 2, desiredCount: 2 }),
      { state: "succeeded" },
    ],
    [
      "is told by no rollout state, and does not",
      service({ id: "ecs-svc/2", status: "PRIMARY", runningCount: 1, desiredCount: 2 }),
      { state: "ongoing" },
    ],
    [
      "is told by no rollout state, beside the one before",
      service(
        { id: "ecs-svc/2", status: "PRIMARY", runningCount: 2, desiredCount: 2 },
        { id: "ecs-svc/1", status: "ACTIVE" },
      ),
      { state: "ongoing" },
    ],
  ])("%s", (_, given, verdict) => {
    expect(judgeByDeployments(watched, OLD, given)).toEqual(verdict);
  });

  it("was superseded where the revision before is the same one: that cannot be a rollback", () => {
    expect(judgeByDeployments(watched, OURS, service(elsewhere(OURS)))).toEqual({ state: "superseded", by: OURS });
  });
});
