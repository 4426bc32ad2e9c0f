import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObject } from "../../../config/json-path";
import { container, describedOf, REPOSITORY, revisions } from "../testing/task-definitions";
import { differences } from "./difference";
import { render } from "./render";
import type { Container, TaskDefinition } from "./task-definition";

/** Differences where one container, or the task definition itself, is otherwise. */
const ofContainers = (before: Partial<Container>, after: Partial<Container>) =>
  differences(describedOf([container(before)]), describedOf([container(after)]));

const SIZED = { memory: 512 };

describe("differences", () => {
  it.each<[string, Partial<Container>, Partial<Container>, readonly unknown[]]>([
    [
      "image",
      {},
      { image: `${REPOSITORY}:2-cart` },
      [{ path: "containers.cart.image", before: `"${REPOSITORY}:1-cart"`, after: `"${REPOSITORY}:2-cart"` }],
    ],
    ["essential", {}, { essential: false }, [{ path: "containers.cart.essential", after: "false" }]],
    [
      "the order of a command",
      { command: ["a", "b"] },
      { command: ["b", "a"] },
      [{ path: "containers.cart.command", before: '["a","b"]', after: '["b","a"]' }],
    ],
    [
      "an empty text in a command",
      { command: ["a", ""] },
      { command: ["a"] },
      [{ path: "containers.cart.command", before: '["a",""]', after: '["a"]' }],
    ],
    [
      "a value",
      { environment: [{ name: "LEVEL", value: "info" }] },
      { environment: [{ name: "LEVEL", value: "" }] },
      [{ path: "containers.cart.environment.LEVEL", before: '"info"', after: '""' }],
    ],
    [
      "a new value",
      {},
      { environment: [{ name: "LEVEL", value: "info" }] },
      [{ path: "containers.cart.environment.LEVEL", after: '"info"' }],
    ],
    [
      "a value that is gone",
      { environment: [{ name: "LEVEL", value: "info" }] },
      { environment: [] },
      [{ path: "containers.cart.environment.LEVEL", before: '"info"' }],
    ],
    [
      "a host port in network mode bridge",
      { portMappings: [{ containerPort: 80 }] },
      { portMappings: [{ containerPort: 80, hostPort: 80 }] },
      [{ path: "containers.cart.portMappings.80.hostPort", after: "80" }],
    ],
    [
      "a label that is called as a default is",
      { dockerLabels: { protocol: "tcp", cpu: "0" } },
      { dockerLabels: { cpu: "00" } },
      [
        { path: "containers.cart.dockerLabels.cpu", before: '"0"', after: '"00"' },
        { path: "containers.cart.dockerLabels.protocol", before: '"tcp"' },
      ],
    ],
    [
      "an empty label",
      { dockerLabels: { constructor: "" } },
      {},
      [{ path: "containers.cart.dockerLabels.constructor", before: '""' }],
    ],
    [
      "a health check's time",
      { healthCheck: { command: ["x"], interval: 30 } },
      { healthCheck: { command: ["x"], interval: 31 } },
      [{ path: "containers.cart.healthCheck.interval", after: "31" }],
    ],
    [
      "a list of ports with one port twice",
      { portMappings: [{ containerPort: 80 }] },
      { portMappings: [{ containerPort: 80 }, { containerPort: 80 }] },
      [
        {
          path: "containers.cart.portMappings",
          before: '[{"containerPort":80}]',
          after: '[{"containerPort":80},{"containerPort":80}]',
        },
      ],
    ],
    [
      "a key that nobody knows",
      { keyOfNextYear: { on: 1 } },
      { keyOfNextYear: { on: 2 } },
      [{ path: "containers.cart.keyOfNextYear.on", before: "1", after: "2" }],
    ],
  ])("count %s", (_, before, after, expected) => {
    expect(ofContainers({ ...SIZED, ...before }, { ...SIZED, ...after })).toEqual(expected);
  });

  it("count a container that is new, and one that is gone", () => {
    const [one, two] = [describedOf([container()]), describedOf([container(), { name: "side", image: "envoy:1" }])];
    expect(differences(one, two)).toEqual([
      { path: "containers.side.image", after: '"envoy:1"' },
      { path: "containers.side.name", after: '"side"' },
    ]);
    expect(differences(two, one)).toEqual([
      { path: "containers.side.image", before: '"envoy:1"' },
      { path: "containers.side.name", before: '"side"' },
    ]);
  });

  it("count the size, the roles and a tag", () => {
    const before = {
      ...describedOf([container()], { cpu: "256", taskRoleArn: "" }),
      tags: [{ key: "team", value: "a" }],
    };
    const after = {
      ...describedOf([container()], { cpu: "512", taskRoleArn: "arn" }),
      tags: [{ key: "team", value: "b" }],
    };
    expect(differences(before, after)).toEqual([
      { path: "cpu", before: "256", after: "512" },
      { path: "tags.team", before: '"a"', after: '"b"' },
      { path: "taskRoleArn", before: '""', after: '"arn"' },
    ]);
  });

  it("show no secret, wherever it is", () => {
    const [secret, aws] = ["hunter2", "AKIAABCDEFGHIJKLMNOP"];
    const environment = (value: string) => [
      { name: "DB_PASSWORD", value },
      { name: "TWICE", value },
      { name: "TWICE", value: `${value}!` },
    ];
    const other = { name: "side", image: "envoy:1", environment: environment(secret) };
    const all = [
      ...ofContainers(
        { environment: [{ name: "DB_PASSWORD", value: "before" }] },
        { environment: [{ name: "DB_PASSWORD", value: secret }] },
      ),
      ...ofContainers({}, { environment: [{ name: "DB_PASSWORD", value: secret }] }),
      ...ofContainers(
        { environment: [{ name: "secrets", value: "x" }] },
        { environment: [{ name: "secrets", value: secret }] },
      ),
      ...ofContainers({ environment: environment(secret) }, { environment: environment("other") }),
      ...ofContainers({}, { command: [`--password=${secret}`], environment: [{ name: "KEY_ID", value: aws }] }),
      ...ofContainers({}, { logConfiguration: { logDriver: "splunk", options: { "splunk-token": secret } } }),
      ...differences(describedOf([container()]), describedOf([container(), other])),
    ];
    expect(all).toHaveLength(11);
    expect(JSON.stringify(all)).not.toMatch(/hunter2|AKIA/);
  });

  it("show what refers to a secret", () => {
    const secrets = (valueFrom: string) => ({ secrets: [{ name: "DB_PASSWORD", valueFrom }] });
    expect(ofContainers(secrets("arn:aws:ssm:1"), secrets("arn:aws:ssm:2"))).toEqual([
      { path: "containers.cart.secrets.DB_PASSWORD", before: '"arn:aws:ssm:1"', after: '"arn:aws:ssm:2"' },
    ]);
  });

  it("are exactly one where exactly one text is another one", () => {
    fc.assert(
      fc.property(revisions, fc.nat(), (revision, seed) => {
        const before = render(revision, { image: `${REPOSITORY}:2`, container: "cart" });
        const places = textPlaces(before);
        const place = places[seed % places.length] ?? [];
        const after = replaced(before, place) as TaskDefinition;
        const found = differences({ taskDefinition: before, tags: [] }, { taskDefinition: after, tags: [] });
        expect(found).toHaveLength(1);
      }),
    );
  });
});

type Place = readonly (string | number)[];

/** Where texts are that are nobody's name: of names, another one is another member. */
function textPlaces(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value === "string") return place.at(-1) === "name" ? [] : [place];
  if (Array.isArray(value)) return value.flatMap((member, index) => textPlaces(member, [...place, index]));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key]) => key !== "tags")
    .flatMap(([key, member]) => textPlaces(member, [...place, key]));
}

function replaced(value: unknown, [key, ...rest]: Place): unknown {
  if (key === undefined) return `${value}, changed`;
  if (Array.isArray(value)) return value.map((member, index) => (index === key ? replaced(member, rest) : member));
  return isObject(value) ? { ...value, [key]: replaced(value[key], rest) } : value;
}
