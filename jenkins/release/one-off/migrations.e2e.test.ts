import { describe, expect, it } from "vitest";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import {
  FAMILY,
  MIGRATE_FAMILY,
  NETWORK,
  PARAMETERS,
  PREPARE_FAMILY,
  REPOSITORY_URI,
  revisionArn,
  STRATEGY,
} from "../testing/employee";
import { CUT, Refusal } from "../testing/fake-aws";

const TAG = "2-employee";
const FAILED = { states: ["RUNNING", "STOPPED"], exitCode: 1 };
const DONE = { states: ["RUNNING", "STOPPED"], exitCode: 0 };

const deploy = (cloud: BlueGreenCloud, ...options: readonly string[]) =>
  cloud.run("deploy", "--image-tag", TAG, ...options);

/** What each task was that has run: revision and, where it was given one, command. */
const ran = ({ tasks }: BlueGreenCloud) => tasks.all.map(({ taskDefinition, command }) => [taskDefinition, command]);

describe("the migrations of a release", () => {
  it("run once, from Terraform's revision with the new image, where and how the service runs", async () => {
    const cloud = await blueGreenCloud();
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.aws.inputs("RunTask")).toEqual([
      {
        cluster: "coffee-suppliers-local",
        taskDefinition: revisionArn(2, MIGRATE_FAMILY),
        count: 1,
        startedBy: "release/migrate",
        networkConfiguration: NETWORK,
        capacityProviderStrategy: STRATEGY,
        clientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    const [, registered] = cloud.aws.inputs("RegisterTaskDefinition");
    expect(registered).toMatchObject({
      family: MIGRATE_FAMILY,
      containerDefinitions: [
        { image: `${REPOSITORY_URI}:${TAG}`, command: ["node", "--enable-source-maps", "database.cjs", "migrate"] },
      ],
      tags: [
        { key: "Environment", value: "local" },
        { key: "release:image", value: TAG },
        { key: "release:build", value: "2" },
      ],
    });
  });

  it("end before the deployment is created", async () => {
    const cloud = await blueGreenCloud();
    let lastState = "";
    const handler = cloud.aws.handlerOf("CreateDeployment");
    cloud.aws.on("CreateDeployment", (input) => {
      lastState = cloud.tasks.stateOf(0);
      return handler(input);
    });
    expect((await deploy(cloud)).status).toBe(0);
    expect(lastState).toBe("STOPPED");
  });

  it("that fail end the release with 1, say why and what was logged, and leave the service alone", async () => {
    const cloud = await blueGreenCloud();
    cloud.tasks.courses = [FAILED];
    const { status, message } = await deploy(cloud);
    expect(status).toBe(1);
    expect(message).toBe(
      [
        "the migrations of employee failed: Essential container in task exited (employee: exit code 1)",
        `employee was left alone: ${FAMILY}:1 serves`,
        "what task 1 logged last:",
        "  table suppliers is locked",
      ].join("\n"),
    );
    expect(cloud.aws.count("CreateDeployment")).toBe(0);
  });

  it("that failed run once more when the release runs again, and are not run again when they have succeeded", async () => {
    const cloud = await blueGreenCloud();
    cloud.tasks.courses = [FAILED, DONE];
    cloud.aws.next("CreateDeployment", new Refusal("AccessDeniedException"));
    expect((await deploy(cloud)).status).toBe(1);
    expect((await deploy(cloud)).status).toBe(4);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.tasks.all).toHaveLength(2);
    expect(cloud.revisions.of(MIGRATE_FAMILY)).toHaveLength(2);
  });

  it("that failed long ago run once more, though ECS still knows the client token of the task", async () => {
    const cloud = await blueGreenCloud();
    cloud.tasks.courses = [FAILED, DONE];
    await deploy(cloud);
    cloud.tasks.forgetStopped();
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.tasks.all).toHaveLength(2);
    expect(cloud.aws.count("RunTask")).toBe(3);
  });

  it("that cannot start end the release with 1, and say what ECS says", async () => {
    const cloud = await blueGreenCloud();
    cloud.aws.on("RunTask", () => ({ tasks: [], failures: [{ reason: "RESOURCE:MEMORY", detail: "no instance" }] }));
    const { status, message } = await deploy(cloud);
    expect(status).toBe(1);
    expect(message).toMatch(
      /^the migrations of employee cannot start: RESOURCE:MEMORY: no instance\nchanged until then: /,
    );
  });

  it("that do not end in time end the release with 5: the same command waits for the same task", async () => {
    const cloud = await blueGreenCloud();
    cloud.tasks.courses = [
      { states: ["RUNNING", "RUNNING", "RUNNING", "RUNNING", "RUNNING", "RUNNING", "STOPPED"], exitCode: 0 },
    ];
    const { status, message } = await deploy(cloud, "--timeout", "1");
    expect(status).toBe(5);
    expect(message).toMatch(
      /^the migrations of employee did not end within 1 s: task 1 goes on, and employee was left alone/,
    );
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.tasks.all).toHaveLength(1);
  });

  it.each([
    ["lost", (cloud: BlueGreenCloud) => cloud.aws.loseAnswer("RunTask")],
    ["throttled", (cloud: BlueGreenCloud) => cloud.aws.next("RunTask", new Refusal("ThrottlingException"))],
    ["cut off", (cloud: BlueGreenCloud) => cloud.aws.next("RunTask", CUT)],
  ])("run once where the first attempt was %s", async (_, meddle) => {
    const cloud = await blueGreenCloud();
    meddle(cloud);
    expect((await deploy(cloud)).status).toBe(0);
    expect(cloud.tasks.all).toHaveLength(1);
  });

  it("are refused where Terraform has published none, before anything is changed", async () => {
    const cloud = await blueGreenCloud();
    cloud.unpublish(PARAMETERS.migrate);
    expect(await deploy(cloud)).toMatchObject({
      status: 2,
      message: `there is no parameter ${PARAMETERS.migrate}; is \`npm start\` done with its deployment?\nnothing was changed`,
    });
  });

  it("are verified: what their task refers to has to be there", async () => {
    const cloud = await blueGreenCloud();
    const [{ input } = { input: undefined }] = cloud.revisions.of(MIGRATE_FAMILY);
    const [container] = input?.containerDefinitions ?? [];
    if (!input || !container) throw new Error("there is no revision");
    const secrets = [{ name: "APP_DB_PASSWORD", valueFrom: "missing" }];
    cloud.publish(PARAMETERS.migrate, { ...input, containerDefinitions: [{ ...container, secrets }] });
    cloud.aws.on("GetParameters", () => ({ Parameters: [] }));
    expect(await deploy(cloud)).toMatchObject({
      status: 2,
      message: expect.stringMatching(/^migrations, secret APP_DB_PASSWORD: parameter missing does not exist; /),
    });
    expect(cloud.aws.changes).toEqual([]);
  });
});

describe("migrate", () => {
  it("runs the migrations of the image that serves, and leaves the service alone", async () => {
    const cloud = await blueGreenCloud();
    const { status, written } = await cloud.run("migrate");
    expect(status).toBe(0);
    // Terraform's own revision has that image.
    expect(ran(cloud)).toEqual([[revisionArn(1, MIGRATE_FAMILY), undefined]]);
    expect(cloud.aws.changes).toEqual(["RunTask"]);
    expect(written).toContain("✓ the migrations of employee  done by task 1\n");
  });

  it("runs those of another image by --image-tag", async () => {
    const cloud = await blueGreenCloud();
    expect((await cloud.run("migrate", "--image-tag", TAG)).status).toBe(0);
    expect(ran(cloud)).toEqual([[revisionArn(2, MIGRATE_FAMILY), undefined]]);
    expect(cloud.aws.changes).toEqual(["RegisterTaskDefinition", "RunTask"]);
  });

  it("makes the database before by --prepare, from Terraform's revision as it is, and fills it after by --seed", async () => {
    const cloud = await blueGreenCloud();
    const { status, written } = await cloud.run("migrate", "--image-tag", TAG, "--prepare", "--seed", "--json");
    expect(status).toBe(0);
    expect(ran(cloud)).toEqual([
      [revisionArn(1, PREPARE_FAMILY), undefined],
      [revisionArn(2, MIGRATE_FAMILY), undefined],
      [revisionArn(2, MIGRATE_FAMILY), ["node", "--enable-source-maps", "database.cjs", "seed"]],
    ]);
    expect(JSON.parse(written.slice(written.indexOf("{\n")))).toMatchObject({
      outcome: "migrated",
      service: "employee",
      revision: `${MIGRATE_FAMILY}:2`,
      image: `${REPOSITORY_URI}:${TAG}`,
      prepared: true,
      seeded: true,
    });
  });

  it("runs everything again when it is asked again", async () => {
    const cloud = await blueGreenCloud();
    for (const _ of [1, 2]) expect((await cloud.run("migrate", "--prepare", "--seed")).status).toBe(0);
    expect(cloud.tasks.all).toHaveLength(6);
  });

  it("runs each task once where it is killed after any call and run again, and the task still runs", async () => {
    for (let calls = 1; ; calls++) {
      const cloud = await blueGreenCloud();
      cloud.tasks.courses = [{ states: ["RUNNING", "RUNNING", "RUNNING", "STOPPED"], exitCode: 0 }];
      const first = await cloud.runKilled(calls, "migrate", "--image-tag", TAG);
      if (first.status === 0) break;
      const isOver = cloud.tasks.stateOf(0, 1) === "STOPPED";
      expect(await cloud.run("migrate", "--image-tag", TAG), `killed after call ${calls}`).toMatchObject({ status: 0 });
      expect(cloud.tasks.all).toHaveLength(isOver ? 2 : 1);
      expect(cloud.revisions.of(MIGRATE_FAMILY)).toHaveLength(2);
    }
  });

  it.each([
    ["the database", 0, "the database of coffee-suppliers failed: "],
    ["the migrations", 1, "the migrations of employee failed: "],
    ["the sample data", 2, "the sample data of employee failed: "],
  ])("stops with 1 where %s fails, and runs nothing after", async (_, before, message) => {
    const cloud = await blueGreenCloud();
    cloud.tasks.courses = [...Array.from({ length: before }, () => DONE), FAILED];
    const ended = await cloud.run("migrate", "--prepare", "--seed");
    expect(ended.status).toBe(1);
    expect(ended.message.startsWith(message)).toBe(true);
    expect(cloud.tasks.all).toHaveLength(before + 1);
  });

  it("is refused for a service without migrations", async () => {
    const cloud = await blueGreenCloud();
    expect(await cloud.runOf("customer", "migrate")).toMatchObject({
      status: 2,
      message:
        'customer has no migrations: "database" in apps/customer/service.json does not say "migrations": true\nnothing was changed',
    });
    expect(cloud.aws.calls).toEqual([]);
  });

  it("is refused for an image that is not there", async () => {
    const cloud = await blueGreenCloud();
    cloud.aws.on("BatchGetImage", () => ({ images: [] }));
    const { status, message } = await cloud.run("migrate", "--image-tag", "none");
    expect(status).toBe(2);
    expect(message).toMatch(/^image: repository \S+ has no image with the tag "none"; push it first/);
    expect(cloud.aws.changes).toEqual([]);
  });
});
