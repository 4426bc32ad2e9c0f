import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphOf } from "./diagram.fixtures";
import { picturesOf } from "./draw";
import { DARK, KINDS, LIGHT } from "./kinds";
import { toMermaid } from "./mermaid";
import { type Frame, frameTree, type Picture } from "./picture";
import { toSvg } from "./svg";

/** What a name may hold that a language of pictures takes for its own. */
const NASTY = [
  '"',
  "'",
  "[x]",
  "(y)",
  "{z}",
  "end",
  "<b>",
  "&amp;",
  "#quot;",
  "a --> b",
  "|",
  "\\n",
  "%% x",
  "subgraph",
  "`",
  "]]>",
];

const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ minLength: 1, maxLength: 12 }));

const pictures: fc.Arbitrary<Picture> = fc.uniqueArray(text, { minLength: 1, maxLength: 8 }).chain((ids) =>
  fc.record({
    name: fc.constant("trial"),
    title: text,
    description: text,
    nodes: fc.tuple(
      ...ids.map((id) =>
        fc.record({
          id: fc.constant(id),
          kind: fc.constantFrom(...KINDS),
          label: fc.record({ title: text, lines: fc.array(text, { maxLength: 3 }) }),
          frames: fc.array(text, { maxLength: 2 }),
          elsewhere: fc.boolean(),
        }),
      ),
    ),
    edges: fc.array(
      fc.record({
        tail: fc.constantFrom(...ids),
        head: fc.constantFrom(...ids),
        label: fc.option(text, { nil: undefined }),
        way: fc.constantFrom("request" as const, "release" as const, "need" as const),
      }),
      { maxLength: 8 },
    ),
  }),
);

const framesIn = (frame: Frame): number =>
  frame.frames.length + frame.frames.reduce((sum, one) => sum + framesIn(one), 0);
const counted = (drawn: string, pattern: RegExp) => [...drawn.matchAll(pattern)].length;

describe("a picture as Mermaid", () => {
  it("has every node once, every frame closed, and edges between nodes, whatever they are called", () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const lines = toMermaid(picture).trimEnd().split("\n");
        const nodes = lines.flatMap((line) => /^ +(n\d+)\["<b>[^"]*"\]:::\w+$/.exec(line)?.[1] ?? []);
        expect(nodes.sort()).toEqual(picture.nodes.map((_, index) => `n${index}`).sort());
        const edges = lines.flatMap((line) => {
          const [, tail, head] = /^ {2}(n\d+) (?:-->|-\.->|==>)(?:\|"[^"]*"\|)? (n\d+)$/.exec(line) ?? [];
          return tail === undefined ? [] : [[tail, head]];
        });
        expect(edges).toHaveLength(picture.edges.length);
        expect(edges.flat().filter((end) => end === undefined || !nodes.includes(end))).toEqual([]);
        const frames = framesIn(frameTree(picture.nodes));
        expect(lines.filter((line) => /^ +subgraph f\d+\["[^"]*"\]$/.test(line))).toHaveLength(frames);
        expect(lines.filter((line) => /^ +end$/.test(line))).toHaveLength(frames);
      }),
    );
  });
});

describe("a picture as SVG", () => {
  it("has every node and every edge once, whatever they are called", async () => {
    await fc.assert(
      fc.asyncProperty(pictures, async (picture) => {
        const svg = await toSvg(picture);
        expect(counted(svg, /<g id="node\d+" class="node/g)).toBe(picture.nodes.length);
        expect(counted(svg, /<g id="edge\d+" class="edge/g)).toBe(picture.edges.length);
        expect(counted(svg, /<g id="clust\d+" class="cluster/g)).toBe(framesIn(frameTree(picture.nodes)));
        // Nothing that was given is markup.
        expect(svg).not.toMatch(/<b>|<script/);
      }),
      { numRuns: 40 },
    );
  });

  it("is the same to the byte when it is drawn again", async () => {
    const [picture] = picturesOf("prod", await graphOf("prod"));
    if (!picture) throw new Error("no picture");
    expect(await toSvg(picture)).toBe(await toSvg({ ...picture }));
  });
});

describe("the pictures of an environment", () => {
  it("have edges between their own nodes alone, each node once, and none that is drawn twice", async () => {
    for (const { name, nodes, edges } of picturesOf("dev", await graphOf("dev"))) {
      const ids = nodes.map(({ id }) => id);
      expect(new Set(ids).size, name).toBe(ids.length);
      expect(
        edges.filter(({ tail, head }) => !(ids.includes(tail) && ids.includes(head))),
        name,
      ).toEqual([]);
      const ends = edges.map(({ tail, head }) => `${tail} ${head}`);
      expect(new Set(ends).size, name).toBe(ends.length);
    }
  });

  it("show the whole: services with their paths, databases, pipelines, and what stacks need of each other", async () => {
    const [overview, stacks] = picturesOf("prod", await graphOf("prod"));
    const said = (picture: Picture | undefined) => picture?.edges.flatMap(({ label }) => label ?? []) ?? [];
    expect(said(overview)).toEqual(
      expect.arrayContaining(["coffee.example.com", "/admin", "/medical\n/security", "calls"]),
    );
    const titles = overview?.nodes.map(({ label }) => label.title) ?? [];
    expect(titles).toEqual(expect.arrayContaining(["clients", "HTTP API", "service-a", "MySQL 8.4", "pipeline"]));
    const needs = stacks?.edges.map(({ tail, head }) => `${tail} ${head}`) ?? [];
    expect(needs).toEqual(expect.arrayContaining(["jenkins-ecs network", "user-notifications public-api"]));
    expect(said(stacks)).toContain("1 VPC\n6 subnets");
  });
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
] as const)("the %s colours", (_, { surroundings, nodes }) => {
  it("have text that can be read on its ground", () => {
    const pairs = [
      ...Object.values(nodes).map(({ text: ink, fill }) => [ink, fill] as const),
      [surroundings.text, surroundings.background] as const,
    ];
    for (const [ink, ground] of pairs) expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThan(4.5);
  });

  it("have lines that can be seen on theirs", () => {
    const lines = [surroundings.edge, surroundings.frame, ...Object.values(nodes).map(({ stroke }) => stroke)];
    for (const line of lines) expect(contrast(line, surroundings.background), line).toBeGreaterThan(3);
  });
});

/** WCAG 2.2, "contrast ratio": 1 to 21. */
function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
