import { describe, expect, it, vi } from "vitest";
import { Refusal } from "../testing/fake-aws";
import { type FakeCloud, servingCloud } from "../testing/fake-cloud";
import { type Course, revisionArn } from "../testing/fake-ecs";

const FAMILY = "jenkins-ecs-local-service-b";
const TAG = "2-service-b";

const deploy = (cloud: FakeCloud, ...options: readonly string[]) => cloud.run("deploy", "--image-tag", TAG, ...options);

const STATUS = "See how it goes: npm run release -- status service-b --env local";
const ROLLBACK = "npm run release -- rollback service-b --env local";

describe("a release that fails", () => {
  it("ends with 1 where it is rolled back, and says what serves and why the tasks died", async () => {
    const cloud = await servingCloud(["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]);
    cloud.ecs.tasks = [
      {
        taskArn: "arn:aws:ecs:us-east-1:123456789012:task/c/1",
        desiredStatus: "STOPPED",
        taskDefinitionArn: revisionArn(2),
        startedBy: "ecs-svc/2",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "service-b", exitCode: 0, reason: "done" }],
      },
    ];
    const { status, message } = await deploy(cloud, "--keep", "2");
    expect(status).toBe(1);
    expect(message).toBe(
      [
        `the release of service-b, tag ${TAG}, was rolled back: the test says ROLLBACK_SUCCESSFUL`,
        `${FAMILY}:1 serves (2 of 2 tasks run); nothing was retired`,
        "why its tasks stopped:",
        "  Essential container in task exited (service-b: exit code 0, done)",
      ].join("\n"),
    );
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "UpdateService"]);
  });

  it("says what serves where the rollback ends in the middle of a look", async () => {
    const cloud = await servingCloud(["IN_PROGRESS"]);
    const handler = cloud.aws.handlerOf("DescribeServiceDeployments");
    cloud.aws.on("DescribeServiceDeployments", (input) => {
      const newest = cloud.ecs.deployments.at(-1);
      // The looks before the update, and the one that finds what it has started.
      if (newest && cloud.aws.count("DescribeServiceDeployments") > 3) {
        newest.status = "ROLLBACK_SUCCESSFUL";
        cloud.ecs.course = ["ROLLBACK_SUCCESSFUL"];
      }
      return handler(input);
    });
    const { status, message } = await deploy(cloud);
    expect(status).toBe(1);
    expect(message.split("\n")[1]).toBe(`${FAMILY}:1 serves (2 of 2 tasks run); nothing was retired`);
  });

  it("ends with 1 where it fails and nobody rolls back", async () => {
    const { status, message } = await deploy(await servingCloud(["FAILED"]));
    expect(status).toBe(1);
    expect(message).toBe(
      [
        `the release of service-b, tag ${TAG}, failed: the test says FAILED`,
        `the service is still set to ${FAMILY}:2 (1 of 2 tasks run)`,
        "no task of it has stopped; see the service's events above",
      ].join("\n"),
    );
  });

  it("ends with 3 where another deployment takes its place, and retires nothing", async () => {
    const cloud = await servingCloud(["IN_PROGRESS", "SUPERSEDED"]);
    for (let number = 2; number <= 8; number++) cloud.ecs.add({}, [{ key: "release:image", value: `${number}` }]);
    const { status, message } = await deploy(cloud, "--keep", "2");
    expect(status).toBe(3);
    expect(message).toBe(
      `the release of service-b, tag ${TAG}, was superseded: a deployment of ${FAMILY}:10 has taken its place. ${STATUS}`,
    );
    expect(cloud.aws.count("DeregisterTaskDefinition")).toBe(0);
  });

  it.each([
    ["a deployment", "IN_PROGRESS", 2],
    ["a rollback", "ROLLBACK_IN_PROGRESS", 1],
  ] as const)("ends with 3 where %s is in progress already, and sends nothing", async (_, state, number) => {
    const cloud = await servingCloud([state]);
    cloud.ecs.begin(cloud.ecs.add());
    const { status, message } = await deploy(cloud);
    expect(status).toBe(3);
    expect(message).toBe(
      `another deployment of service-b is in progress: ${FAMILY}:${number}. Wait for its end ` +
        `(npm run release -- status service-b --env local), or end it: ${ROLLBACK}`,
    );
    expect(cloud.aws.changes).toEqual([]);
  });

  it("ends with 3 where ECS goes back to its revision from another one, instead of taking that for its own", async () => {
    const cloud = await servingCloud();
    await deploy(cloud);
    cloud.ecs.begin(cloud.ecs.add());
    cloud.ecs.course = ["ROLLBACK_IN_PROGRESS"];
    expect((await deploy(cloud)).status).toBe(3);
    expect(cloud.aws.count("UpdateService")).toBe(1);
  });

  it("ends with 3 where its own revision is being rolled back, instead of following the rollback", async () => {
    const cloud = await servingCloud(["IN_PROGRESS"]);
    await deploy(cloud, "--no-wait");
    const before = cloud.aws.changes.length;
    cloud.ecs.course = ["ROLLBACK_IN_PROGRESS"];
    expect((await deploy(cloud)).status).toBe(3);
    expect(cloud.aws.changes.slice(before)).toEqual([]);
  });

  it("ends with 5 where the time is over, and says what to do", async () => {
    const { status, message } = await deploy(await servingCloud(["IN_PROGRESS"]), "--timeout", "1");
    expect(status).toBe(5);
    expect(message).toBe(
      `the release of service-b, tag ${TAG}, is not done after 1 s; the deployment goes on, and nothing was retired. ` +
        `${STATUS}; run the same command again to follow it, or end it: ${ROLLBACK}`,
    );
  });

  it.each([
    ["before anything is sent", "DescribeServices", "nothing was changed", 0],
    ["at the register", "RegisterTaskDefinition", "nothing was changed", 1],
    ["at the update", "UpdateService", `changed until then: registered ${FAMILY}:2; the same command goes on`, 2],
  ])("ends with 4 where it is not allowed %s, and says what was changed", async (_, action, changed, calls) => {
    const cloud = await servingCloud();
    cloud.aws.on(action, () => new Refusal("AccessDeniedException", 400, "no"));
    const { status, message } = await deploy(cloud);
    expect(status).toBe(4);
    expect(message).toBe(
      `AWS does not allow ecs:${action} (AccessDeniedException: no); allow it to whoever releases: the list is in ` +
        `jenkins/README.md\n${changed}`,
    );
    expect(cloud.aws.changes).toHaveLength(calls);
  });

  it("ends with 4 where the credentials end in the middle, and says what was changed", async () => {
    const cloud = await servingCloud();
    cloud.aws.on("DescribeServiceDeployments", () =>
      cloud.aws.count("UpdateService") > 0
        ? new Refusal("ExpiredTokenException", 400, "too late")
        : { serviceDeployments: [] },
    );
    const { status, message } = await deploy(cloud);
    expect(status).toBe(4);
    expect(message).toMatch(
      /^AWS does not take the credentials for ecs:DescribeServiceDeployments \(ExpiredTokenException: too late\); /,
    );
    expect(message.split("\n").at(-1)).toBe(
      `changed until then: registered ${FAMILY}:2; updated service-b to ${FAMILY}:2; the same command goes on`,
    );
  });

  it("ends with 4 where nobody answers, and says that nothing was changed", async () => {
    const cloud = await servingCloud();
    // The port of a server that was closed may be somebody's by now; this one is nobody's.
    const settings = { ...cloud.aws.settings, endpoint: "http://127.0.0.1:1" };
    vi.spyOn(cloud.aws, "settings", "get").mockReturnValue(settings);
    const { status, message } = await deploy(cloud);
    expect(status).toBe(4);
    expect(message).toMatch(
      /^AWS cannot be reached for \S+ at http:\/\/127\.0\.0\.1:\d+ \(.*\); is the network up, and is AWS_ENDPOINT_URL right\?\nnothing was changed$/,
    );
  });

  it("says what was changed where it is interrupted", async () => {
    const cloud = await servingCloud(["IN_PROGRESS"]);
    cloud.aws.on("ListTasks", () => ({ taskArns: [] }));
    const ended = deploy(cloud);
    await expect.poll(() => cloud.aws.count("UpdateService"), { interval: 5 }).toBe(1);
    await expect.poll(() => cloud.aws.count("DescribeServiceDeployments"), { interval: 5 }).toBeGreaterThan(2);
    cloud.lifetime.interrupt();
    expect(await ended).toMatchObject({
      status: 130,
      message: `interrupted; changed until then: registered ${FAMILY}:2; updated service-b to ${FAMILY}:2; the same command goes on`,
    });
  });
});

describe.each(["AccessDeniedException", "UnknownOperationException"])(
  "a release where service deployments answer %s",
  (code) => {
    it.each<[string, readonly Course[], number, string]>([
      ["succeeds", ["IN_PROGRESS", "SUCCESSFUL"], 0, ""],
      [
        "is rolled back",
        ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"],
        1,
        "was rolled back: deployment completed.",
      ],
      ["fails", ["FAILED"], 1, "failed: deployment in_progress."],
      ["is superseded", ["SUPERSEDED"], 3, `was superseded: a deployment of ${FAMILY}:3 has taken its place`],
    ])("%s, told by the deployment's id", async (_, course, status, words) => {
      const cloud = await servingCloud(course);
      cloud.ecs.withoutServiceDeployments(code);
      const ended = await deploy(cloud);
      expect(ended.status).toBe(status);
      expect(ended.message).toContain(words);
      expect(cloud.aws.count("DescribeServiceDeployments")).toBe(0);
    });

    it("sends nothing where one is in progress", async () => {
      const cloud = await servingCloud(["IN_PROGRESS"]);
      cloud.ecs.withoutServiceDeployments(code);
      cloud.ecs.begin(cloud.ecs.add());
      expect((await deploy(cloud)).status).toBe(3);
      expect(cloud.aws.changes).toEqual([]);
    });
  },
);
