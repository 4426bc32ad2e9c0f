import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { Interrupted } from "../../tools/failure";
import { portsInARow } from "../../tools/ports-in-a-row";
import { serveForTest } from "../../tools/testing/test-server";
import { loopbackOf } from "../cloud/loopback";
import type { ViewTask } from "../cloud/view";
import { eventually, FakeRuntime, REVISION, taskArn, testAgent, viewOf, viewTask } from "./agent.fixtures";
import { StartFault } from "./runtime";

const PORTS = [{ containerPort: 5001, hostPort: 5001, protocol: "tcp" as const }];

function fakeAgent() {
  const runtime = new FakeRuntime();
  return { runtime, ...testAgent({ runtime }) };
}

describe("the agent", () => {
  it("starts a task of the view once, and reports where it is reached", async () => {
    const { agent, runtime, reported, reports } = fakeAgent();
    const view = viewOf([viewTask("a")], [{ name: "cart", image: "cart:1", portMappings: PORTS }]);
    agent.update(view);
    agent.update(view);
    await reported("RUNNING");
    agent.update(view);
    expect(runtime.containers).toHaveLength(1);
    expect(reports).toEqual([
      {
        arn: taskArn("a"),
        lastStatus: "RUNNING",
        address: loopbackOf("a"),
        containers: [{ name: "cart", runtimeId: "1", ports: [{ containerPort: 5001, hostPort: 5001 }] }],
      },
    ]);
    expect(agent.tasks.map(({ view: { arn }, status }) => [arn, status])).toEqual([[taskArn("a"), "RUNNING"]]);
  });

  it("tells where a port of a container is reached while it runs: from this machine, and from other containers", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")], [{ name: "cart", portMappings: [{ containerPort: 5001 }] }]));
    await reported("RUNNING");
    const [task] = agent.tasks;
    const places = (container: string, port: number) => [
      task?.placeOf(container, port, "machine"),
      task?.placeOf(container, port, "containers"),
    ];
    expect(places("cart", 5001)).toEqual([
      { address: loopbackOf("a"), port: 5001 },
      { address: "172.17.0.2", port: 5001 },
    ]);
    expect(places("cart", 5002)).toEqual([undefined, undefined]);
    expect(places("other", 5001)).toEqual([undefined, undefined]);
    runtime.containers[0]?.exit({ exitCode: 1 });
    await reported("STOPPED");
    expect(places("cart", 5001)).toEqual([undefined, undefined]);
  });

  it("tells what all containers of a task have used, of one that has ended the processor time", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")], [{ name: "cart" }, { name: "migrate", essential: false }]));
    await reported("RUNNING");
    const [task] = agent.tasks;
    const used = (name: string, cpuSeconds: number) => {
      const container = runtime.container(name);
      if (container) container.used = { cpuSeconds, memoryBytes: 1_000 };
    };
    used("cart", 1);
    expect(await task?.usage()).toBeUndefined();
    used("migrate", 2);
    expect(await task?.usage()).toEqual({ cpuSeconds: 3, memoryBytes: 2_000 });
    runtime.container("migrate")?.exit({ exitCode: 0 });
    used("cart", 4);
    await eventually(async () => expect(await task?.usage()).toEqual({ cpuSeconds: 6, memoryBytes: 1_000 }));
    runtime.container("cart")?.exit({ exitCode: 0 });
    await eventually(async () => expect(await task?.usage()).toBeUndefined());
  });

  it("stops a task within its stop timeout, and reports its exit code without a stop code of its own", async () => {
    const { agent, runtime, reported, gone } = fakeAgent();
    const containers = [{ name: "cart", stopTimeout: 7, portMappings: PORTS }];
    agent.update(viewOf([viewTask("a")], containers));
    await reported("RUNNING");
    agent.update(viewOf([viewTask("a", { desired: "stop" })], containers));
    agent.update(viewOf([viewTask("a", { desired: "stop" })], containers));
    expect(await reported("STOPPED")).toEqual({
      arn: taskArn("a"),
      lastStatus: "STOPPED",
      address: loopbackOf("a"),
      containers: [{ name: "cart", runtimeId: "1", exitCode: 0, ports: [{ containerPort: 5001, hostPort: 5001 }] }],
    });
    expect(runtime.containers[0]?.stop.mock.calls).toEqual([[7_000]]);
    expect(gone).toEqual([`${loopbackOf("a")}:5001`]);
    expect(agent.tasks).toEqual([]);
  });

  it("stops after 30 s where the definition names no stop timeout", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")]));
    await reported("RUNNING");
    agent.update(viewOf([viewTask("a", { desired: "stop" })]));
    await reported("STOPPED");
    expect(runtime.containers[0]?.stop.mock.calls).toEqual([[30_000]]);
  });

  it("kills a task as if it had crashed", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")]));
    await reported("RUNNING");
    agent.update(viewOf([viewTask("a", { desired: "kill" })]));
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 137 }],
    });
    expect(runtime.containers[0]?.stop).not.toHaveBeenCalled();
  });

  it("kills a task whose stop takes too long for somebody", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")]));
    await reported("RUNNING");
    runtime.containers[0]?.stop.mockImplementation(() => undefined);
    agent.update(viewOf([viewTask("a", { desired: "stop" })]));
    agent.update(viewOf([viewTask("a", { desired: "kill" })]));
    const stopped = await reported("STOPPED");
    expect(stopped.containers[0]?.exitCode).toBe(137);
    expect(stopped.stopCode).toBeUndefined();
  });

  it("never starts a stopped task again, however often the view asks for it", async () => {
    const { agent, runtime, reported, reports } = fakeAgent();
    agent.update(viewOf([viewTask("a")]));
    await reported("RUNNING");
    runtime.containers[0]?.exit({ exitCode: 1 });
    await reported("STOPPED");
    agent.update(viewOf([viewTask("a")]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runtime.containers).toHaveLength(1);
    expect(reports.map(({ lastStatus }) => lastStatus)).toEqual(["RUNNING", "STOPPED"]);
  });

  it("reports a task as stopped that was to stop before it was ever started here", () => {
    const { agent, runtime, reports } = fakeAgent();
    agent.update(viewOf([viewTask("a", { desired: "stop" }), viewTask("b", { desired: "kill" })]));
    expect(reports).toEqual([
      { arn: taskArn("a"), lastStatus: "STOPPED", address: "", containers: [] },
      { arn: taskArn("b"), lastStatus: "STOPPED", address: "", containers: [] },
    ]);
    expect(runtime.containers).toHaveLength(0);
  });

  it("stops a task that left the view, and knows of it until it has stopped", async () => {
    const { agent, runtime, reported } = fakeAgent();
    agent.update(viewOf([viewTask("a")]));
    await reported("RUNNING");
    const [container] = runtime.containers;
    container?.stop.mockImplementation(() => undefined);
    agent.update(viewOf([]));
    expect(agent.tasks).toHaveLength(1);
    await eventually(() => expect(container?.stop).toHaveBeenCalledOnce());
    container?.exit({ exitCode: 0 });
    await reported("STOPPED");
    expect(agent.tasks).toEqual([]);
  });

  it("stops a task that is still starting as soon as it has started", async () => {
    const { agent, runtime, reported } = fakeAgent();
    let go: (() => void) | undefined;
    runtime.before = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    agent.update(viewOf([viewTask("a")], [{ name: "cart" }, { name: "sidecar" }]));
    await eventually(() => expect(go).toBeDefined());
    agent.update(viewOf([viewTask("a", { desired: "stop" })], [{ name: "cart" }, { name: "sidecar" }]));
    go?.();
    expect((await reported("STOPPED")).stopCode).toBeUndefined();
    expect(runtime.containers.map(({ spec, stop }) => [spec.name, stop.mock.calls.length])).toEqual([["cart", 1]]);
  });

  it("stops a task whose secrets nobody gives out", async () => {
    const silent = createServer();
    const url = `http://127.0.0.1:${await serveForTest(silent)}`;
    const asked = once(silent, "request");
    const runtime = new FakeRuntime();
    const { agent, reported } = testAgent({ runtime, url });
    const containers = [{ name: "cart", secrets: [{ name: "TOKEN", valueFrom: "token" }] }];
    agent.update(viewOf([viewTask("a")], containers));
    await asked;
    agent.update(viewOf([viewTask("a", { desired: "stop" })], containers));
    expect((await reported("STOPPED")).stopCode).toBeUndefined();
    expect(runtime.containers).toEqual([]);
  });

  it("tells nobody that a task could not be started when the run is over", async () => {
    const { agent, runtime, reported, said } = fakeAgent();
    runtime.before = () => Promise.reject(new Interrupted("interrupted"));
    agent.update(viewOf([viewTask("a")]));
    expect((await reported("STOPPED")).stopCode).toBeUndefined();
    expect(said).toEqual([]);
  });

  it("kills a container at once that comes up after its task was killed", async () => {
    const { agent, runtime, reported } = fakeAgent();
    let go: (() => void) | undefined;
    runtime.before = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    agent.update(viewOf([viewTask("a")]));
    await eventually(() => expect(go).toBeDefined());
    agent.update(viewOf([viewTask("a", { desired: "kill" })]));
    go?.();
    expect((await reported("STOPPED")).containers[0]?.exitCode).toBe(137);
    expect(runtime.containers[0]?.stop).not.toHaveBeenCalled();
  });

  it("stops everything at once when the lifetime ends, and starts nothing more", async () => {
    const { agent, runtime, lifetime, reports } = fakeAgent();
    agent.update(viewOf([viewTask("a"), viewTask("b")]));
    await eventually(() => expect(reports).toHaveLength(2));
    let asked = 0;
    for (const container of runtime.containers) {
      // Neither ends before both were asked to.
      container.stop.mockImplementation(() => {
        if (++asked === 2) for (const one of runtime.containers) one.exit({ exitCode: 0 });
      });
    }
    await lifetime.end();
    expect(agent.tasks).toEqual([]);
    agent.update(viewOf([viewTask("c")]));
    expect(agent.tasks).toEqual([]);
    expect(runtime.containers).toHaveLength(2);
  });
});

describe("a task", () => {
  it("ends with its first essential container, and takes the others along", async () => {
    const { agent, runtime, reported, said } = fakeAgent();
    agent.update(viewOf([viewTask("a")], [{ name: "cart" }, { name: "proxy" }]));
    await reported("RUNNING");
    runtime.container("cart")?.exit({ exitCode: 3 });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [
        { name: "cart", exitCode: 3 },
        { name: "proxy", exitCode: 0 },
      ],
    });
    expect(runtime.container("proxy")?.stop).toHaveBeenCalledOnce();
    expect(said).toEqual([
      "cart a stopped: Essential container in task exited (cart: exit code 3, proxy: exit code 0)",
    ]);
  });

  it("goes on without a container that is not essential", async () => {
    const { agent, runtime, reported, reports } = fakeAgent();
    agent.update(viewOf([viewTask("a")], [{ name: "cart" }, { name: "migrate", essential: false }]));
    await reported("RUNNING");
    runtime.container("migrate")?.exit({ exitCode: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reports).toHaveLength(1);
    expect(runtime.container("cart")?.stop).not.toHaveBeenCalled();
  });

  it("ends with its last container where none is essential", async () => {
    const { agent, runtime, reported, reports } = fakeAgent();
    const names = ["one", "two"];
    agent.update(
      viewOf(
        [viewTask("a")],
        names.map((name) => ({ name, essential: false })),
      ),
    );
    await reported("RUNNING");
    runtime.container("one")?.exit({ exitCode: 0 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reports).toHaveLength(1);
    runtime.container("two")?.exit({ exitCode: 0 });
    await reported("STOPPED");
  });

  it("gives its host ports back", async () => {
    const hostPort = await portsInARow(1);
    const { agent, reports } = fakeAgent();
    const containers = [{ name: "cart", portMappings: [{ containerPort: 5000, hostPort }] }];
    const view = (...tasks: ViewTask[]) => viewOf(tasks, containers, { networkMode: "bridge" });
    const on = { launchType: "EC2", instanceId: "i-1" } as const;
    agent.update(view(viewTask("a", on)));
    await eventually(() => expect(reports.map(({ lastStatus }) => lastStatus)).toEqual(["RUNNING"]));
    agent.update(view(viewTask("a", { ...on, desired: "stop" })));
    await eventually(() => expect(reports.map(({ lastStatus }) => lastStatus)).toEqual(["RUNNING", "STOPPED"]));
    agent.update(view(viewTask("b", on)));
    await eventually(() => expect(reports).toHaveLength(3));
    expect(reports[2]).toMatchObject({ arn: taskArn("b"), lastStatus: "RUNNING", address: loopbackOf("i-1") });
  });

  it("is stopped while a container of it waits for another one", async () => {
    const { agent, runtime, reported } = fakeAgent();
    const dependsOn = [{ containerName: "migrate", condition: "COMPLETE" as const }];
    const containers = [
      { name: "migrate", essential: false },
      { name: "cart", dependsOn },
    ];
    agent.update(viewOf([viewTask("a")], containers));
    await eventually(() => expect(runtime.containers).toHaveLength(1));
    agent.update(viewOf([viewTask("a", { desired: "stop" })], containers));
    expect((await reported("STOPPED")).containers.map(({ exitCode }) => exitCode)).toEqual([0, undefined]);
    expect(runtime.containers).toHaveLength(1);
  });

  it("tells why it could not be started", async () => {
    const { agent, runtime, reported, said } = fakeAgent();
    runtime.before = () => Promise.reject(new StartFault("CannotPullContainerError: no cart:1"));
    agent.update(viewOf([viewTask("a")]));
    expect(await reported("STOPPED")).toEqual({
      arn: taskArn("a"),
      lastStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError: no cart:1",
      address: loopbackOf("a"),
      containers: [{ name: "cart", ports: [] }],
    });
    expect(said).toEqual(["cart a stopped: CannotPullContainerError: no cart:1"]);
  });

  it("does not start without a definition", async () => {
    const { agent, reported } = fakeAgent();
    agent.update({ tasks: [viewTask("a")], taskDefinitions: {} });
    expect(await reported("STOPPED")).toMatchObject({
      stopCode: "TaskFailedToStart",
      stoppedReason: `CannotStartContainerError: ${REVISION} does not exist`,
    });
  });

  it("is nobody's trouble when it is a one-off that did its work", async () => {
    const { agent, runtime, reported, said } = fakeAgent();
    agent.update(viewOf([viewTask("a", { group: "family:cart" })]));
    await reported("RUNNING");
    runtime.containers[0]?.exit({ exitCode: 0 });
    expect((await reported("STOPPED")).stopCode).toBe("EssentialContainerExited");
    expect(said).toEqual([]);
  });

  it("starts a container after what it depends on has succeeded", async () => {
    const { agent, runtime, reported } = fakeAgent();
    const dependsOn = [{ containerName: "migrate", condition: "SUCCESS" as const }];
    agent.update(
      viewOf(
        [viewTask("a")],
        [
          { name: "cart", dependsOn },
          { name: "migrate", essential: false },
        ],
      ),
    );
    await eventually(() => expect(runtime.containers.map(({ spec }) => spec.name)).toEqual(["migrate"]));
    runtime.container("migrate")?.exit({ exitCode: 0 });
    await reported("RUNNING");
    expect(runtime.containers.map(({ spec }) => spec.name)).toEqual(["migrate", "cart"]);
  });

  it.each([
    [
      "SUCCESS" as const,
      "CannotStartContainerError: container cart depends on the success of migrate, which exited with 1",
    ],
    [
      "HEALTHY" as const,
      "CannotStartContainerError: container cart waits for migrate to be HEALTHY (dependsOn), but health checks of containers are not run here; START, COMPLETE and SUCCESS are",
    ],
  ])("refuses what it depends on: %s", async (condition, stoppedReason) => {
    const { agent, runtime, reported } = fakeAgent();
    const dependsOn = [{ containerName: "migrate", condition }];
    agent.update(
      viewOf(
        [viewTask("a")],
        [
          { name: "migrate", essential: false },
          { name: "cart", dependsOn },
        ],
      ),
    );
    await eventually(() => expect(runtime.containers).toHaveLength(1));
    runtime.container("migrate")?.exit({ exitCode: 1 });
    expect(await reported("STOPPED")).toMatchObject({ stopCode: "TaskFailedToStart", stoppedReason });
  });

  it("stops a container before what it depends on", async () => {
    const { agent, runtime, reported } = fakeAgent();
    const dependsOn = [{ containerName: "proxy", condition: "START" as const }];
    const containers = [{ name: "cart", dependsOn }, { name: "proxy" }, { name: "other" }];
    agent.update(viewOf([viewTask("a")], containers));
    await reported("RUNNING");
    runtime.container("cart")?.stop.mockImplementation(() => undefined);
    agent.update(viewOf([viewTask("a", { desired: "stop" })], containers));
    await eventually(() => expect(runtime.container("other")?.stop).toHaveBeenCalledOnce());
    expect(runtime.container("cart")?.stop).toHaveBeenCalledOnce();
    expect(runtime.container("proxy")?.stop).not.toHaveBeenCalled();
    runtime.container("cart")?.exit({ exitCode: 0 });
    await reported("STOPPED");
    expect(runtime.container("proxy")?.stop).toHaveBeenCalledOnce();
  });

  it("hands on what the definition and the overrides of the task say", async () => {
    const { agent, runtime, reported } = fakeAgent();
    const overrides = {
      memory: "1024",
      containerOverrides: [
        { name: "cart", command: ["node", "migrate.js"], environment: [{ name: "MODE", value: "once" }] },
      ],
    };
    const environment = [
      { name: "MODE", value: "serve" },
      { name: "REGION", value: "eu" },
    ];
    agent.update(viewOf([viewTask("a", { overrides })], [{ name: "cart", image: "cart:1", environment }]));
    await reported("RUNNING");
    expect(runtime.containers[0]?.spec).toMatchObject({
      taskArn: taskArn("a"),
      environment: { MODE: "once", REGION: "eu" },
      definition: { image: "cart:1", command: ["node", "migrate.js"] },
      memoryMiB: 1024,
      cpus: 0.25,
    });
  });
});
