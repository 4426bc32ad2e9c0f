import { describe, expect, it } from "vitest";
import { Refusal } from "../testing/fake-aws";
import { type FakeCloud, fakeCloud } from "../testing/fake-cloud";
import { revisionArn } from "../testing/fake-ecs";
import { explainStoppedTasks, newEvents, reasonsOfStoppedTasks } from "./reasons";

const DEPLOYED = { revision: revisionArn(2), deployment: "ecs-svc/2" };
const EXITED = { stoppedReason: "Essential container in task exited", stopCode: "EssentialContainerExited" };

/** A cloud in which these tasks of the deployment have stopped. */
async function stopped(...tasks: readonly object[]): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  cloud.ecs.tasks = tasks.map((task, index) => ({
    taskArn: `arn:aws:ecs:us-east-1:123456789012:task/c/${index}`,
    desiredStatus: "STOPPED",
    taskDefinitionArn: DEPLOYED.revision,
    startedBy: DEPLOYED.deployment,
    ...task,
  }));
  return cloud;
}

async function reasonsOf(...tasks: readonly object[]): Promise<readonly string[]> {
  const { aws, place } = (await stopped(...tasks)).context().context;
  return reasonsOfStoppedTasks(aws, place, DEPLOYED);
}

describe("why tasks have stopped", () => {
  it.each<[string, object, string]>([
    [
      "a container's exit",
      { ...EXITED, containers: [{ name: "cart", exitCode: 3 }] },
      "Essential container in task exited (cart: exit code 3)",
    ],
    [
      "a container that ran out of memory",
      { ...EXITED, containers: [{ name: "cart", exitCode: 137, reason: "OutOfMemoryError" }, { name: "side" }] },
      "Essential container in task exited (cart: exit code 137, OutOfMemoryError)",
    ],
    [
      "an image that cannot be pulled",
      {
        stoppedReason: "Task failed to start",
        containers: [{ name: "cart", reason: "CannotPullContainerError: not found" }],
      },
      "Task failed to start (cart: CannotPullContainerError: not found)",
    ],
    [
      "a health check",
      {
        stoppedReason:
          "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/a/b)",
      },
      "Task failed ELB health checks in (target group)",
    ],
    ["a code alone", { stopCode: "TaskFailedToStart" }, "TaskFailedToStart"],
    ["nothing at all", {}, "no reason given"],
  ])("is %s", async (_, task, reason) => {
    expect(await reasonsOf(task)).toEqual([reason]);
  });

  it("is told once for each reason, the most frequent first, whatever the names in it", async () => {
    const exit = (exitCode: number) => ({ ...EXITED, containers: [{ name: "cart", exitCode }] });
    const port = (name: string) => ({
      stoppedReason: `Service cart: (port 80) is unhealthy in (target-group ${name})`,
    });
    expect(await reasonsOf(exit(3), port("a"), port("b"), port("c"), exit(1), exit(3))).toEqual([
      "3 times: Service cart: (port) is unhealthy in (target group)",
      "2 times: Essential container in task exited (cart: exit code 3)",
      "Essential container in task exited (cart: exit code 1)",
    ]);
  });

  it("is not that ECS itself has stopped them", async () => {
    expect(
      await reasonsOf(
        { stoppedReason: "Scaling activity initiated by (deployment ecs-svc/2)" },
        { stoppedReason: "Task stopped by a deployment ecs-svc/2" },
      ),
    ).toEqual([]);
  });

  it("is not why tasks of another revision or of another deployment have stopped", async () => {
    expect(
      await reasonsOf({ ...EXITED, taskDefinitionArn: revisionArn(1) }, { ...EXITED, startedBy: "ecs-svc/1" }),
    ).toEqual([]);
  });

  it("is told without the deployment where its id is not known", async () => {
    const { aws, place } = (await stopped({ ...EXITED, startedBy: "ecs-svc/1" })).context().context;
    expect(await reasonsOfStoppedTasks(aws, place, { ...DEPLOYED, deployment: "" })).toEqual([EXITED.stoppedReason]);
  });
});

describe("the explanation of stopped tasks", () => {
  const logConfiguration = {
    logDriver: "awslogs",
    options: { "awslogs-group": "/ecs/cart", "awslogs-stream-prefix": "cart" },
  };
  const died = {
    ...EXITED,
    containers: [
      { name: "side", exitCode: 0 },
      { name: "web", exitCode: 3 },
    ],
  };

  async function dying(container: object = { logConfiguration }): Promise<FakeCloud> {
    const cloud = await stopped(died);
    cloud.ecs.add();
    cloud.ecs.add({ containerDefinitions: [{ name: "web", image: "web:1", ...container }] });
    cloud.aws.on("GetLogEvents", () => ({
      events: [{ message: "no database" }, { message: "x".repeat(500) }, { message: "password=hunter2" }],
    }));
    return cloud;
  }

  const explain = (cloud: FakeCloud) => {
    const { aws, place } = cloud.context().context;
    return explainStoppedTasks(aws, place, DEPLOYED);
  };

  it("has what the container logged last that ended the task, without secrets", async () => {
    const cloud = await dying();
    expect(await explain(cloud)).toEqual({
      reasons: ["Essential container in task exited (side: exit code 0; web: exit code 3)"],
      lastWords: ["no database", "x".repeat(300), "(not shown)"],
    });
    expect(cloud.aws.inputs("GetLogEvents")).toEqual([
      { logGroupName: "/ecs/cart", logStreamName: "cart/web/0", limit: 5 },
    ]);
  });

  it.each([
    ["the container logs elsewhere", { logConfiguration: { logDriver: "splunk" } }],
    ["the stream has no name that could be known", { logConfiguration: { logDriver: "awslogs", options: {} } }],
  ])("has no last words where %s", async (_, container) => {
    const cloud = await dying(container);
    expect((await explain(cloud)).lastWords).toEqual([]);
    expect(cloud.aws.count("GetLogEvents")).toBe(0);
  });

  it("has no last words where the log may not be read", async () => {
    const cloud = await dying();
    cloud.aws.on("GetLogEvents", () => new Refusal("AccessDeniedException"));
    expect(await explain(cloud)).toMatchObject({
      reasons: ["Essential container in task exited (side: exit code 0; web: exit code 3)"],
      lastWords: [],
    });
  });

  it("is that they cannot be asked for, where they cannot", async () => {
    const cloud = await dying();
    cloud.aws.on("ListTasks", () => new Refusal("ClientException", 400, "no"));
    expect(await explain(cloud)).toEqual({
      reasons: ["AWS refused ecs:ListTasks (ClientException: no)"],
      lastWords: [],
    });
  });
});

describe("the events of a service", () => {
  it("are told once each, the oldest first, without what tells one task from another", () => {
    const event = (id: string, message: string) => ({ id, message, createdAt: new Date(0) });
    const known = new Set(["1"]);
    const events = [
      event("3", "(service cart) (instance i-1) (port 80) is unhealthy in (target-group arn:x)."),
      event("2", "(service cart) has started 1 tasks: (task 0a1b)."),
      event("1", "(service cart) has reached a steady state."),
    ];
    expect(newEvents({ events }, known)).toEqual([
      "has started 1 tasks: (task).",
      "(instance) (port) is unhealthy in (target group).",
    ]);
    expect(newEvents({ events }, known)).toEqual([]);
    expect(newEvents({}, known)).toEqual([]);
  });
});
