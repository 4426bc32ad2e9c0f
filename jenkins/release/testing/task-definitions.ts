import fc from "fast-check";
import { Failure, messageOf } from "../../../tools/failure";
import type { Container, Described, TaskDefinition } from "../task-definition/task-definition";

export const REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
export const REPOSITORY = `${REGISTRY}/shop/cart`;

/** A container definition with what a test wants in it. */
export function container(patch: Partial<Container> = {}): Container {
  return { name: "cart", image: `${REPOSITORY}:1-cart`, ...patch };
}

/** A task definition of these containers. */
export function definition(containers: readonly Container[], patch: Partial<TaskDefinition> = {}): TaskDefinition {
  return { family: "shop-cart", containerDefinitions: containers, ...patch };
}

/** An answer of DescribeTaskDefinition for these containers, without tags. */
export function describedOf(containers: readonly Container[], patch: Partial<TaskDefinition> = {}): Described {
  return { taskDefinition: definition(containers, patch), tags: [] };
}

/** What DescribeTaskDefinition says of a revision, and RegisterTaskDefinition refuses. */
export const READ_ONLY = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:123456789012:task-definition/shop-cart:7",
  revision: 7,
  status: "ACTIVE",
  requiresAttributes: [{ name: "com.amazonaws.ecs.capability.docker-remote-api.1.21" }],
  compatibilities: ["EC2", "FARGATE"],
  registeredAt: 1_770_000_000.5,
  registeredBy: "arn:aws:sts::123456789012:assumed-role/terraform/session",
  deregisteredAt: 1_770_000_001,
  deleteRequestedAt: 1_770_000_002,
};

/** A revision with everything in it that release tools have been seen to lose, and a key that nobody knows yet. */
export const EVERYTHING: Described = {
  taskDefinition: {
    ...READ_ONLY,
    family: "shop-cart",
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    requiresCompatibilities: ["EC2", "FARGATE"],
    executionRoleArn: "arn:aws:iam::123456789012:role/execution",
    taskRoleArn: "",
    pidMode: "task",
    ipcMode: "task",
    enableFaultInjection: true,
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    ephemeralStorage: { sizeInGiB: 30 },
    proxyConfiguration: { type: "APPMESH", containerName: "envoy", properties: [{ name: "AppPorts", value: "" }] },
    placementConstraints: [],
    volumes: [{ name: "scratch", host: {} }],
    keyOfNextYear: { nested: [{ deep: [] }, null, "", 0, false] },
    containerDefinitions: [
      {
        name: "cart",
        image: `${REPOSITORY}:1-cart`,
        cpu: 0,
        essential: true,
        command: ["x", "", "y"],
        entryPoint: [""],
        environment: [
          { name: "EMPTY", value: "" },
          { name: "LEVEL", value: "info" },
        ],
        secrets: [{ name: "API_KEY", valueFrom: "arn:aws:ssm:us-east-1:123456789012:parameter/cart/key" }],
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        portMappings: [{ containerPort: 5000, hostPort: 5000, protocol: "tcp", name: "web" }],
        dockerLabels: { empty: "", owner: "shop" },
        logConfiguration: {
          logDriver: "splunk",
          options: { "splunk-token": "ab=cd==", tag: "" },
          secretOptions: [],
        },
        versionConsistency: "enabled",
        optionOfNextYear: { on: null },
      },
      // Its image has the other's repository within it.
      { name: "mirror", image: `mirror.${REPOSITORY}:1-cart`, essential: false, cpu: 0, environment: [] },
    ],
  },
  tags: [
    { key: "team", value: "" },
    { key: "release:image", value: "1-cart" },
    { key: "release:build", value: "1" },
    { key: "aws:cloudformation:stack-name", value: "shop" },
    { key: "AWS:reserved", value: "yes" },
  ],
};

/** A copy that a test may compare with, whatever was done to the original. */
export function copyOf<T>(value: T): T {
  return structuredClone(value);
}

/** The message of the Failure that something throws. */
export function refusal(action: () => unknown): { readonly message: string; readonly status: number } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { message: messageOf(error), status: error.status };
  }
  throw new Error("nothing was refused");
}

// From few letters: what is generated is small, and so is the time that it takes.
const names = fc
  .array(fc.constantFrom("A", "b", "_", "1"), { minLength: 1, maxLength: 3 })
  .map((some) => some.join(""));
const texts = fc.constantFrom("", "info", " ", "a=b==", "é", "false", "0", "tcp", "bridge", "{}");

/** Environment values, with names that objects have by nature among them. */
export const environments = fc.dictionary(
  fc.oneof(names, fc.constantFrom("constructor", "toString", "valueOf")),
  texts,
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
);

/** Any JSON under keys that nobody has given a meaning. */
const unknownKeys = fc.dictionary(
  fc.constantFrom("keyOfNextYear", "optionOfNextYear", "toString"),
  fc.constantFrom<unknown>(null, "", [], {}, 0, false, "text", [[""], {}], {
    deep: [{ tags: null }, null],
    revision: 1,
  }),
  { maxKeys: 2, noNullPrototype: true },
);

const containers = fc
  .record({
    environment: environments,
    dockerLabels: fc.dictionary(names, texts, { maxKeys: 2, noNullPrototype: true }),
    essential: fc.boolean(),
    more: unknownKeys,
  })
  .map(({ environment, more, ...rest }) => ({
    ...more,
    ...rest,
    image: `${REPOSITORY}:1-cart`,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
  }));

const tags = fc
  .dictionary(fc.oneof(names, fc.constantFrom("release:image", "aws:x", "release:url")), texts, { maxKeys: 3 })
  .map((entries) => Object.entries(entries).map(([key, value]) => ({ key, value })));

/** Revisions of all kinds; the first container is called `cart`. */
export const revisions: fc.Arbitrary<Described> = fc
  .tuple(fc.array(containers, { minLength: 1, maxLength: 2 }), unknownKeys, tags)
  .map(([list, more, ownTags]) => ({
    taskDefinition: {
      ...more,
      ...READ_ONLY,
      family: "shop-cart",
      containerDefinitions: list.map((one, index) => ({ name: index === 0 ? "cart" : `side${index}`, ...one })),
    },
    tags: ownTags,
  }));
