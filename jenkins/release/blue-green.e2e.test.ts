import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as codedeploy from "@aws-sdk/client-codedeploy";
import * as ecs from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { MeddlingProxy } from "../testing/meddling-proxy";
import { ReleaseProgram } from "../testing/release-program";
import { SmallCloud } from "../testing/small-cloud";

const CRASHING = `console.error("no database"); process.exit(3);`;
const FAILING_MIGRATIONS = `console.error("table suppliers is locked"); process.exit(1);`;

/** What a deployment waits for on purpose, in CodeDeploy's minutes: a second each here. */
interface Waits {
  /** While a tenth of the traffic is the new tasks'. */
  readonly canary: 5 | 15;
  /** While all of it is, until the tasks before are ended. */
  readonly bake: number;
}
const SHORT: Waits = { canary: 5, bake: 4 };
/** Longer than the release program takes from one look to the next, on a machine that does other things as well. */
const SEEN: Waits = { canary: 15, bake: 15 };
/** Longer than any test. */
const ENDLESS: Waits = { canary: 5, bake: 2_800 };

describe("the release program, beside a service that CodeDeploy deploys", () => {
  let program: ReleaseProgram;
  let cloud: SmallCloud;
  let proxy: MeddlingProxy;
  let tags = 0;

  beforeAll(async () => {
    program = await ReleaseProgram.build();
    cloud = await SmallCloud.start("employee");
    proxy = new MeddlingProxy(cloud.emulatorUrl);
    await proxy.start();
  });
  afterAll(async () => {
    await proxy?.end();
    await cloud?.end();
    program?.remove();
  });
  beforeEach(() => proxy.reset());

  const start = (args: readonly string[]) => program.start(args, cloud.variables(proxy.url));

  const run = (...args: readonly string[]) => start(args).done;

  const deploy = (tag: string, ...more: string[]) => run("deploy", "employee", "--image-tag", tag, ...more);

  /** Pushes an image under a tag that no other test has. */
  async function push(source?: string, database?: string): Promise<string> {
    const tag = `t${++tags}`;
    await cloud.push(tag, source, database);
    return tag;
  }

  /** The ids of the deployments that somebody has asked for, the oldest first. */
  async function deployments(): Promise<readonly string[]> {
    const listed = new codedeploy.ListDeploymentsCommand(cloud.deploymentGroup);
    const { deployments: ids = [] } = await cloud.codeDeploy.send(listed);
    return ids.toReversed();
  }

  /** Says what the deployments of this test wait for. */
  async function setWaits(waits: Waits): Promise<void> {
    const update = ({ canary, bake }: Waits) => {
      const { applicationName, deploymentGroupName } = cloud.deploymentGroup;
      const end = { action: "TERMINATE", terminationWaitTimeInMinutes: bake } as const;
      return cloud.codeDeploy.send(
        new codedeploy.UpdateDeploymentGroupCommand({
          applicationName,
          currentDeploymentGroupName: deploymentGroupName,
          deploymentConfigName: `CodeDeployDefault.ECSCanary10Percent${canary}Minutes`,
          blueGreenDeploymentConfiguration: {
            terminateBlueInstancesOnDeploymentSuccess: end,
            deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
          },
        }),
      );
    };
    onTestFinished(async () => void (await update(SHORT)));
    await update(waits);
  }

  /** Revision, deployments and active revisions: what a release changes. */
  async function state() {
    const { taskSets = [] } = await cloud.describeService();
    return {
      taskSets: taskSets.map(({ id, taskDefinition }) => [id, taskDefinition]),
      deployments: await deployments(),
      revisions: await cloud.revisions(),
      migrations: await cloud.revisions(cloud.names.migrateFamily),
    };
  }

  it("releases under load: migrations, then the new version, and no request fails", async () => {
    const tag = await push();
    const out = join(program.folder, "record");
    await setWaits(SEEN);
    const load = new Set<string>();
    let isOver = false;
    const asking = (async () => {
      while (!isOver) load.add(await cloud.version());
    })();
    const done = await deploy(tag, "--json", "--out", out);
    isOver = true;
    await asking;
    expect(done.status, done.output).toBe(0);
    expect([...load].sort()).toEqual(["bootstrap", tag].sort());
    expect(done.output).toContain("the migrations of employee  done by task");
    for (const event of ["Install", "AllowTestTraffic", "AllowTraffic", "AfterAllowTraffic"]) {
      expect(done.output).toContain(`    ${event}: Succeeded\n`);
    }
    expect(done.output).toMatch(/10 % of the traffic; 1 of the revision before, 90 %/);
    expect(done.output).toMatch(/:\d+ serves all traffic; the tasks before stay for a while/);
    const record = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    expect(record).toMatchObject({ outcome: "released", service: "employee" });
    await cloud.settled();
    const service = await cloud.describeService();
    expect(service.taskSets?.map(({ taskDefinition }) => taskDefinition?.split("/")[1])).toEqual([record.revision]);
    expect(service.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE", base: 1, weight: 1 }]);
  });

  it("changes nothing the second time, and runs no migrations", async () => {
    const tag = await push();
    expect((await deploy(tag)).status).toBe(0);
    // The tasks before are on their way out for a while.
    await cloud.settled();
    const before = await state();
    proxy.reset();
    const again = await deploy(tag);
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain(`nothing to change: employee runs ${before.revisions.at(-1)?.name}, tag ${tag}`);
    for (const action of ["RegisterTaskDefinition", "RunTask", "CreateDeployment"]) {
      expect(proxy.calls).not.toContain(action);
    }
    expect(await state()).toEqual(before);
  });

  it("ends with 1 where the migrations fail: what they logged, and the service is left alone", async () => {
    const good = await cloud.version();
    const before = await deployments();
    const done = await deploy(await push(undefined, FAILING_MIGRATIONS));
    expect(done.status, done.output).toBe(1);
    expect(done.output).toContain("the migrations of employee failed: ");
    expect(done.output).toContain("employee: exit code 1");
    expect(done.output).toContain("  table suppliers is locked");
    expect([await cloud.version(), await deployments()]).toEqual([good, before]);
  });

  it("ends with 1 where the new tasks crash: what was before serves, why they stopped, and nothing is retired", async () => {
    const good = await cloud.version();
    const bad = await push(CRASHING);
    const done = await deploy(bad, "--keep", "2");
    expect(done.status, done.output).toBe(1);
    expect(done.output).toContain(`the release of employee, tag ${bad}, was rolled back:`);
    expect(done.output).toContain("employee: exit code 3");
    expect(done.output).toContain("  no database");
    expect(await cloud.version()).toBe(good);
    expect(proxy.calls).not.toContain("DeregisterTaskDefinition");
    await cloud.settled();
  });

  it("goes back to what served before, by a deployment of its own", async () => {
    const [one, two] = [await push(), await push()];
    expect((await deploy(one)).status).toBe(0);
    expect((await deploy(two)).status).toBe(0);
    const done = await run("rollback", "employee");
    expect(done.status, done.output).toBe(0);
    await cloud.settled();
    expect(await cloud.version()).toBe(one);
  });

  it("ends a deployment in progress when asked to roll back; another release is refused meanwhile, with 3", async () => {
    const good = await cloud.version();
    await setWaits(ENDLESS);
    const first = await push();
    expect((await deploy(first, "--no-wait")).status).toBe(0);
    const before = await state();
    const second = await deploy(await push());
    expect(second.status, second.output).toBe(3);
    expect(second.output).toContain("another deployment of employee is in progress:");
    expect((await state()).revisions).toEqual(before.revisions);
    const done = await run("rollback", "employee");
    expect(done.status, done.output).toBe(0);
    expect(await cloud.version()).toBe(good);
    await cloud.settled();
    const status = await run("status", "employee");
    expect(status.output).toMatch(/PRIMARY +1 of 1 +100 %/);
  });

  it.each([
    ["RegisterTaskDefinition", 1],
    ["RegisterTaskDefinition", 2],
    ["RunTask", 1],
    ["CreateDeployment", 1],
    ["BatchGetDeploymentTargets", 3],
    ["DeregisterTaskDefinition", 1],
  ] as const)(
    "converges when it is killed after %s (%i) and run again: one revision, one migration, one deployment",
    async (action, times) => {
      const tag = await push();
      const before = await state();
      await killedAfter(action, times, tag);
      const done = await deploy(tag, "--keep", "2");
      expect(done.status, done.output).toBe(0);
      await cloud.settled();
      expect(await cloud.version()).toBe(tag);
      const after = await state();
      expect(after.deployments.length - before.deployments.length).toBe(1);
      expect(await tasksRunFor(tag)).toBe(1);
      for (const family of ["revisions", "migrations"] as const) {
        expect(after[family].filter((revision) => revision.tag === tag)).toHaveLength(1);
      }
    },
  );

  it("prepares, migrates and seeds the database by tasks, and leaves the service alone", async () => {
    const before = await deployments();
    const done = await run("migrate", "employee", "--prepare", "--seed");
    expect(done.status, done.output).toBe(0);
    for (const what of [
      "the database of coffee-suppliers",
      "the migrations of employee",
      "the sample data of employee",
    ]) {
      expect(done.output).toContain(`${what}  done by task`);
    }
    expect(await deployments()).toEqual(before);
  });

  it("commits the files of the pipeline once", async () => {
    const files = () => run("files", "employee", "--out", join(program.folder, "files"), "--commit");
    const done = await files();
    expect(done.status, done.output).toBe(0);
    expect(done.output).toContain("committed to coffee-suppliers-local-deployment");
    const again = await files();
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain("nothing to commit");
  });

  /** Kills a release when its n-th call of an action has been answered. */
  async function killedAfter(action: string, times: number, tag: string): Promise<void> {
    const release = start(["deploy", "employee", "--image-tag", tag, "--keep", "2"]);
    let left = times;
    proxy.reset((call) => {
      if (left === 0) return "lose";
      if (call.action !== action || --left > 0) return "pass";
      release.group.child.kill("SIGKILL");
      return "lose";
    });
    const { output, reason } = await release.done;
    expect(left, `${reason}: ${output}`).toBe(0);
    proxy.reset();
  }

  /** How many tasks have run the migrations of an image. */
  async function tasksRunFor(tag: string): Promise<number> {
    const revisions = await cloud.revisions(cloud.names.migrateFamily);
    const own = revisions.find((revision) => revision.tag === tag)?.name;
    const listed = { cluster: cloud.cluster, family: cloud.names.migrateFamily, desiredStatus: "STOPPED" } as const;
    const { taskArns: tasks = [] } = await cloud.client.send(new ecs.ListTasksCommand(listed));
    const described = await cloud.client.send(new ecs.DescribeTasksCommand({ cluster: cloud.cluster, tasks }));
    return (described.tasks ?? []).filter(({ taskDefinitionArn }) => taskDefinitionArn?.endsWith(`/${own}`)).length;
  }
});
