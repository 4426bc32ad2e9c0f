import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENVIRONMENT_LABEL } from "../../../config/environment-record";
import { container, copyOf, describedOf, EVERYTHING, revisions } from "../testing/task-definitions";
import { differences } from "./difference";
import type { Container, Described, TaskDefinition } from "./task-definition";

/** Differences where one container, or the task definition itself, is otherwise. */
const ofContainers = (before: Partial<Container>, after: Partial<Container>) =>
  differences(describedOf([container(before)]), describedOf([container(after)]));
const ofDefinitions = (before: Partial<TaskDefinition>, after: Partial<TaskDefinition>) =>
  differences(describedOf([container()], before), describedOf([container()], after));

/** Each list whose order means nothing: a container, or a definition, that has it. */
const UNORDERED_IN_CONTAINER: readonly (readonly [string, readonly unknown[]])[] = [
  [
    "environment",
    [
      { name: "B", value: "1" },
      { name: "A", value: "2" },
    ],
  ],
  [
    "secrets",
    [
      { name: "B", valueFrom: "arn:1" },
      { name: "A", valueFrom: "arn:2" },
    ],
  ],
  ["portMappings", [{ containerPort: 80, protocol: "udp" }, { containerPort: 80 }, { containerPort: 443 }]],
  [
    "mountPoints",
    [
      { containerPath: "/b", sourceVolume: "b" },
      { containerPath: "/a", sourceVolume: "a" },
    ],
  ],
  ["volumesFrom", [{ sourceContainer: "b" }, { sourceContainer: "a" }]],
  [
    "dependsOn",
    [
      { containerName: "b", condition: "START" },
      { containerName: "a", condition: "START" },
    ],
  ],
  [
    "ulimits",
    [
      { name: "nofile", softLimit: 1 },
      { name: "core", softLimit: 2 },
    ],
  ],
  [
    "systemControls",
    [
      { namespace: "b", value: "1" },
      { namespace: "a", value: "2" },
    ],
  ],
  [
    "resourceRequirements",
    [
      { type: "GPU", value: "1" },
      { type: "A", value: "2" },
    ],
  ],
  [
    "extraHosts",
    [
      { hostname: "b", ipAddress: "10.0.0.1" },
      { hostname: "a", ipAddress: "10.0.0.2" },
    ],
  ],
];
const UNORDERED_DEEPER: readonly (readonly [
  string,
  (list: readonly unknown[]) => Partial<Container>,
  readonly unknown[],
])[] = [
  [
    "secretOptions",
    (secretOptions) => ({ logConfiguration: { logDriver: "splunk", secretOptions } }),
    [
      { name: "b", valueFrom: "1" },
      { name: "a", valueFrom: "2" },
    ],
  ],
  ["capabilities.add", (add) => ({ linuxParameters: { capabilities: { add } } }), ["SYS_PTRACE", "NET_ADMIN"]],
  ["capabilities.drop", (drop) => ({ linuxParameters: { capabilities: { drop } } }), ["MKNOD", "ALL"]],
  [
    "tmpfs",
    (tmpfs) => ({ linuxParameters: { tmpfs } }),
    [
      { containerPath: "/b", size: 1 },
      { containerPath: "/a", size: 2 },
    ],
  ],
  ["devices", (devices) => ({ linuxParameters: { devices } }), [{ hostPath: "/dev/b" }, { hostPath: "/dev/a" }]],
];
const UNORDERED_IN_DEFINITION: readonly (readonly [string, readonly unknown[]])[] = [
  ["volumes", [{ name: "b" }, { name: "a", host: { sourcePath: "/a" } }]],
  [
    "placementConstraints",
    [
      { type: "memberOf", expression: "b" },
      { type: "memberOf", expression: "a" },
    ],
  ],
  ["requiresCompatibilities", ["FARGATE", "EC2"]],
];

describe("the canonical form", () => {
  it("is the same for a revision and itself", () => {
    fc.assert(fc.property(revisions, (revision) => differences(revision, copyOf(revision)).length === 0));
  });

  it("is the same where AWS alone says something else of the revision", () => {
    const { taskDefinition } = EVERYTHING;
    const later = {
      ...taskDefinition,
      revision: 8,
      status: "INACTIVE",
      registeredAt: 0,
      registeredBy: "another",
      compatibilities: [],
    };
    expect(differences(EVERYTHING, { ...EVERYTHING, taskDefinition: later })).toEqual([]);
  });

  it("is the same where only releases say something else of themselves", () => {
    const tags = (...pairs: readonly (readonly [string, string])[]) => pairs.map(([key, value]) => ({ key, value }));
    const before = {
      ...describedOf([container()]),
      tags: tags(["release:image", "1"], ["release:build", "1"], ["team", "a"]),
    };
    const after = { ...describedOf([container()]), tags: tags(["team", "a"], ["release:image", "2"], ["aws:x", "1"]) };
    expect(differences(before, after)).toEqual([]);
    const label = (record: string) => ({ dockerLabels: { [ENVIRONMENT_LABEL]: record } });
    expect(ofContainers(label("A"), label("A,B"))).toEqual([]);
    expect(ofContainers({}, label("A"))).toEqual([]);
  });

  it.each(UNORDERED_IN_CONTAINER)("does not tell the order of %s", (key, list) => {
    expect(ofContainers({ [key]: list }, { [key]: list.toReversed() })).toEqual([]);
  });

  it.each(UNORDERED_DEEPER)("does not tell the order of %s", (_, patch, list) => {
    expect(ofContainers(patch(list), patch(list.toReversed()))).toEqual([]);
  });

  it.each(UNORDERED_IN_DEFINITION)("does not tell the order of %s", (key, list) => {
    expect(ofDefinitions({ [key]: list }, { [key]: list.toReversed() })).toEqual([]);
  });

  it("does not tell the order of containers and tags", () => {
    const list = [container(), container({ name: "side", image: "envoy:1" })];
    const tags = [
      { key: "b", value: "1" },
      { key: "a", value: "2" },
    ];
    const described = { ...describedOf(list), tags };
    expect(differences(described, { ...describedOf(list.toReversed()), tags: tags.toReversed() })).toEqual([]);
  });

  it.each<[string, Partial<Container>]>([
    ["essential", { essential: true }],
    ["cpu", { cpu: 0 }],
    [
      "the protocol and the host port of a port mapping",
      { portMappings: [{ containerPort: 80, protocol: "tcp", hostPort: 0 }] },
    ],
    ["a health check's times", { healthCheck: { command: ["CMD", "x"], interval: 30, timeout: 5, retries: 3 } }],
    ["versionConsistency", { versionConsistency: "enabled" }],
    ["what is false", { readonlyRootFilesystem: false, interactive: false }],
    ["empty lists", { environment: [], command: [], links: [], mountPoints: [] }],
    ["empty objects", { dockerLabels: {}, linuxParameters: { capabilities: {} } }],
    ["null", { user: null }],
  ])("does not tell the default of %s", (_, given) => {
    const without = {
      portMappings: given.portMappings && [{ containerPort: 80 }],
      healthCheck: given.healthCheck && { command: ["CMD", "x"] },
    };
    expect(ofContainers(without as Partial<Container>, given)).toEqual([]);
  });

  it.each<[string, Partial<TaskDefinition>, Partial<TaskDefinition>]>([
    ["the platform", {}, { runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" } }],
    ["network mode bridge", {}, { networkMode: "bridge" }],
    ["cpu as a text", { cpu: "1024" }, { cpu: 1024 }],
    ["vCPU", { cpu: "256", memory: "2048" }, { cpu: ".25 vCPU", memory: "2 GB" }],
    ["enableFaultInjection", {}, { enableFaultInjection: false }],
    ["a volume's empty host", { volumes: [{ name: "a" }] }, { volumes: [{ name: "a", host: {} }] }],
  ])("does not tell the default of a task's %s", (_, before, after) => {
    expect(ofDefinitions(before, after)).toEqual([]);
  });

  it.each(["awsvpc", "host"])(
    "does not tell the host port in network mode %s where it is the container's",
    (networkMode) => {
      const one = describedOf([container({ portMappings: [{ containerPort: 80 }] })], { networkMode });
      const same = describedOf([container({ portMappings: [{ containerPort: 80, hostPort: 80 }] })], {
        networkMode,
      });
      expect(differences(one, same)).toEqual([]);
    },
  );

  it("is the same however the lists without order are shuffled", () => {
    fc.assert(
      fc.property(revisions, fc.nat(), (revision, seed) => {
        expect(differences(revision, shuffled(revision, seed))).toEqual([]);
      }),
    );
  });
});

/** The same revision, its containers and their variables in another order. */
function shuffled({ taskDefinition, tags }: Described, seed: number): Described {
  const turned = <T>(list: readonly T[]) => {
    const cut = seed % (list.length + 1);
    return [...list.slice(cut).reverse(), ...list.slice(0, cut)];
  };
  const containerDefinitions = turned(taskDefinition.containerDefinitions).map((one) => ({
    ...one,
    ...(one.environment && { environment: turned(one.environment) }),
  }));
  const entries = turned(Object.entries(taskDefinition));
  return {
    taskDefinition: { ...Object.fromEntries(entries), family: taskDefinition.family, containerDefinitions },
    tags: turned(tags),
  };
}
