import { describe, expect, it } from "vitest";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY, MIGRATE_FAMILY, REPOSITORY_URI, revisionArn } from "../testing/employee";
import { CUT, Refusal } from "../testing/fake-aws";

const TAG = "2-employee";

const deploy = (cloud: BlueGreenCloud, ...options: readonly string[]) =>
  cloud.run("deploy", "--image-tag", TAG, ...options);

/** What a release changes, in that order. */
const CHANGES = ["RegisterTaskDefinition", "RegisterTaskDefinition", "RunTask", "CreateDeployment"];

/** The AppSpec that a deployment was created with. */
function appSpecOf(cloud: BlueGreenCloud): unknown {
  const [{ revision } = {}] = cloud.aws.inputs("CreateDeployment");
  const { appSpecContent } = revision as { readonly appSpecContent: { readonly content: string } };
  return JSON.parse(appSpecContent.content);
}

describe("a release by CodeDeploy", () => {
  it("registers, migrates, creates one deployment, follows it to its end, and says what serves", async () => {
    const cloud = await blueGreenCloud(["Created", "Install", "Shift", "Bake", "Succeeded"]);
    const { status, message, written } = await deploy(cloud);
    expect([status, message]).toEqual([0, ""]);
    expect(cloud.aws.changes).toEqual(CHANGES);
    expect(cloud.aws.inputs("CreateDeployment")).toMatchObject([
      {
        applicationName: "coffee-suppliers-local",
        deploymentGroupName: "employee",
        revision: { revisionType: "AppSpecContent" },
      },
    ]);
    expect(cloud.codeDeploy.serving).toBe(revisionArn(2));
    expect(written).toContain(`✓ employee runs ${FAMILY}:2, tag ${TAG}  before: ${FAMILY}:1\n`);
  });

  it("names the revision, the container and its port, and the capacity providers in the AppSpec", async () => {
    const cloud = await blueGreenCloud();
    await deploy(cloud);
    const Properties = {
      TaskDefinition: revisionArn(2),
      LoadBalancerInfo: { ContainerName: "employee", ContainerPort: 8080 },
      CapacityProviderStrategy: [{ CapacityProvider: "FARGATE_SPOT", Base: 1, Weight: 3 }],
    };
    expect(appSpecOf(cloud)).toEqual({
      version: 0,
      Resources: [{ TargetService: { Type: "AWS::ECS::Service", Properties } }],
    });
  });

  it("tells each lifecycle event when it changes, tasks and traffic, and that the new version serves while it bakes", async () => {
    const cloud = await blueGreenCloud(["Created", "Install", "Install", "Shift", "Bake", "Bake", "Succeeded"]);
    const { written } = await deploy(cloud);
    const told = written.split("\n").filter((line) => /^ {4}[A-Z]|^ {4}\S+ serves|…/.test(line));
    expect(told.filter((line) => !line.includes("migrations"))).toEqual([
      "  … Created",
      "    BeforeInstall: Succeeded",
      "    Install: InProgress",
      `  … InProgress: 1 of 2 tasks of ${FAMILY}:2 run, 0 % of the traffic; 2 of the revision before, 100 %`,
      "    Install: Succeeded",
      "    AllowTestTraffic: Succeeded",
      "    AllowTraffic: InProgress",
      `  … InProgress: 2 of 2 tasks of ${FAMILY}:2 run, 10 % of the traffic; 2 of the revision before, 90 %`,
      "    AllowTraffic: Succeeded",
      "    AfterAllowTraffic: Succeeded",
      `    ${FAMILY}:2 serves all traffic; the tasks before stay for a while, for a quick way back`,
      `  … InProgress: 2 of 2 tasks of ${FAMILY}:2 run, 100 % of the traffic; 2 of the revision before, 0 %`,
      `  … Succeeded: 2 of 2 tasks of ${FAMILY}:2 run, 100 % of the traffic; 2 of the revision before, 0 %`,
    ]);
  });

  it("follows for as long as the group waits on purpose, and says so; --timeout is what it is", async () => {
    const waiting = async (...options: readonly string[]) => {
      const cloud = await blueGreenCloud();
      const terminateBlueInstancesOnDeploymentSuccess = { action: "TERMINATE", terminationWaitTimeInMinutes: 5 };
      cloud.codeDeploy.group = { blueGreenDeploymentConfiguration: { terminateBlueInstancesOnDeploymentSuccess } };
      cloud.codeDeploy.routing = {
        type: "TimeBasedCanary",
        timeBasedCanary: { canaryPercentage: 10, canaryInterval: 2 },
      };
      return (await deploy(cloud, ...options)).written;
    };
    const waits = "it waits on purpose: 120 s while the traffic moves, 300 s until the tasks before are ended";
    expect(await waiting()).toContain(`    followed for 1320 s at most; ${waits}\n`);
    expect(await waiting("--timeout", "60")).toContain(`    followed for 60 s at most; ${waits}\n`);
  });

  it("registers nothing, migrates nothing and deploys nothing where nothing would change", async () => {
    const cloud = await blueGreenCloud();
    await deploy(cloud);
    const { status, written } = await deploy(cloud);
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(CHANGES);
    expect(written).toContain(`✓ nothing to change: employee runs ${FAMILY}:2, tag ${TAG}  nothing was registered\n`);
  });

  it("changes nothing where it is a dry run, and tells that migrations would come first", async () => {
    const cloud = await blueGreenCloud();
    const { status, written } = await deploy(cloud, "--dry-run");
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual([]);
    expect(written).toContain(
      `  ~ containers.employee.image: "${REPOSITORY_URI}:bootstrap" → "${REPOSITORY_URI}:${TAG}"\n`,
    );
    expect(written).toContain(`before that, a task of ${MIGRATE_FAMILY} would run the image's migrations\n`);
  });

  it("does not follow the deployment with --no-wait", async () => {
    const cloud = await blueGreenCloud(["Install"]);
    const { status, written } = await deploy(cloud, "--no-wait");
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(CHANGES);
    expect(cloud.aws.count("GetDeployment")).toBe(0);
    expect(written).toContain("✓ employee is being deployed  ");
  });

  it("retires old revisions of the service and of its migrations, by one rule", async () => {
    const cloud = await blueGreenCloud();
    for (let release = 2; release <= 4; release++) {
      expect((await cloud.run("deploy", "--image-tag", `${release}-employee`, "--keep", "2")).status).toBe(0);
    }
    const retired = cloud.aws.inputs("DeregisterTaskDefinition").map(({ taskDefinition }) => taskDefinition);
    expect(retired).toEqual([revisionArn(2), revisionArn(2, MIGRATE_FAMILY)]);
  });
});

describe("a release by CodeDeploy that is not the first to try", () => {
  it("follows the deployment in progress of its revision, and creates no second one", async () => {
    const cloud = await blueGreenCloud(["Install"]);
    await deploy(cloud, "--no-wait");
    cloud.codeDeploy.course = ["Install", "Bake", "Succeeded"];
    const { status } = await deploy(cloud);
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(CHANGES);
  });

  it("follows it where its traffic has moved already", async () => {
    const cloud = await blueGreenCloud(["Bake"]);
    expect((await deploy(cloud, "--timeout", "1")).status).toBe(5);
    cloud.codeDeploy.course = ["Bake", "Succeeded"];
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.changes).toEqual(CHANGES);
  });

  it("creates no second deployment where the answer to the first was lost", async () => {
    const cloud = await blueGreenCloud();
    cloud.aws.loseAnswer("CreateDeployment");
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.count("CreateDeployment")).toBe(1);
    expect(cloud.codeDeploy.deployments).toHaveLength(1);
  });

  it.each([
    ["throttled", new Refusal("ThrottlingException")],
    ["answered by HTTP 500, and had no effect", new Refusal("ServerException", 500)],
    ["cut off, and had no effect", CUT],
  ])("creates one deployment where the first attempt was %s", async (_, answer) => {
    const cloud = await blueGreenCloud();
    cloud.aws.next("CreateDeployment", answer);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.count("CreateDeployment")).toBe(2);
    expect(cloud.codeDeploy.deployments).toHaveLength(1);
  });

  it.each(["GetDeployment", "BatchGetDeploymentTargets", "DescribeServices", "ListDeployments"])(
    "goes on where %s is throttled",
    async (action) => {
      const cloud = await blueGreenCloud(["Install", "Succeeded"]);
      cloud.aws.next(action, new Refusal("ThrottlingException"), CUT);
      expect(await deploy(cloud)).toMatchObject({ status: 0, message: "" });
    },
  );

  it("ends as it should when it is killed after any call and run again: one revision, one migration, one deployment", async () => {
    const actions: string[] = [];
    for (let calls = 1; ; calls++) {
      const cloud = await blueGreenCloud(["Install", "Succeeded"]);
      cloud.tasks.courses = [{ states: ["RUNNING", "STOPPED"], exitCode: 0 }];
      for (let number = 1; number <= 3; number++) {
        const { input } = cloud.revisions.of(FAMILY)[0] ?? {};
        if (input) cloud.revisions.add({ ...input, cpu: "512", tags: [{ key: "release:image", value: `${number}` }] });
      }
      const first = await cloud.runKilled(calls, "deploy", "--image-tag", TAG, "--keep", "2");
      actions.push(cloud.aws.calls.at(calls - 1)?.action ?? "");
      if (first.status === 0) break;
      const again = await deploy(cloud, "--keep", "2");
      expect(again, `killed after call ${calls}, ${actions.at(-1)}`).toMatchObject({ status: 0, message: "" });
      expect(cloud.codeDeploy.serving).toBe(revisionArn(5));
      expect(cloud.codeDeploy.deployments).toHaveLength(1);
      expect(cloud.tasks.all).toHaveLength(1);
      expect([cloud.revisions.of(FAMILY).length, cloud.revisions.of(MIGRATE_FAMILY).length]).toEqual([5, 2]);
      expect(
        cloud.revisions
          .of(FAMILY)
          .filter(({ active }) => active)
          .map(({ number }) => number),
      ).toEqual([1, 4, 5]);
    }
    for (const action of [...CHANGES, "DeregisterTaskDefinition"]) expect(actions).toContain(action);
  });
});
