import { describe, expect, it } from "vitest";
import { fixture, groupArn, LISTENER, request, TASKS } from "../testing/fixture";
import { edgesOf } from "./edge-model";
import {
  entrancesOf,
  pathOf,
  serviceCondition,
  servicesBehind,
  systemsOf,
  taskCondition,
  tasksOf,
  trafficOf,
  wayOf,
} from "./model";

const STATE = fixture();
const [A, B] = STATE.services;
if (!A || !B) throw new Error("the fixture has two services");

const task = (id: string) => {
  const found = STATE.tasks.find((one) => one.id === id);
  if (!found) throw new Error(`the fixture has no task ${id}`);
  return found;
};

describe("systemsOf", () => {
  it("puts together what is of one system, and those of other environments after ours", () => {
    const place = { system: "alpha", environment: "production" };
    const systems = systemsOf({ ...STATE, services: [{ ...A, place }, B, { ...A, id: "x/y", place: undefined }] });
    expect(systems.map(({ title, services }) => [title, services.length])).toEqual([
      ["jenkins-ecs", 1],
      ["alpha, production", 1],
      ["of no system", 1],
    ]);
  });

  it("is nothing before anything is deployed", () => {
    expect(systemsOf({})).toEqual([]);
  });
});

describe("serviceCondition", () => {
  it.each([
    [{}, "good", "steady"],
    [{ desired: 0, running: 0 }, "idle", "scaled to 0"],
    [{ stable: false, rollout: "IN_PROGRESS" }, "busy", "deploying"],
    [{ stable: false, rollout: "BLUE_GREEN" }, "busy", "blue/green"],
    [{ stable: false, running: 0 }, "warn", "2 missing"],
    [{ stable: false, running: 3 }, "busy", "changing"],
    [{ failed: "tasks failed to start" }, "bad", "deployment failed"],
  ])("of %j is %s: %s", (given, tone, text) => {
    expect(serviceCondition({ ...B, ...given })).toEqual({ tone, text });
  });
});

describe("taskCondition", () => {
  it("is what load balancers say of its targets", () => {
    const conditions = [TASKS.a1, TASKS.a2, TASKS.b2].map((id) => taskCondition(task(id), STATE.groups));
    expect(conditions.map(({ tone, text }) => [tone, text])).toEqual([
      ["good", "healthy"],
      ["busy", "starting"],
      ["bad", "unhealthy"],
    ]);
  });

  it.each([
    [{ status: "PENDING" }, "busy", "pending"],
    [{ desired: "STOPPED" }, "warn", "stopping"],
    [{ status: "STOPPED", desired: "STOPPED" }, "idle", "stopped"],
    [{ health: "UNHEALTHY" }, "bad", "unhealthy"],
    [{ health: "HEALTHY" }, "good", "healthy"],
    [{}, "good", "running"],
  ])("of a task behind no load balancer, %j, is %s: %s", (given, tone, text) => {
    expect(taskCondition({ ...task(TASKS.a1), ...given }, [])).toEqual({ tone, text });
  });

  it("says of one that is deregistered that it drains", () => {
    const groups = STATE.groups.map((group) => ({
      ...group,
      targets: group.targets.map((target) => ({ ...target, health: "draining" })),
    }));
    expect(taskCondition(task(TASKS.a1), groups)).toEqual({ tone: "warn", text: "draining" });
  });
});

it("gives the tasks of a service that have not stopped", () => {
  expect(tasksOf(A, STATE.tasks).map(({ id }) => id)).toEqual([TASKS.a1, TASKS.a2]);
});

describe("servicesBehind", () => {
  it("gives each service's share of the requests of a rule", () => {
    const rule = STATE.balancers[0]?.listeners[0]?.rules[0];
    if (!rule) throw new Error("the fixture has a rule");
    const weighted = {
      ...rule,
      targets: [
        { group: groupArn("sa-1"), weight: 1 },
        { group: groupArn("sb-1"), weight: 3 },
        { group: "of nobody", weight: 0 },
      ],
    };
    expect(servicesBehind(weighted, STATE.services).map(({ service, share }) => [service.name, share])).toEqual([
      ["service-a", 0.25],
      ["service-b", 0.75],
    ]);
  });
});

describe("trafficOf", () => {
  const one = { group: "one", rate: 1, errorShare: 0.5, p50: 10, p95: 20, history: [2, 0] };
  const other = { group: "other", rate: 3, errorShare: 0, p50: 1, p95: 2, history: [0, 6] };

  it("adds up the traffic of its groups", () => {
    expect(trafficOf({ ...A, groups: ["one", "other"] }, [one, other])).toEqual({
      ...other,
      rate: 4,
      errorShare: 0.125,
      history: [2, 6],
    });
  });

  it("is nothing where no request has come", () => {
    expect(trafficOf(A, [])).toBeUndefined();
  });
});

describe("wayOf", () => {
  it("finds what a request went by", () => {
    const [served] = STATE.requests;
    const { listener, rule, group, service } = wayOf(served ?? request(0), STATE);
    expect([listener?.listener.arn, rule?.priority, group?.name, service?.name]).toEqual([
      LISTENER,
      "100",
      "sa-1",
      "service-a",
    ]);
  });

  it("is without what is gone since", () => {
    expect(wayOf({ ...request(0), listener: "gone", rule: "gone", group: "gone" }, STATE)).toEqual({
      listener: undefined,
      rule: undefined,
      group: undefined,
      service: undefined,
    });
  });
});

it("begins a trace with the first path that a listener's rules ask for, without a wildcard", () => {
  const listener = STATE.balancers[0]?.listeners[0];
  if (!listener) throw new Error("the fixture has a listener");
  expect(pathOf(listener)).toBe("/medical");
  expect(pathOf({ ...listener, rules: [] })).toBe("/");
});

it("entrancesOf has public listeners first, then APIs, then what only a VPC reaches", () => {
  const [balancer] = STATE.balancers;
  if (!balancer) throw new Error("the fixture has a load balancer");
  const internal = { ...balancer, name: "inner", internal: true };
  const [listener] = balancer.listeners;
  const entrances = entrancesOf({ ...STATE, balancers: [internal, balancer] });
  const [first] = entrances;
  expect(first).toEqual({ id: listener?.arn, label: "jenkins-ecs-local, HTTP 80", path: "/medical" });
  expect(entrances).toContainEqual({ id: "a1b2c3", label: "jenkins-ecs-local, HTTP API", path: "/finance" });
  expect(entrances.at(-1)?.label).toMatch(/^inner, .*, internal$/);
});

describe("edgesOf", () => {
  const [system] = systemsOf(STATE);
  if (!system) throw new Error("the fixture has a system");

  it("leads from clients to load balancers and APIs, by rules to services, and to the database", () => {
    const ends = edgesOf(system, STATE, undefined).map(({ from, to }) => [from, to].map((end) => end.split(":")[0]));
    expect(ends).toEqual([
      ["clients", "api"],
      ["api", "listener"],
      ["clients", "listener"],
      ["rule", "service"],
      ["rule", "service"],
      ["service", "database"],
    ]);
  });

  it("marks the way of a request, and no other", () => {
    const marked = edgesOf(system, STATE, STATE.requests[0]).filter((edge) => edge.isMarked);
    expect(marked.map(({ from, to }) => [from.split(":")[0], to])).toEqual([
      ["clients", `listener:${LISTENER}`],
      ["rule", "service:jenkins-ecs-local/service-a"],
    ]);
  });

  it("draws no line from clients to a load balancer that only its VPC reaches", () => {
    const internal = { ...system, balancers: system.balancers.map((balancer) => ({ ...balancer, internal: true })) };
    expect(
      edgesOf(internal, STATE, undefined).some(({ from, to }) => from === "clients" && to.startsWith("listener")),
    ).toBe(false);
  });
});
