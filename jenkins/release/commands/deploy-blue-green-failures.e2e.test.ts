import { describe, expect, it } from "vitest";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY, MIGRATE_FAMILY, revisionArn } from "../testing/employee";
import { Refusal } from "../testing/fake-aws";

const TAG = "2-employee";

const deploy = (cloud: BlueGreenCloud, ...options: readonly string[]) =>
  cloud.run("deploy", "--image-tag", TAG, ...options);

const STATUS = "See how it goes: npm run release -- status employee --env local";
const ROLLBACK = "npm run release -- rollback employee --env local";
const REASON = "the test says that it failed (TIMEOUT); Install: no task gets healthy";

/** A task of the revision that was to serve, which has stopped. */
const STOPPED = {
  taskArn: "arn:aws:ecs:us-east-1:123456789012:task/coffee-suppliers-local/9",
  desiredStatus: "STOPPED",
  taskDefinitionArn: revisionArn(2),
  startedBy: "ecs-svc/1",
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "employee", exitCode: 3 }],
};

describe("a release by CodeDeploy that fails", () => {
  it("ends with 1, says why, what serves, why the tasks stopped and what one logged last", async () => {
    const cloud = await blueGreenCloud(["Install", "Going back", "Going back", "Gone back"]);
    cloud.tasks.others = [STOPPED];
    const { status, message, written } = await deploy(cloud, "--keep", "2");
    expect(status).toBe(1);
    expect(message).toBe(
      [
        `the release of employee, tag ${TAG}, was rolled back: ${REASON}; CodeDeploy goes back`,
        `${FAMILY}:1 serves (2 of 2 tasks run); nothing was retired`,
        "why its tasks stopped:",
        "  Essential container in task exited (employee: exit code 3)",
        "what one of them logged last:",
        "  table suppliers is locked",
      ].join("\n"),
    );
    expect(written).toContain("! task stopped: Essential container in task exited (employee: exit code 3)\n");
    expect(written).toContain("  … Failed: back to the revision before by d-2\n");
    expect(cloud.aws.count("DeregisterTaskDefinition")).toBe(0);
  });

  it("ends with 1 where CodeDeploy ends it before any traffic has moved, and what served serves on", async () => {
    const { status, message } = await deploy(await blueGreenCloud(["Install", "Failed"]));
    expect(status).toBe(1);
    expect(message.split("\n").slice(0, 2)).toEqual([
      `the release of employee, tag ${TAG}, was rolled back: ${REASON}`,
      `${FAMILY}:1 serves (2 of 2 tasks run); nothing was retired`,
    ]);
  });

  it("ends with 1 where the way back fails, too, and says that the new revision is still set", async () => {
    const { status, message } = await deploy(await blueGreenCloud(["Bake", "Not gone back"]));
    expect(status).toBe(1);
    expect(message.split("\n").slice(0, 2)).toEqual([
      `the release of employee, tag ${TAG}, failed: ${REASON}; CodeDeploy goes back; the rollback d-2 failed, too: the test says that it failed`,
      `the service is still set to ${FAMILY}:2 (2 of 2 tasks run)`,
    ]);
  });

  it("ends with 3 where it was ended and another deployment takes its place, and retires nothing", async () => {
    const cloud = await blueGreenCloud(["Install", "Superseded"]);
    const { status, message } = await deploy(cloud, "--keep", "2");
    expect(status).toBe(3);
    expect(message).toBe(
      `the release of employee, tag ${TAG}, was superseded: a deployment of ${FAMILY}:9 has taken its place. ${STATUS}`,
    );
    expect(cloud.aws.count("DeregisterTaskDefinition")).toBe(0);
  });

  it("ends with 3 where another deployment is in progress already, and changes nothing", async () => {
    const cloud = await blueGreenCloud(["Install"]);
    cloud.codeDeploy.begin(cloud.revisions.add({ ...definitionOf(cloud), cpu: "512" }).arn);
    const { status, message } = await deploy(cloud);
    expect(status).toBe(3);
    expect(message).toBe(
      `another deployment of employee is in progress: ${FAMILY}:2. Wait for its end ` +
        `(npm run release -- status employee --env local), or end it: ${ROLLBACK}`,
    );
    expect(cloud.aws.changes).toEqual([]);
  });

  it("ends with 3 where CodeDeploy is on its way back from its own revision, instead of following that", async () => {
    const cloud = await blueGreenCloud(["Going back"]);
    expect((await deploy(cloud, "--timeout", "1")).status).toBe(5);
    const before = cloud.aws.changes.length;
    expect((await deploy(cloud)).status).toBe(3);
    expect(cloud.aws.changes.slice(before)).toEqual([]);
  });

  it("ends with 3 where another deployment is quicker, leaves the service alone, and says what was changed", async () => {
    const cloud = await blueGreenCloud(["Install"]);
    const limit = new Refusal("DeploymentLimitExceededException", 400, "already has an active Deployment");
    cloud.aws.on("CreateDeployment", () => {
      if (cloud.codeDeploy.deployments.length === 0) cloud.codeDeploy.begin(revisionArn(7));
      return limit;
    });
    const { status, message } = await deploy(cloud);
    expect(status).toBe(3);
    expect(message).toBe(
      `another deployment of employee was quicker: ${FAMILY}:7; the service was left alone. Changed until then: registered ` +
        `${FAMILY}:2; registered ${MIGRATE_FAMILY}:2; started task 1 of ${MIGRATE_FAMILY}:2; the same command goes on`,
    );
    expect(cloud.aws.count("CreateDeployment")).toBe(1);
  });

  it("ends with 5 where the time is over, and says what to do", async () => {
    const { status, message } = await deploy(await blueGreenCloud(["Install"]), "--timeout", "1");
    expect(status).toBe(5);
    expect(message).toBe(
      `the release of employee, tag ${TAG}, is not done after 1 s; the deployment goes on, and nothing was retired. ` +
        `${STATUS}; run the same command again to follow it, or end it: ${ROLLBACK}`,
    );
  });

  it.each([
    ["at the deployment", "codedeploy:CreateDeployment", `changed until then: registered ${FAMILY}:2; registered `],
    ["before anything is sent", "codedeploy:ListDeployments", "nothing was changed"],
    [
      "at the migrations",
      "ecs:RunTask",
      `changed until then: registered ${FAMILY}:2; registered ${MIGRATE_FAMILY}:2; `,
    ],
  ])("ends with 4 where it is not allowed %s, and says what was changed", async (_, action, changed) => {
    const cloud = await blueGreenCloud();
    cloud.aws.on(action.split(":")[1] ?? "", () => new Refusal("AccessDeniedException", 400, "no"));
    const { status, message } = await deploy(cloud);
    expect(status).toBe(4);
    const [first, second] = message.split("\n");
    expect(first).toBe(
      `AWS does not allow ${action} (AccessDeniedException: no); allow it to whoever releases: the list is in jenkins/README.md`,
    );
    expect(second).toMatch(new RegExp(`^${changed}`));
  });

  it("says what was changed where it is interrupted", async () => {
    const cloud = await blueGreenCloud(["Install"]);
    const ended = deploy(cloud);
    await expect.poll(() => cloud.aws.count("GetDeployment"), { interval: 5 }).toBeGreaterThan(1);
    cloud.lifetime.interrupt();
    expect(await ended).toMatchObject({
      status: 130,
      message:
        `interrupted; changed until then: registered ${FAMILY}:2; registered ${MIGRATE_FAMILY}:2; started task 1 of ` +
        `${MIGRATE_FAMILY}:2; created deployment d-1 of ${FAMILY}:2; the same command goes on`,
    });
  });

  it("ends with 2 where the service is deployed by something else than its service.json says", async () => {
    const cloud = await blueGreenCloud();
    cloud.service = { deploymentController: { type: "ECS" } };
    expect(await deploy(cloud)).toMatchObject({
      status: 2,
      message:
        "service employee is deployed by ECS, but deployment.controller of its service.json says CODE_DEPLOY; is `npm start` " +
        "done with its deployment?\nnothing was changed",
    });
  });
});

/** What Terraform has registered for the service. */
function definitionOf({ revisions }: BlueGreenCloud) {
  const [first] = revisions.of(FAMILY);
  if (!first) throw new Error("there is no revision");
  return first.input;
}
