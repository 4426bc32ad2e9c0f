import { describe, expect, it } from "vitest";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY, revisionArn } from "../testing/employee";
import { Refusal } from "../testing/fake-aws";

/** A cloud in which three revisions have been released, of which the last one serves. */
async function released(): Promise<BlueGreenCloud> {
  const cloud = await blueGreenCloud();
  for (const number of [2, 3, 4]) await cloud.run("deploy", "--image-tag", `${number}-employee`);
  expect(cloud.codeDeploy.serving).toBe(revisionArn(4));
  cloud.aws.calls.length = 0;
  return cloud;
}

describe("a rollback by CodeDeploy", () => {
  it("deploys the revision before that has served, and migrates nothing", async () => {
    const cloud = await released();
    const { status, written } = await cloud.run("rollback");
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(["CreateDeployment"]);
    expect(cloud.codeDeploy.serving).toBe(revisionArn(3));
    expect(written).toContain(`✓ employee runs ${FAMILY}:3  before: ${FAMILY}:4\n`);
  });

  it("goes back past a revision whose deployment failed, though the way back from that has succeeded", async () => {
    const cloud = await released();
    cloud.codeDeploy.course = ["Going back", "Gone back"];
    expect((await cloud.run("deploy", "--image-tag", "5-employee")).status).toBe(1);
    cloud.codeDeploy.course = ["Succeeded"];
    expect((await cloud.run("deploy", "--image-tag", "6-employee")).status).toBe(0);
    expect(cloud.codeDeploy.serving).toBe(revisionArn(6));
    expect((await cloud.run("rollback")).status).toBe(0);
    expect(cloud.codeDeploy.serving).toBe(revisionArn(4));
  });

  it("deploys the revision that is named", async () => {
    const cloud = await released();
    expect((await cloud.run("rollback", "--to", "1")).status).toBe(0);
    expect(cloud.codeDeploy.serving).toBe(revisionArn(1));
  });

  it("is refused where no revision before is known to have served", async () => {
    const cloud = await blueGreenCloud();
    await cloud.run("deploy", "--image-tag", "2-employee");
    expect(await cloud.run("rollback")).toMatchObject({
      status: 2,
      message: `no active revision before ${FAMILY}:2 is known to have served as employee; name one by --to: ${FAMILY}:2, ${FAMILY}:1\nnothing was changed`,
    });
  });

  it.each(["Install", "Shift", "Bake"] as const)(
    "ends a deployment in progress (%s) with CodeDeploy's own rollback, until what was before serves",
    async (stage) => {
      const cloud = await released();
      cloud.codeDeploy.course = [stage];
      await cloud.run("deploy", "--image-tag", "5-employee", "--timeout", "1");
      cloud.aws.calls.length = 0;
      const { status, written } = await cloud.run("rollback");
      expect(status).toBe(0);
      expect(cloud.aws.changes).toEqual(["StopDeployment"]);
      expect(cloud.aws.inputs("StopDeployment")).toEqual([{ deploymentId: "d-4", autoRollbackEnabled: true }]);
      expect(cloud.codeDeploy.serving).toBe(revisionArn(4));
      expect(written).toContain(`✓ employee runs ${FAMILY}:4  before: ${FAMILY}:5\n`);
    },
  );

  it("ends as it should when it is killed after any call and run again", async () => {
    for (let calls = 1; ; calls++) {
      const cloud = await blueGreenCloud(["Install"]);
      await cloud.run("deploy", "--image-tag", "2-employee", "--no-wait");
      const first = await cloud.runKilled(calls, "rollback");
      if (first.status === 0) break;
      if (cloud.codeDeploy.deployments.every(({ stage }) => stage === "Succeeded" || stage === "Failed")) continue;
      expect(await cloud.run("rollback"), `killed after call ${calls}`).toMatchObject({ status: 0 });
      expect(cloud.codeDeploy.serving).toBe(revisionArn(1));
      expect(cloud.aws.count("CreateDeployment")).toBe(1);
    }
  });

  it("waits for a way back that is in progress, and asks for no second one", async () => {
    const cloud = await blueGreenCloud(["Going back"]);
    await cloud.run("deploy", "--image-tag", "2-employee", "--timeout", "1");
    cloud.aws.calls.length = 0;
    cloud.codeDeploy.course = ["Going back", "Gone back"];
    expect(await cloud.run("rollback")).toMatchObject({ status: 0, message: "" });
    expect(cloud.aws.changes).toEqual([]);
  });

  it("ends with 1 where the deployment was done before it could be ended", async () => {
    const cloud = await released();
    cloud.codeDeploy.course = ["Bake"];
    await cloud.run("deploy", "--image-tag", "5-employee", "--timeout", "1");
    cloud.aws.on("StopDeployment", () => {
      cloud.codeDeploy.course = ["Succeeded"];
      return new Refusal("DeploymentAlreadyCompletedException");
    });
    expect(await cloud.run("rollback")).toMatchObject({
      status: 1,
      message:
        `the deployment of ${FAMILY}:5 had come to its end before it could be ended: ${FAMILY}:5 serves. The same command ` +
        "goes back from it: npm run release -- rollback employee --env local",
    });
  });

  it("ends with 3 where a revision is named while a deployment is in progress", async () => {
    const cloud = await released();
    cloud.codeDeploy.begin(revisionArn(3));
    expect(await cloud.run("rollback", "--to", "2")).toMatchObject({
      status: 3,
      message: expect.stringMatching(/^a deployment of \S+:3 is in progress; without --to, rollback ends it/),
    });
    expect(cloud.aws.changes).toEqual([]);
  });
});
