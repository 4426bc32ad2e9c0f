import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import { ListContainerInstancesCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Source } from "../../jenkins/testing/source";
import { Lifetime } from "../../tools/processes/lifetime";
import { readScaling, readScalingActivities, type ScalingPolicy } from "../cloud/scaling";
import type { ClientSettings } from "../cloud/variables";
import { buildBundle } from "../deploy/bundles";
import { LoadGenerator } from "../load/generator";
import type { LoadShape } from "../load/plan";
import type { LoadOutcome } from "../load/tally";
import { bundleFolder } from "../run-folder";
import { CLUSTER, Releases } from "../testing/release";
import type { Systems } from "../testing/systems";

/** How many times as fast as a clock the run's minutes pass. */
export const TIME_SCALE = 20;

const MEMORY_MIB = 512;

/** More than the target of 75 %; and less, but too much for the policy to take tasks away (90 % of the target). */
const HIGH_MIB = MEMORY_MIB * 0.86;
const NEITHER_MIB = MEMORY_MIB * 0.71;

/** A policy waits for three minutes before it adds tasks (9 s here), and for fifteen before it takes some away (45 s). */
const SCALE_OUT_BOUND_MS = 4 * 60_000;
const SCALE_IN_BOUND_MS = 5 * 60_000;

/** Sixteen minutes. */
const LONGER_THAN_AN_ALARM_MS = (16 * 60_000) / TIME_SCALE;

/** A task that starts is busy for some of these short minutes: that alone is to be no reason for more. */
const OF_SERVICE_B = { cpuPercent: 95, requestsPerTarget: 60 };

const POLL = { timeout: SCALE_OUT_BOUND_MS, interval: 250 };

/** Few tasks at first, so that there is something to add, and requests for service-b to be scaled on. */
export function forScaling(source: Source): void {
  // As low as that, for four tasks that work all the time get no more of a machine that does other things as well.
  const busy = changed({ replicas: { desired: 1, min: 1, max: 4 } }, { cpuPercent: 30 });
  source.edit("apps/service-a/service.json", busy);
  source.edit("apps/service-b/service.json", changed({ replicas: { desired: 1, min: 1, max: 2 } }, OF_SERVICE_B));
}

function changed(service: object, scaling: object) {
  return (text: string) => {
    const before = JSON.parse(text);
    return JSON.stringify({
      ...before,
      ...service,
      scaling: { ...before.scaling, scaleInCooldownSeconds: 60, ...scaling },
    });
  };
}

/**
 * That services of jenkins-ecs scale by what really happens to them.
 *
 * @param running a run of {@link forScaling} with {@link TIME_SCALE}
 */
export function testScaling(running: () => Systems): void {
  describe("autoscaling on this machine", () => {
    let systems: Systems;
    let releases: Releases;
    let settings: ClientSettings;
    let url: string;

    beforeAll(async () => {
      systems = running();
      settings = systems.start.settings;
      releases = new Releases(settings);
      url = systems.start.listener(CLUSTER, 80);
      await Promise.all(["service-a", "service-b"].map(releaseElastic));
    });
    afterAll(() => releases?.client.destroy());

    /** Makes a service one that works and takes memory as it is told. */
    const releaseElastic = async (service: string) => {
      const directory = join(import.meta.dirname, "../testing/elastic-service");
      const folder = bundleFolder(systems.start.folder, service, "elastic");
      await buildBundle(new Lifetime(), { root: systems.source.folder, directory, version: "elastic", folder });
      const { deployment } = await releases.release(service, "elastic");
      expect(deployment.status).toBe("SUCCESSFUL");
    };

    /** A load until `stop`, which gives what became of it. */
    const load = (path: string, shape: LoadShape) => {
      const stopped = new AbortController();
      onTestFinished(() => stopped.abort());
      const generator = new LoadGenerator({ url: new URL(url + path), shape, seconds: 600 });
      const outcome = generator.run(stopped.signal);
      return {
        stop: (): Promise<LoadOutcome> => {
          stopped.abort();
          return outcome;
        },
      };
    };

    const tasksOf = async (service: string) => {
      const { desiredCount, runningCount } = await systems.service(CLUSTER, service);
      return [desiredCount, runningCount];
    };
    const expectTasks = (service: string, count: number, timeout: number) =>
      expect.poll(() => tasksOf(service), { ...POLL, timeout }).toEqual([count, count]);

    const instances = async () => {
      const listed = await releases.client.send(new ListContainerInstancesCommand({ cluster: CLUSTER }));
      return listed.containerInstanceArns?.length ?? 0;
    };

    const policyOf = async (service: string, metric: string): Promise<ScalingPolicy> => {
      const scaled = (await readScaling(settings, TIME_SCALE)).find((one) => one.service === service);
      const policy = scaled?.policies.find((one) => one.metric === metric);
      if (!policy) throw new Error(`${service} has no policy of ${metric}: ${JSON.stringify(scaled)}`);
      return policy;
    };
    const statesOf = async (service: string, metric: string) =>
      (await policyOf(service, metric)).alarms.map(({ StateValue }) => StateValue);

    /** What was done to a service since a time, the oldest first. */
    const activitiesOf = async (service: string, since = 0): Promise<readonly ScalingActivity[]> => {
      const activities = await readScalingActivities(settings, 50);
      const resource = `service/${CLUSTER}/${service}`;
      return activities
        .filter(({ ResourceId, StartTime }) => ResourceId === resource && Number(StartTime) >= since)
        .toReversed();
    };

    /** Tells each task of service-b how much memory to have. */
    const holdMemory = async (mebibytes: number) => {
      for (const address of await systems.addresses(CLUSTER, "service-b")) {
        // A task that runs may not listen yet.
        const told = () =>
          fetch(`http://${address}:5001/finance/memory/${mebibytes}`).then(({ status }) => status, String);
        await expect.poll(told, POLL).toBe(200);
      }
    };

    const local = (args: string) => systems.local(`${args} --run ${basename(systems.start.folder)}`);

    it("adds tasks and instances while requests keep the processor busy, and lets them go; no request fails", async () => {
      await expectTasks("service-a", 1, SCALE_IN_BOUND_MS);
      const before = await instances();
      expect(await systems.stacks.planned("jenkins-ecs")).toContain("No changes.");
      const since = Date.now();
      const steady = load("/medical", { rate: 2 });
      const busy = load("/medical/burn/10", { clients: 8 });
      await expectTasks("service-a", 4, SCALE_OUT_BOUND_MS);
      const under = await busy.stop();
      expect(await instances()).toBeGreaterThan(before);
      // Terraform has nothing to say about the number of tasks.
      expect(await systems.stacks.planned("jenkins-ecs")).toContain("No changes.");
      expect((await tasksOf("service-a"))[0]).toBeGreaterThan(1);
      await expectTasks("service-a", 1, SCALE_IN_BOUND_MS);
      await expect.poll(instances, { ...POLL, timeout: SCALE_IN_BOUND_MS }).toBe(before);
      const during = await steady.stop();
      for (const { statuses, failures, skipped } of [under, during]) {
        expect([Object.keys(statuses), failures, skipped]).toEqual([["200"], {}, 0]);
      }
      const activities = await activitiesOf("service-a", since);
      expect(activities[0]).toMatchObject({
        Cause: expect.stringMatching(/AlarmHigh.* in state ALARM triggered policy service-a-cpu/),
        Description: expect.stringMatching(/Setting desired count to [234]\./),
        StatusCode: "Successful",
      });
      expect(activities.at(-1)).toMatchObject({
        Cause: expect.stringMatching(/AlarmLow.* in state ALARM triggered policy service-a-(cpu|memory)/),
        Description: expect.stringMatching(/Setting desired count to 1\./),
      });
      // A minute of theirs may still be without data.
      await expect
        .poll(() => local("scaling service-a"), POLL)
        .toMatch(/service-a +1\/1 +1 to 4 +CPUUtilization +[\d.]+ +30 +OK +ALARM/);
    });

    it("adds tasks when more requests come than are meant for one, and says so", async () => {
      await expectTasks("service-b", 1, SCALE_IN_BOUND_MS);
      const since = Date.now();
      const busy = load("/finance", { rate: 40 });
      await expectTasks("service-b", 2, SCALE_OUT_BOUND_MS);
      const { statuses, failures } = await busy.stop();
      expect([Object.keys(statuses), failures]).toEqual([["200"], {}]);
      expect(await activitiesOf("service-b", since)).toMatchObject([
        { Cause: expect.stringMatching(/AlarmHigh.* in state ALARM triggered policy service-b-requests/) },
      ]);
      await expectTasks("service-b", 1, SCALE_IN_BOUND_MS);
    });

    it("adds tasks when their memory is full, and lets them go when it is given back", async () => {
      await expectTasks("service-b", 1, SCALE_IN_BOUND_MS);
      const since = Date.now();
      await holdMemory(HIGH_MIB);
      await expectTasks("service-b", 2, SCALE_OUT_BOUND_MS);
      expect(await activitiesOf("service-b", since)).toMatchObject([
        { Cause: expect.stringMatching(/AlarmHigh.* in state ALARM triggered policy service-b-memory/) },
      ]);
      await holdMemory(0);
      await expectTasks("service-b", 1, SCALE_IN_BOUND_MS);
    });

    it("keeps tasks for memory that is not given back, unless memory is not to be asked before they go", async () => {
      await holdMemory(HIGH_MIB);
      await expectTasks("service-b", 2, SCALE_OUT_BOUND_MS);
      await holdMemory(NEITHER_MIB);
      const memory = async () => (await policyOf("service-b", "MemoryUtilization")).now;
      await expect.poll(memory, POLL).toBeGreaterThan(68);
      await expect.poll(memory, POLL).toBeLessThan(74);
      await expect
        .poll(() => statesOf("service-b", "CPUUtilization"), { ...POLL, timeout: SCALE_IN_BOUND_MS })
        .toEqual(["OK", "ALARM"]);
      await expect.poll(() => statesOf("service-b", "MemoryUtilization"), POLL).toEqual(["OK", "OK"]);
      // Nothing is there to be waited for: nothing is to happen.
      await sleep(LONGER_THAN_AN_ALARM_MS);
      expect(await tasksOf("service-b")).toEqual([2, 2]);
      systems.source.edit("apps/service-b/service.json", changed({}, { memoryScaleIn: false }));
      await systems.stacks.apply("jenkins-ecs");
      await expectTasks("service-b", 1, SCALE_IN_BOUND_MS);
      await expect.poll(memory, POLL).toBeGreaterThan(68);
      expect((await policyOf("service-b", "MemoryUtilization")).scalesIn).toBe(false);
    });

    it("keeps other bounds from when a schedule says so", async () => {
      const schedules = [{ name: "every-minute", schedule: "cron(* * * * ? *)", min: 2, max: 2 }];
      systems.source.edit("apps/service-b/service.json", changed({}, { schedules }));
      await systems.stacks.apply("jenkins-ecs");
      await expectTasks("service-b", 2, SCALE_OUT_BOUND_MS);
      expect((await activitiesOf("service-b")).at(-1)).toMatchObject({
        Cause: expect.stringContaining("minimum capacity was set to 2"),
      });
      expect(await local("scaling")).toMatch(
        /service-b +service-b-every-minute +cron\(\* \* \* \* \? \*\) +UTC +2 to 2/,
      );
    });
  });
}
