import { describe, expect, it } from "vitest";
import { CUT, Refusal } from "../testing/fake-aws";
import { type FakeCloud, servingCloud } from "../testing/fake-cloud";
import { REPOSITORY_URI, revisionArn } from "../testing/fake-ecs";

const FAMILY = "jenkins-ecs-local-service-b";
const TAG = "2-service-b";

const deploy = (cloud: FakeCloud, ...options: readonly string[]) => cloud.run("deploy", "--image-tag", TAG, ...options);

describe("a release", () => {
  it("registers one revision, updates the service once, follows it to its end, and says what serves", async () => {
    const cloud = await servingCloud(["IN_PROGRESS", "SUCCESSFUL"]);
    const { status, message, written } = await deploy(cloud);
    expect([status, message]).toEqual([0, ""]);
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "UpdateService"]);
    expect(cloud.aws.inputs("UpdateService")).toEqual([
      { cluster: "jenkins-ecs-local", service: "service-b", taskDefinition: revisionArn(2) },
    ]);
    expect(cloud.ecs.serving).toBe(revisionArn(2));
    expect(written).toContain(`✓ service-b runs ${FAMILY}:2, tag ${TAG}  before: ${FAMILY}:1\n`);
  });

  it("passes on what AWS says of a task definition and nobody knows yet, untouched", async () => {
    const cloud = await servingCloud();
    const additions = {
      keyOfNextYear: { nested: [{ deep: [] }, null, "", 0, false], "with spaces": {} },
      pidMode: "task",
      enableFaultInjection: true,
      volumes: [{ name: "scratch", host: {} }],
      placementConstraints: [],
      taskRoleArn: "",
    };
    const container = {
      name: "service-b",
      image: `${REPOSITORY_URI}:1`,
      optionOfNextYear: { on: null },
      command: ["x", "", "y"],
      dockerLabels: { empty: "" },
      logConfiguration: { logDriver: "splunk", options: { "splunk-token": "ab=cd==", tag: "" } },
    };
    cloud.published = cloud.ecs.add({ ...additions, containerDefinitions: [container] }, [{ key: "team", value: "" }]);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.inputs("RegisterTaskDefinition")).toStrictEqual([
      {
        family: FAMILY,
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        ...additions,
        containerDefinitions: [
          {
            ...container,
            image: `${REPOSITORY_URI}:${TAG}`,
            environment: [
              { name: "FINANCE_SERVICE", value: "Finance" },
              { name: "PAYMENT_SERVICE", value: "Payment" },
            ],
            dockerLabels: { empty: "", "express-on-ecs.environment": "FINANCE_SERVICE,PAYMENT_SERVICE" },
          },
        ],
        tags: [
          { key: "team", value: "" },
          { key: "release:image", value: TAG },
          { key: "release:build", value: "2" },
        ],
      },
    ]);
  });

  it("starts from the revision that Terraform published, not from the one that runs", async () => {
    const cloud = await servingCloud();
    cloud.published = cloud.ecs.add({ cpu: "512", memory: "1024" });
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.inputs("RegisterTaskDefinition")).toMatchObject([{ cpu: "512", memory: "1024" }]);
  });

  it("starts from the revision that runs where Terraform has published none", async () => {
    const cloud = await servingCloud();
    cloud.published = undefined;
    cloud.ecs.add({ cpu: "512", memory: "1024" });
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.inputs("RegisterTaskDefinition")).toMatchObject([{ cpu: "256", memory: "512" }]);
  });

  it("registers nothing and updates nothing where nothing would change", async () => {
    const cloud = await servingCloud();
    await deploy(cloud);
    const before = cloud.aws.changes.length;
    const { status, written } = await deploy(cloud);
    expect(status).toBe(0);
    expect(cloud.aws.changes.slice(before)).toEqual([]);
    expect(written).toContain(`✓ nothing to change: service-b runs ${FAMILY}:2, tag ${TAG}  nothing was registered\n`);
  });

  it("changes nothing where it is a dry run", async () => {
    const cloud = await servingCloud();
    const { status, written } = await deploy(cloud, "--dry-run");
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual([]);
    expect(written).toContain(`a release would change ${FAMILY}:1 of service-b:\n`);
    expect(written).toContain(
      `  ~ containers.service-b.image: "${REPOSITORY_URI}:1-service-b" → "${REPOSITORY_URI}:${TAG}"\n`,
    );
  });

  it("does not follow the deployment with --no-wait, and retires nothing", async () => {
    const cloud = await servingCloud(["IN_PROGRESS"]);
    const { status, written } = await deploy(cloud, "--no-wait", "--keep", "2");
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "UpdateService"]);
    expect(written).toContain(
      `✓ service-b is being deployed  ${FAMILY}:2; see how it goes: npm run release -- status service-b --env local\n`,
    );
  });

  it("deploys a revision again of which a deployment failed", async () => {
    const cloud = await servingCloud(["FAILED"]);
    expect((await deploy(cloud)).status).toBe(1);
    cloud.ecs.course = ["FAILED", "SUCCESSFUL"];
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "UpdateService", "UpdateService"]);
    expect(cloud.aws.inputs("UpdateService")[1]).toMatchObject({ forceNewDeployment: true });
  });
});

describe("a release that is not the first to try", () => {
  it("registers no second revision where the answer was lost", async () => {
    const cloud = await servingCloud();
    cloud.aws.loseAnswer("RegisterTaskDefinition");
    const { status, written } = await deploy(cloud);
    expect(status).toBe(0);
    expect(cloud.aws.count("RegisterTaskDefinition")).toBe(1);
    expect(cloud.ecs.active).toEqual([1, 2]);
    expect(written).toContain(`✓ revision ${FAMILY}:2  registered before\n`);
  });

  it.each([
    ["throttled", new Refusal("ThrottlingException")],
    ["answered by HTTP 500, and had no effect", new Refusal("ServerException", 500)],
    ["cut off, and had no effect", CUT],
  ])("registers once where the first attempt was %s", async (_, answer) => {
    const cloud = await servingCloud();
    cloud.aws.next("RegisterTaskDefinition", answer);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.count("RegisterTaskDefinition")).toBe(2);
    expect(cloud.ecs.active).toEqual([1, 2]);
  });

  it("starts no second deployment where the answer to the update was lost", async () => {
    const cloud = await servingCloud();
    cloud.aws.loseAnswer("UpdateService");
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.count("UpdateService")).toBe(2);
    expect(cloud.ecs.deployments.map(({ revision }) => revision)).toEqual([revisionArn(1), revisionArn(2)]);
  });

  it("takes the revision that a killed release has registered", async () => {
    const cloud = await servingCloud();
    cloud.aws.next("UpdateService", new Refusal("AccessDeniedException"));
    expect((await deploy(cloud)).status).toBe(4);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.count("RegisterTaskDefinition")).toBe(1);
    expect(cloud.ecs.serving).toBe(revisionArn(2));
  });

  it("follows the deployment that a killed release has started", async () => {
    const cloud = await servingCloud(["IN_PROGRESS"]);
    await deploy(cloud, "--no-wait");
    cloud.ecs.course = ["IN_PROGRESS", "IN_PROGRESS", "SUCCESSFUL"];
    const { status, written } = await deploy(cloud);
    expect(status).toBe(0);
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "UpdateService"]);
    expect(written).toContain(`✓ service-b runs ${FAMILY}:2, tag ${TAG}`);
  });

  it("registers anew where a revision is the same but retired, though ECS lists it a moment longer", async () => {
    const cloud = await servingCloud();
    await deploy(cloud);
    for (const revision of cloud.ecs.revisions) revision.active = revision.number !== 2;
    cloud.aws.on("ListTaskDefinitions", () => ({ taskDefinitionArns: [revisionArn(2), revisionArn(1)] }));
    cloud.ecs.serve(revisionArn(1));
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.ecs.serving).toBe(revisionArn(3));
  });
});
