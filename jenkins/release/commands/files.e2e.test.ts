import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../tools/testing/temporary-folder";
import { type BlueGreenCloud, blueGreenCloud } from "../testing/blue-green-cloud";
import { FAMILY, PARAMETERS, taskDefinition } from "../testing/employee";
import { CUT, Refusal } from "../testing/fake-aws";
import { FakeCodeCommit } from "../testing/fake-code-commit";

/** A cloud with an empty repository. */
async function withRepository(): Promise<{ cloud: BlueGreenCloud; repository: FakeCodeCommit }> {
  const cloud = await blueGreenCloud();
  return { cloud, repository: new FakeCodeCommit(cloud.aws) };
}

const commit = (cloud: BlueGreenCloud) => cloud.run("files", "--out", temporaryFolder(), "--commit");

describe("the files of a pipeline", () => {
  it("are written to the folder, from Terraform's revision: nothing else is changed", async () => {
    const cloud = await blueGreenCloud();
    const out = temporaryFolder();
    const { status, written } = await cloud.run("files", "--out", out);
    expect(status).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["appspec.yaml", "taskdef.json"]);
    expect(readFileSync(join(out, "appspec.yaml"), "utf8")).toMatch(
      /^version: 0\.0\n.*TaskDefinition: <TASK_DEFINITION>\n.*CapacityProvider: FARGATE_SPOT\n.*Weight: 3\n$/s,
    );
    const { containerDefinitions, family } = JSON.parse(readFileSync(join(out, "taskdef.json"), "utf8"));
    expect([family, containerDefinitions[0].image]).toEqual([FAMILY, "<IMAGE1_NAME>"]);
    expect(written).toContain(`✓ appspec.yaml and taskdef.json  from ${FAMILY}:1, in ${out}\n`);
    expect(cloud.aws.changes).toEqual([]);
  });

  it("are refused for a service that ECS itself deploys", async () => {
    const cloud = await blueGreenCloud();
    expect(await cloud.runOf("service-b", "files", "--out", temporaryFolder())).toMatchObject({
      status: 2,
      message: expect.stringMatching(/^service-b is deployed by ECS: no pipeline of CodeDeploy's releases it/),
    });
  });

  it("are refused where Terraform has published no revision", async () => {
    const cloud = await blueGreenCloud();
    cloud.unpublish(PARAMETERS.service);
    expect(await commit(cloud)).toMatchObject({
      status: 2,
      message: expect.stringMatching(/^there is no parameter \/coffee-suppliers\/local\/employee\/task-definition; /),
    });
  });
});

describe("the files of a pipeline, committed", () => {
  it("make the branch of an empty repository, both in one commit, as they are in the folder", async () => {
    const { cloud, repository } = await withRepository();
    const out = temporaryFolder();
    const { status, written } = await cloud.run("files", "--out", out, "--commit");
    expect(status).toBe(0);
    expect(repository.commits.map(({ message }) => message)).toEqual([`employee: from ${FAMILY}:1`]);
    expect(repository.files).toEqual({
      "employee/appspec.yaml": readFileSync(join(out, "appspec.yaml"), "utf8"),
      "employee/taskdef.json": readFileSync(join(out, "taskdef.json"), "utf8"),
    });
    expect(cloud.aws.inputs("CreateCommit")).toMatchObject([
      { repositoryName: "coffee-suppliers-local-deployment", branchName: "main" },
    ]);
    expect(written).toContain("✓ committed to coffee-suppliers-local-deployment  c1\n");
  });

  it("are not committed again where they are there", async () => {
    const { cloud, repository } = await withRepository();
    await commit(cloud);
    const { status, written } = await commit(cloud);
    expect(status).toBe(0);
    expect(repository.commits).toHaveLength(1);
    expect(written).toContain("✓ nothing to commit  coffee-suppliers-local-deployment has these files\n");
  });

  it("are committed alone where one has changed; what others have there stays", async () => {
    const { cloud, repository } = await withRepository();
    repository.commit([["customer/appspec.yaml", "theirs"]]);
    await commit(cloud);
    cloud.publish(PARAMETERS.service, { ...taskDefinition(FAMILY), cpu: "512" });
    await commit(cloud);
    const [, , last] = cloud.aws.inputs("CreateCommit");
    expect(last).toBeUndefined();
    expect(cloud.aws.inputs("CreateCommit")[1]).toMatchObject({ putFiles: [{ filePath: "employee/taskdef.json" }] });
    expect(Object.keys(repository.files).sort()).toEqual([
      "customer/appspec.yaml",
      "employee/appspec.yaml",
      "employee/taskdef.json",
    ]);
  });

  it.each([
    ["to an empty repository", []],
    ["to the branch", [["readme", "x"] as const]],
  ])("are committed where somebody commits %s at the same time", async (_, before) => {
    const { cloud, repository } = await withRepository();
    if (before.length > 0) repository.commit(before);
    const handler = cloud.aws.handlerOf("CreateCommit");
    let others = 0;
    cloud.aws.on("CreateCommit", (input) => {
      if (others++ < 2) repository.commit([[`customer/${others}`, "theirs"]]);
      return handler(input);
    });
    expect((await commit(cloud)).status).toBe(0);
    expect(cloud.aws.count("CreateCommit")).toBe(3);
    expect(Object.keys(repository.files)).toEqual(
      expect.arrayContaining(["customer/1", "customer/2", "employee/appspec.yaml", "employee/taskdef.json"]),
    );
  });

  it("are committed once where the answer is lost, and where the first attempt was cut off or throttled", async () => {
    for (const meddle of [
      ({ aws }: BlueGreenCloud) => aws.loseAnswer("CreateCommit"),
      ({ aws }: BlueGreenCloud) => aws.next("CreateCommit", CUT),
      ({ aws }: BlueGreenCloud) => aws.next("CreateCommit", new Refusal("ThrottlingException")),
    ]) {
      const { cloud, repository } = await withRepository();
      meddle(cloud);
      expect((await commit(cloud)).status).toBe(0);
      expect(repository.commits).toHaveLength(1);
    }
  });

  it("are committed once where it is killed after any call and run again", async () => {
    for (let calls = 1; ; calls++) {
      const { cloud, repository } = await withRepository();
      const first = await cloud.runKilled(calls, "files", "--out", temporaryFolder(), "--commit");
      if (first.status === 0) break;
      expect((await commit(cloud)).status, `killed after call ${calls}`).toBe(0);
      expect(repository.commits).toHaveLength(1);
    }
  });

  it("are refused where there is no repository", async () => {
    const { cloud } = await withRepository();
    cloud.aws.on("GetBranch", () => new Refusal("RepositoryDoesNotExistException"));
    expect(await commit(cloud)).toMatchObject({
      status: 2,
      message:
        "there is no CodeCommit repository coffee-suppliers-local-deployment; is `npm start` done with its deployment?\n" +
        "nothing was changed",
    });
  });

  it("end with 4 where it is not allowed", async () => {
    const { cloud } = await withRepository();
    cloud.aws.on("CreateCommit", () => new Refusal("AccessDeniedException"));
    expect((await commit(cloud)).status).toBe(4);
    expect(cloud.aws.count("CreateCommit")).toBe(1);
  });
});
