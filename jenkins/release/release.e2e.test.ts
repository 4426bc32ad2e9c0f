import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeTaskDefinitionCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MeddlingProxy } from "../testing/meddling-proxy";
import { ReleaseProgram } from "../testing/release-program";
import { SmallCloud } from "../testing/small-cloud";

const CRASHING = `console.error("no database"); process.exit(3);`;

const SICK = `
  const answer = (request, response) => response.writeHead(500).end();
  require("node:http").createServer(answer).listen(Number(process.env.PORT), process.env.HOST);
  process.on("SIGTERM", () => process.exit(0));`;

/** For tests with a task that never gets healthy: ECS gives it up soon, or does not before the test is over. */
const GRACE_SECONDS = { short: 2, endless: 3_600 };

/** A release starts, and makes a dozen calls until then. */
const BEGUN = { timeout: 60_000 };

describe("the release program, beside a service that serves", () => {
  let program: ReleaseProgram;
  let cloud: SmallCloud;
  let proxy: MeddlingProxy;
  let tags = 0;

  beforeAll(async () => {
    program = await ReleaseProgram.build();
    cloud = await SmallCloud.start();
    proxy = new MeddlingProxy(cloud.emulatorUrl);
    await proxy.start();
  });
  afterAll(async () => {
    await proxy?.end();
    await cloud?.end();
    program?.remove();
  });
  beforeEach(async () => {
    proxy.reset();
    await setGrace(GRACE_SECONDS.endless);
  });

  const start = (args: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
    program.start(args, { ...cloud.variables(proxy.url), ...variables });

  const run = (args: readonly string[], variables?: NodeJS.ProcessEnv) => start(args, variables).done;

  const deploy = (tag: string, ...more: string[]) => run(["deploy", "service-b", "--image-tag", tag, ...more]);

  /** Pushes an image under a tag that no other test has. */
  async function push(source?: string): Promise<string> {
    const tag = `t${++tags}`;
    await cloud.push(tag, source);
    return tag;
  }

  /** Says how long a new task may take until the load balancer finds it healthy. */
  const setGrace = (healthCheckGracePeriodSeconds: number) =>
    cloud.client.send(
      new UpdateServiceCommand({ cluster: cloud.cluster, service: "service-b", healthCheckGracePeriodSeconds }),
    );

  /** The calls since the first one of an action. */
  const callsAfter = (action: string) =>
    proxy.calls.includes(action) ? proxy.calls.slice(proxy.calls.indexOf(action) + 1) : [];

  /** Revision, deployments and active revisions: what a release changes. */
  async function state() {
    const { taskDefinition, deployments = [] } = await cloud.describeService();
    return { taskDefinition, deployments: deployments.map(({ id }) => id), revisions: await cloud.revisions() };
  }

  it("releases: one new revision with the image, the service's values and the build, which then serves", async () => {
    const tag = await push();
    const out = join(program.folder, "record");
    const variables = { BUILD_NUMBER: "12", GIT_COMMIT: "0a1b2c3", BUILD_URL: "https://ci.example/job/my%20job/12/" };
    const before = await cloud.revisions();
    const done = await run(["deploy", "service-b", "--image-tag", tag, "--json", "--out", out], variables);
    expect(done.status, done.output).toBe(0);
    expect(await cloud.version()).toBe(tag);
    const [added, ...more] = (await cloud.revisions()).slice(before.length);
    expect([added?.tag, more]).toEqual([tag, []]);
    const { taskDefinition = "" } = await cloud.describeService();
    expect(taskDefinition).toContain(`/${added?.name}`);
    const described = await cloud.client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
    expect(described.tags).toEqual([
      { key: "Environment", value: "local" },
      { key: "release:image", value: tag },
      { key: "release:build", value: "12" },
      { key: "release:commit", value: "0a1b2c3" },
      { key: "release:url", value: "https://ci.example/job/my job/12/" },
    ]);
    const record = JSON.parse(readFileSync(join(out, "result.json"), "utf8"));
    expect(record).toMatchObject({ outcome: "released", revision: added?.name, before: before.at(-1)?.name });
    const rendered = JSON.parse(readFileSync(join(out, "task-definition.json"), "utf8"));
    expect(rendered.containerDefinitions[0].image).toMatch(new RegExp(`/service-b:${tag}$`));
    const status = await run(["status", "service-b"]);
    expect(status.output).toContain("build     12, 0a1b2c3, https://ci.example/job/my job/12/");
    expect(status.output).toContain("arn:aws:sts::123456789012:user/moto");
  });

  it("changes nothing the second time, registers nothing, and ends with 0", async () => {
    const tag = await push();
    expect((await deploy(tag)).status).toBe(0);
    const before = await state();
    proxy.reset();
    const again = await deploy(tag);
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain(`nothing to change: service-b runs ${before.revisions.at(-1)?.name}, tag ${tag}`);
    expect(proxy.calls).not.toContain("RegisterTaskDefinition");
    expect(proxy.calls).not.toContain("UpdateService");
    expect(await state()).toEqual(before);
  });

  it.each([
    ["crashes at its start", CRASHING, "Essential container in task exited (service-b: exit code 3)", "  no database"],
    ["never gets healthy", SICK, "failed ELB health checks", ""],
  ])("ends with 1 where the image %s: what was before serves, and nothing is retired", async (_, source, why, said) => {
    const good = await push();
    expect((await deploy(good)).status).toBe(0);
    const { taskDefinition: served = "" } = await cloud.describeService();
    // What crashes does so before anybody finds it sick.
    if (source === SICK) await setGrace(GRACE_SECONDS.short);
    const before = await cloud.revisions();
    const bad = await push(source);
    const done = await deploy(bad, "--keep", "2");
    expect(done.status, done.output).toBe(1);
    expect(done.output).toContain(`the release of service-b, tag ${bad}, was rolled back:`);
    expect(done.output).toContain(`${served.split("/")[1]} serves (1 of 1 tasks run); nothing was retired`);
    expect(done.output.slice(done.output.indexOf("why its tasks stopped:"))).toContain(why);
    expect(done.output).toContain(said);
    expect(await cloud.version()).toBe(good);
    expect((await cloud.revisions()).map(({ tag }) => tag)).toEqual([...before.map(({ tag }) => tag), bad]);
  });

  it("tells another deployment from a rollback: superseded is 3, and so is one that is in progress", async () => {
    const [slow, other] = [await push(SICK), await push()];
    const first = start(["deploy", "service-b", "--image-tag", slow]);
    await expect.poll(() => proxy.calls, BEGUN).toContain("UpdateService");
    const before = await state();
    const second = await deploy(other);
    expect(second.status, second.output).toBe(3);
    expect(second.output).toContain("another deployment of service-b is in progress:");
    expect(await state()).toEqual(before);
    const { taskDefinition } = { taskDefinition: cloud.published };
    await cloud.client.send(new UpdateServiceCommand({ cluster: cloud.cluster, service: "service-b", taskDefinition }));
    const done = await first.done;
    expect(done.status, done.output).toBe(3);
    expect(done.output).toContain(
      `was superseded: a deployment of ${taskDefinition.split("/")[1]} has taken its place`,
    );
    await cloud.settled();
  });

  it("goes back to what served before, not to what failed", async () => {
    const [one, two, bad] = [await push(), await push(), await push(CRASHING)];
    expect((await deploy(one)).status).toBe(0);
    expect((await deploy(two)).status).toBe(0);
    expect((await deploy(bad)).status).toBe(1);
    expect(await cloud.version()).toBe(two);
    const done = await run(["rollback", "service-b"]);
    expect(done.status, done.output).toBe(0);
    expect(await cloud.version()).toBe(one);
  });

  it("ends a deployment that is in progress when asked to roll back", async () => {
    const good = await push();
    expect((await deploy(good)).status).toBe(0);
    const sick = await push(SICK);
    expect((await deploy(sick, "--no-wait")).status).toBe(0);
    const done = await run(["rollback", "service-b"]);
    expect(done.status, done.output).toBe(0);
    expect(await cloud.version()).toBe(good);
  });

  it("retires what is neither in use, nor Terraform's, nor among the newest", async () => {
    for (let count = 0; count < 3; count++) expect((await deploy(await push())).status).toBe(0);
    const last = await push();
    const all = await cloud.revisions();
    const done = await deploy(last, "--keep", "2");
    expect(done.status, done.output).toBe(0);
    const left = await cloud.revisions();
    // Terraform's, and the newest two.
    expect(left.map(({ tag }) => tag)).toEqual(["bootstrap", all.at(-1)?.tag, last]);
  });

  it("says what to do when the time is up, and the same command goes on", async () => {
    const sick = await push(SICK);
    const done = await deploy(sick, "--timeout", "1");
    expect(done.status, done.output).toBe(5);
    expect(done.output).toContain("is not done after 1 s; the deployment goes on, and nothing was retired");
    proxy.reset();
    const again = start(["deploy", "service-b", "--image-tag", sick]);
    await expect.poll(() => proxy.calls, BEGUN).toContain("DescribeServiceDeployments");
    await setGrace(GRACE_SECONDS.short);
    const followed = await again.done;
    expect(followed.status, followed.output).toBe(1);
    expect(followed.output).not.toContain("registered  ");
    expect(proxy.calls).not.toContain("UpdateService");
  });

  it("says what was changed when it is interrupted", async () => {
    const { group, done } = start(["deploy", "service-b", "--image-tag", await push(SICK)]);
    // Whoever follows the deployment has heard that the update was taken.
    await expect.poll(() => callsAfter("UpdateService"), BEGUN).toContain("DescribeServiceDeployments");
    group.child.kill("SIGINT");
    const { status, output } = await done;
    expect(status, output).toBe(130);
    expect(output).toMatch(/interrupted; changed until then: registered \S+:\d+; updated service-b to \S+:\d+/);
    expect((await run(["rollback", "service-b"])).status).toBe(0);
  });

  it("converges when it is killed after any call of AWS and run again: one revision, which serves", async () => {
    expect((await deploy(await push())).status).toBe(0);
    let killedAt = 0;
    const actions: string[] = [];
    let tag = await push();
    for (let last = false; !last; ) {
      killedAt++;
      const before = await state();
      last = await killedAfter(killedAt, tag, actions);
      // Until then it has only looked.
      if (!actions.includes("RegisterTaskDefinition")) {
        expect(await state()).toEqual(before);
        continue;
      }
      proxy.reset();
      const done = await deploy(tag);
      expect(done.status, `killed after call ${killedAt}, ${actions.at(-1)}: ${done.output}`).toBe(0);
      expect(await cloud.version()).toBe(tag);
      const after = await cloud.revisions();
      expect(after.filter((revision) => revision.tag === tag)).toHaveLength(1);
      expect(after.filter(({ name }) => !before.revisions.some((known) => known.name === name))).toHaveLength(1);
      expect((await cloud.describeService()).deployments).toHaveLength(1);
      tag = await push();
    }
    console.log(`killed after each of ${actions.length} calls: ${actions.join(", ")}`);
    for (const action of ["RegisterTaskDefinition", "UpdateService", "DeregisterTaskDefinition"]) {
      expect(actions).toContain(action);
    }
  });

  it("registers no second revision when the answer to the first is lost, and goes on", async () => {
    const tag = await push();
    const before = await cloud.revisions();
    const lost = new Set<string>();
    proxy.reset(({ action }) => {
      if (lost.has(action) || !/^(Register|Update|Get|Describe)/.test(action)) return "pass";
      lost.add(action);
      return "lose";
    });
    const done = await deploy(tag);
    expect(done.status, done.output).toBe(0);
    expect(lost).toContain("RegisterTaskDefinition");
    expect((await cloud.revisions()).slice(before.length).map((revision) => revision.tag)).toEqual([tag]);
    expect(await cloud.version()).toBe(tag);
  });

  /**
   * Kills a release when its n-th call has been answered; tells whether it was its last. Keeps few revisions. How often it
   * looks at the deployment is a matter of time: of the looks the first one counts, so that the n-th call of one release is
   * the n-th of any other.
   */
  async function killedAfter(count: number, tag: string, actions: string[]): Promise<boolean> {
    const release = start(["deploy", "service-b", "--image-tag", tag, "--keep", "2"]);
    let killed = false;
    let counted = 0;
    proxy.reset(({ action }) => {
      if (killed) return "lose";
      if (isLookedAtAgain(action)) return "pass";
      if (++counted < count) return "pass";
      actions.push(action);
      killed = true;
      release.group.child.kill("SIGKILL");
      return "lose";
    });
    await release.done;
    return !killed;
  }

  /** Whether the call that was just answered belongs to one of the later looks at a deployment. */
  function isLookedAtAgain(action: string): boolean {
    const looks = callsAfter("UpdateService").filter((call) => call === "DescribeServices").length;
    const isOfLook = action === "DescribeServices" || proxy.calls.at(-2) === "DescribeServices";
    return looks > 1 && isOfLook;
  }
});
