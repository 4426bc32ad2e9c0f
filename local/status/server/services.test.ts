import { describe, expect, it } from "vitest";
import type { Project } from "../../../config/load";
import type { RunningService } from "../../cloud/services";
import { placesOf } from "./places";
import { serviceStateOf } from "./services";

const PLACES = placesOf(["local", "production"]);

/** As much of a project as is read. */
const PROJECT = {
  environment: { name: "local" },
  services: [{ name: "employee", system: "coffee-suppliers", database: { access: "write" }, calls: ["customer"] }],
} as unknown as Project;

function running(given: Partial<RunningService["service"]> = {}, cluster = "coffee-suppliers-local"): RunningService {
  return {
    name: "employee",
    clusterArn: `arn:aws:ecs:us-east-1:123456789012:cluster/${cluster}`,
    launchType: "FARGATE",
    service: {
      serviceName: "employee",
      taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/coffee-suppliers-local-employee:3",
      desiredCount: 2,
      runningCount: 2,
      pendingCount: 0,
      deployments: [
        {
          id: "ecs-svc/1",
          status: "PRIMARY",
          rolloutState: "COMPLETED",
          taskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/coffee-suppliers-local-employee:3",
          desiredCount: 2,
          runningCount: 2,
          createdAt: new Date(1_000),
        },
      ],
      events: Array.from({ length: 30 }, (_, index) => ({ createdAt: new Date(index), message: `event ${index}` })),
      loadBalancers: [{ targetGroupArn: "blue" }],
      ...given,
    },
    taskDefinition: {
      cpu: "256",
      memory: "512",
      containerDefinitions: [
        {
          image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/employee:0123abc",
          environment: [{ name: "PLAIN", value: "plain-value" }],
          secrets: [{ name: "PASSWORD", valueFrom: "arn:of-the-secret" }],
        },
      ],
    },
  };
}

const stateOf = (given?: RunningService) => serviceStateOf(given ?? running(), PROJECT, PLACES);

describe("serviceStateOf", () => {
  it("says what runs, of which system it is, and what it uses", () => {
    expect(stateOf()).toMatchObject({
      id: "coffee-suppliers-local/employee",
      place: { system: "coffee-suppliers", environment: "local" },
      isOurs: true,
      controller: "ECS",
      revision: "coffee-suppliers-local-employee:3",
      imageTag: "0123abc",
      rollout: "COMPLETED",
      stable: true,
      groups: ["blue"],
      database: "coffee-suppliers-local",
      calls: ["customer"],
      deployments: [{ id: "ecs-svc/1", revision: "coffee-suppliers-local-employee:3", createdAt: 1_000 }],
    });
  });

  it("has nothing of a task's environment and secrets in it", () => {
    const text = JSON.stringify(stateOf());
    for (const kept of ["PLAIN", "plain-value", "PASSWORD", "arn:of-the-secret"]) expect(text).not.toContain(kept);
  });

  it("shows a service of another environment, which is not acted upon", () => {
    expect(stateOf(running({}, "coffee-suppliers-production"))).toMatchObject({
      place: { system: "coffee-suppliers", environment: "production" },
      isOurs: false,
      database: "coffee-suppliers-production",
    });
  });

  it("shows a service of somebody else's cluster", () => {
    expect(stateOf(running({}, "elsewhere"))).toMatchObject({ place: undefined, isOurs: false, database: undefined });
  });

  it("shows the newest ten events", () => {
    expect(stateOf().events.map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, index) => `event ${index}`),
    );
  });

  it("shows the task sets of a service that CodeDeploy deploys, and the groups of all of them", () => {
    const state = stateOf(
      running({
        deploymentController: { type: "CODE_DEPLOY" },
        deployments: [],
        taskSets: [
          {
            id: "ecs-svc/blue",
            status: "PRIMARY",
            stabilityStatus: "STEADY_STATE",
            loadBalancers: [{ targetGroupArn: "blue" }],
          },
          {
            id: "ecs-svc/green",
            status: "ACTIVE",
            computedDesiredCount: 2,
            loadBalancers: [{ targetGroupArn: "green" }],
          },
        ],
      }),
    );
    expect(state).toMatchObject({ controller: "CODE_DEPLOY", rollout: "BLUE_GREEN", groups: ["blue", "green"] });
    expect(state.deployments.map(({ id, status, desired }) => [id, status, desired])).toEqual([
      ["ecs-svc/blue", "PRIMARY", 0],
      ["ecs-svc/green", "ACTIVE", 2],
    ]);
  });

  it("says why the newest deployment has failed", () => {
    const failed = { rolloutState: "FAILED" as const, rolloutStateReason: "tasks failed to start" };
    expect(stateOf(running({ deployments: [{ status: "PRIMARY", ...failed }] })).failed).toBe("tasks failed to start");
  });
});
