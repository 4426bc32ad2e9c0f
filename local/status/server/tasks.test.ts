import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { taskStatesOf } from "./tasks";

const CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/jenkins-ecs-local";

function task(id: string, given: Partial<Task> = {}): Task {
  return {
    taskArn: `arn:aws:ecs:us-east-1:123456789012:task/jenkins-ecs-local/${id}`,
    clusterArn: CLUSTER,
    group: "service:service-a",
    taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/service-a:3",
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    createdAt: new Date(1_000),
    ...given,
  };
}

const statesOf = (...tasks: Task[]) => taskStatesOf(tasks, new Map([["container-instance", "i-1"]]));

describe("taskStatesOf", () => {
  it("says of which service a task is, and where it runs", () => {
    const onInstance = { containerInstanceArn: "container-instance" };
    expect(statesOf(task("a", { ...onInstance, startedAt: new Date(2_000) }))).toMatchObject([
      {
        id: "a",
        service: "jenkins-ecs-local/service-a",
        group: "service-a",
        cluster: "jenkins-ecs-local",
        revision: "service-a:3",
        status: "RUNNING",
        startedAt: 2_000,
        on: "i-1",
      },
    ]);
  });

  it("knows no service of a task that was started by itself", () => {
    expect(statesOf(task("a", { group: "family:migrate", capacityProviderName: "FARGATE" }))).toMatchObject([
      { service: undefined, group: "migrate", on: "FARGATE" },
    ]);
  });

  it("puts those that run first, by age, then those that have stopped, the last one first", () => {
    const stopped = (id: string, at: number) =>
      task(id, { lastStatus: "STOPPED", desiredStatus: "STOPPED", stoppedAt: new Date(at), createdAt: new Date(0) });
    const states = statesOf(stopped("s1", 1), task("b", { createdAt: new Date(2_000) }), stopped("s2", 2), task("a"));
    expect(states.map(({ id }) => id)).toEqual(["a", "b", "s2", "s1"]);
  });

  it("shows the twenty that stopped last", () => {
    const stopped = Array.from({ length: 30 }, (_, index) =>
      task(`s${index}`, { lastStatus: "STOPPED", stoppedAt: new Date(index) }),
    );
    expect(statesOf(...stopped).map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `s${29 - index}`),
    );
  });

  it("says why a task has stopped", () => {
    const why = { stoppedReason: "Essential container in task exited", containers: [{ exitCode: 137 }, {}] };
    expect(statesOf(task("a", { lastStatus: "STOPPED", ...why }))).toMatchObject([
      { stoppedReason: why.stoppedReason, exitCodes: [137] },
    ]);
  });
});
