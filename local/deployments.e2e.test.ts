import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  RunTaskCommand,
  UpdateServiceCommand,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Lifetime } from "../tools/processes/lifetime";
import { writeFile } from "../tools/testing/temporary-folder";
import { buildBundle } from "./deploy/bundles";
import { bundleFolder } from "./run-folder";
import { Load } from "./testing/load";
import { NpmStart, stillRunning } from "./testing/npm-start";
import { CLUSTER, Releases } from "./testing/release";

/** Each with a path that leads to it. */
const SERVICES = [
  ["service-a", "EC2", "/medical"],
  ["service-b", "FARGATE", "/finance"],
] as const;

const DEPLOYMENTS = 20;

/** Clients that ask for the quick page, and for one that takes a while. */
const QUICK = 8;
const SLOW = 3;

/** As long as these tasks, which are processes, need to start at worst; the environment's is long enough for containers. */
const GRACE_SECONDS = 10;

/** Revisions that fail, each in its own way: the program, and how ECS words it of the task and in the service's events. */
const FAILURES = [
  {
    tag: "exits-at-start",
    program: `console.error("no database"); process.exit(3);`,
    stopped: "Essential container in task exited",
    event: "has stopped (reason Essential container in task exited, exit code 3)",
  },
  { tag: "no-such-image", stopped: "CannotPullContainerError", event: "CannotPullContainerError" },
  {
    tag: "never-healthy",
    program: `
      const answer = (_request, response) => response.writeHead(500).end();
      require("node:http").createServer(answer).listen(Number(process.env.PORT), process.env.HOST);
      process.on("SIGTERM", () => process.exit(0));`,
    stopped: "failed ELB health checks",
    event: "due to (reason Health checks failed with these codes: [500])",
  },
];

describe("deployments on one machine", () => {
  let start: NpmStart;
  let releases: Releases;

  const load = (path: string) =>
    new Load({ url: start.url + path, clients: QUICK }, { url: `${start.url}${path}/slow/400`, clients: SLOW });

  beforeAll(async () => {
    start = new NpmStart(["--system", "jenkins-ecs"]);
    await start.printed("Ctrl-C stops everything.");
    releases = new Releases(start.settings);
    const directory = join(import.meta.dirname, "testing/slow-service");
    const lifetime = new Lifetime();
    for (const [service] of SERVICES) {
      for (const version of ["slow-1", "slow-2"]) {
        const folder = bundleFolder(start.folder, service, version);
        await buildBundle(lifetime, { root: process.cwd(), directory, version, folder });
      }
      for (const { tag, program } of FAILURES) {
        if (program) writeFile(bundleFolder(start.folder, service, tag), "main.cjs", program);
      }
    }
    for (const [service] of SERVICES) await releases.release(service, "slow-1");
  });
  afterAll(async () => {
    start.interrupt();
    await start.exited;
  });

  it(`rolls ${DEPLOYMENTS} new revisions of each launch type under load without a failed request`, async () => {
    const roll = async ([service, launchType, path]: (typeof SERVICES)[number]) => {
      const under = load(path);
      const tookMs: number[] = [];
      for (let count = 1; count <= DEPLOYMENTS; count++) {
        const version = `slow-${(count % 2) + 1}`;
        const released = await releases.release(service, version);
        expect(released.deployment.status).toBe("SUCCESSFUL");
        expect(await (await fetch(start.url + path)).json()).toEqual({ version });
        tookMs.push(released.tookMs);
      }
      const result = await under.stop();
      const longest = Math.max(...tookMs);
      const average = Math.round(tookMs.reduce((sum, one) => sum + one, 0) / tookMs.length);
      console.log(
        `${launchType}: ${DEPLOYMENTS} deployments, ${average} ms each (longest ${longest} ms), ${result.answered} requests`,
      );
      expect(result.failures).toEqual([]);
      // A connection that was reset would have been opened again.
      expect(result.connections).toBe(QUICK + SLOW);
      expect(result.answered).toBeGreaterThan(DEPLOYMENTS * 10);
    };
    await Promise.all(SERVICES.map(roll));
  });

  it.each(SERVICES)(
    "replaces a task of %s that is killed: only its requests in flight fail",
    async (service, _, path) => {
      const under = load(path);
      const [task] = await releases.tasks(service, "RUNNING");
      const killed = task?.taskArn ?? "";
      await start.inAnotherTerminal(
        `npm run --silent local -- kill ${basename(killed)} --run ${basename(start.folder)}`,
      );
      await expect.poll(() => stopped(service, killed), { timeout: 60_000 }).toBeDefined();
      expect(await stopped(service, killed)).toMatchObject({
        stopCode: "EssentialContainerExited",
        containers: [{ exitCode: 137 }],
      });
      await expect
        .poll(async () => (await releases.tasks(service, "RUNNING")).map(({ lastStatus }) => lastStatus), {
          timeout: 120_000,
        })
        .toEqual(["RUNNING", "RUNNING"]);
      const { failures, answered } = await under.stop();
      console.log(`${service}: killed under load, ${failures.length} of ${answered + failures.length} requests failed`);
      // Each client has one request in flight.
      expect(failures.length).toBeLessThanOrEqual(QUICK + SLOW);
      expect(new Set(failures)).toEqual(new Set(failures.length > 0 ? ["502 awselb/2.0"] : []));
    },
  );

  const stopped = async (service: string, arn: string) =>
    (await releases.tasks(service, "STOPPED")).find(({ taskArn }) => taskArn === arn);

  it.each(
    SERVICES.flatMap(([service, , path]) =>
      FAILURES.map(({ tag, stopped, event }) => [tag, service, path, stopped, event] as const),
    ),
  )("rolls a revision back that fails (%s, %s), and tells why", async (tag, service, path, stoppedReason, event) => {
    const before = await releases.service(service);
    const grace = (healthCheckGracePeriodSeconds: number | undefined) =>
      releases.client.send(new UpdateServiceCommand({ cluster: CLUSTER, service, healthCheckGracePeriodSeconds }));
    await grace(GRACE_SECONDS);
    // What comes later starts more tasks at once, each of which has less of the processor.
    onTestFinished(async () => void (await grace(before.healthCheckGracePeriodSeconds)));
    const under = load(path);
    const released = await releases.release(service, tag);
    const { failures, answered } = await under.stop();
    console.log(`${service}, ${tag}: rolled back after ${released.tookMs} ms, ${answered} requests`);
    expect(failures).toEqual([]);
    const { status, deploymentCircuitBreaker: breaker } = released.deployment;
    expect([status, breaker?.status, breaker?.threshold]).toEqual(["ROLLBACK_SUCCESSFUL", "TRIGGERED", 3]);
    expect(breaker?.failureCount).toBeGreaterThanOrEqual(3);
    expect(released.service.taskDefinition).toBe(before.taskDefinition);
    expect(released.service.deployments).toMatchObject([{ status: "PRIMARY", rolloutState: "COMPLETED" }]);
    expect(released.service.runningCount).toBe(2);
    const events = released.service.events?.map(({ message }) => message).join("\n");
    expect(events).toContain(event);
    expect(events).toContain("deployment failed: tasks failed to start");
    expect(events).toContain("rolling back to deployment");
    const reasons = (await releases.tasks(service, "STOPPED"))
      .filter(({ containers = [] }) => containers.some(({ image }) => image?.endsWith(`:${tag}`)))
      .map((task) => task.stoppedReason)
      .filter((reason) => reason?.includes(stoppedReason));
    expect(reasons.length).toBeGreaterThanOrEqual(3);
  });

  it.each(SERVICES)("runs a one-off task of %s to its exit code", async (service) => {
    const { taskDefinition, capacityProviderStrategy, networkConfiguration } = await releases.service(service);
    const command = ["node", "-e", "console.log('migrated'); process.exit(7)"];
    const { tasks = [] } = await releases.client.send(
      new RunTaskCommand({
        cluster: CLUSTER,
        taskDefinition,
        capacityProviderStrategy,
        networkConfiguration,
        overrides: { containerOverrides: [{ name: service, command }] },
      }),
    );
    const named = { cluster: CLUSTER, tasks: tasks.map(({ taskArn = "" }) => taskArn) };
    await waitUntilTasksStopped({ client: releases.client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 }, named);
    const [task] = (await releases.client.send(new DescribeTasksCommand(named))).tasks ?? [];
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 7 }],
    });
    const id = basename(task?.taskArn ?? "");
    expect(await local(`logs ${id}`)).toContain("migrated");
  });

  it("grows the autoscaling group for tasks that do not fit, and lets idle instances go", async () => {
    // What the tests before have left idle goes by itself.
    await expect.poll(idleInstances, { timeout: 120_000, interval: 500 }).toBe(0);
    const before = await instances();
    expect(await local("scale service-a 8")).toContain("service-a runs 8 tasks");
    // Each instance takes 3 tasks of 512 MiB.
    expect(await instances()).toBe(3);
    // A task runs some time before it is healthy.
    await expect
      .poll(() => local("status"), { timeout: 120_000 })
      .toMatch(/service-a +jenkins-ecs-local +EC2 +\S+ +\S+ +8\/8 +8 healthy/);
    await local("reset service-a");
    await expect.poll(instances, { timeout: 180_000, interval: 500 }).toBe(before);
  });

  const local = (command: string) =>
    start.inAnotherTerminal(`npm run --silent local -- ${command} --run ${basename(start.folder)}`);

  const instanceArns = async () =>
    (await releases.client.send(new ListContainerInstancesCommand({ cluster: CLUSTER }))).containerInstanceArns ?? [];

  /** How many container instances the cluster has. */
  const instances = async () => (await instanceArns()).length;

  /** How many of them have nothing to do. */
  const idleInstances = async () => {
    const asked = new DescribeContainerInstancesCommand({
      cluster: CLUSTER,
      containerInstances: [...(await instanceArns())],
    });
    const { containerInstances = [] } = await releases.client.send(asked);
    return containerInstances.filter((one) => !one.runningTasksCount && !one.pendingTasksCount).length;
  };

  it("leaves nothing behind when it is killed, and the next start serves; nor does that one on Ctrl-C", async () => {
    const { folder, emulatorUrl } = start;
    // Those of the tests before drain for a while.
    await expect.poll(() => start.tasks.length, { timeout: 120_000 }).toBe(4);
    const { processes } = start;
    process.kill(start.runner, "SIGKILL");
    await expect.poll(() => stillRunning(processes), { timeout: 60_000 }).toEqual([]);
    await expect(fetch(emulatorUrl)).rejects.toThrow();

    const next = new NpmStart(["--system", "jenkins-ecs"]);
    onTestFinished(() => next.interrupt());
    await next.printed("Ctrl-C stops everything.");
    // A start removes what a killed one could not.
    expect(existsSync(folder)).toBe(false);
    for (const [, , path] of SERVICES) expect((await fetch(next.url + path)).status).toBe(200);
    const started = next.processes;
    expect(next.tasks).toHaveLength(4);
    next.interrupt();
    // npm, which got the signal too, ends by it once the script has ended with 0.
    expect([0, "SIGINT"]).toContain(await next.exited);
    // A process that has closed its output may still be ending.
    await expect.poll(() => stillRunning(started), { timeout: 60_000 }).toEqual([]);
    expect(readdirSync(".local/runs")).not.toContain(basename(next.folder));
  });
});
