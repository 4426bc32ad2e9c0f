import { describe, expect, it } from "vitest";
import { Refusal } from "../testing/fake-aws";
import { type FakeCloud, fakeCloud } from "../testing/fake-cloud";
import { revisionArn, SERVICE } from "../testing/fake-ecs";

const TAG = "9-service-b";

/** A cloud with a revision of Terraform's and `count` of releases, of which the last one serves. */
async function released(count: number): Promise<FakeCloud> {
  const cloud = await fakeCloud();
  cloud.published = cloud.ecs.add();
  for (let number = 2; number <= count + 1; number++) {
    cloud.ecs.add({}, [{ key: "release:image", value: `${number}-${SERVICE}` }]);
  }
  cloud.ecs.serve(revisionArn(count + 1));
  return cloud;
}

/** Releases, and gives the numbers of the revisions that it retired, in that order. */
async function retiredBy(cloud: FakeCloud, ...options: readonly string[]): Promise<readonly number[]> {
  const ended = await cloud.run("deploy", "--image-tag", TAG, ...options);
  expect(ended).toMatchObject({ status: 0, message: "" });
  return cloud.aws
    .inputs("DeregisterTaskDefinition")
    .map(({ taskDefinition }) => Number(String(taskDefinition).split(":").at(-1)));
}

const task = (number: number, more: object) => ({
  taskArn: `arn:aws:ecs:us-east-1:123456789012:task/c/${number}`,
  taskDefinitionArn: revisionArn(number),
  ...more,
});

describe("what a release retires", () => {
  it("is what releases have registered, but the newest five, the oldest first", async () => {
    expect(await retiredBy(await released(7))).toEqual([2, 3, 4]);
  });

  it("is less where more are kept, and more where fewer are", async () => {
    expect(await retiredBy(await released(7), "--keep", "7")).toEqual([2]);
    expect(await retiredBy(await released(7), "--keep", "2")).toEqual([2, 3, 4, 5, 6, 7]);
    expect(await retiredBy(await released(3))).toEqual([]);
  });

  it("is nothing that Terraform made, published or not", async () => {
    const cloud = await released(6);
    cloud.ecs.revisions.splice(2, 1, { ...revisionOf(cloud, 3), input: { ...revisionOf(cloud, 3).input, tags: [] } });
    cloud.published = revisionArn(4);
    expect(await retiredBy(cloud, "--keep", "2")).toEqual([2, 5, 6]);
  });

  it("is nothing that a task runs, or is about to stop running", async () => {
    const cloud = await released(7);
    cloud.ecs.tasks = [
      task(3, { desiredStatus: "RUNNING", lastStatus: "RUNNING" }),
      task(4, { desiredStatus: "STOPPED", lastStatus: "DEACTIVATING" }),
      task(5, { desiredStatus: "STOPPED", lastStatus: "STOPPED" }),
    ];
    expect(await retiredBy(cloud, "--keep", "2")).toEqual([2, 5, 6, 7]);
  });

  it("is nothing that a deployment or a task set of the service uses", async () => {
    const cloud = await released(7);
    cloud.ecs.service = { taskSets: [{ taskDefinition: revisionArn(3) }] };
    expect(await retiredBy(cloud, "--keep", "2")).toEqual([2, 4, 5, 6, 7]);
  });

  it("is ten at once at most; the next release, which changes nothing, goes on", async () => {
    const cloud = await released(14);
    expect(await retiredBy(cloud, "--keep", "2")).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await retiredBy(cloud, "--keep", "2")).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(cloud.aws.count("RegisterTaskDefinition")).toBe(1);
  });

  it("is told where AWS stops in the middle: the release itself is done", async () => {
    const cloud = await released(7);
    cloud.aws.on("DeregisterTaskDefinition", () => new Refusal("AccessDeniedException", 400, "no"));
    const ended = await cloud.run("deploy", "--image-tag", TAG);
    expect(ended.status).toBe(4);
    expect(ended.message).toMatch(
      /^AWS does not allow ecs:DeregisterTaskDefinition .*\nchanged until then: registered .*:9; updated service-b to .*:9; /,
    );
    expect(cloud.ecs.serving).toBe(revisionArn(9));
  });
});

function revisionOf(cloud: FakeCloud, number: number) {
  const found = cloud.ecs.revisions[number - 1];
  if (!found) throw new Error(`there is no revision ${number}`);
  return found;
}
