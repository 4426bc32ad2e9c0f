import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENVIRONMENT_LABEL } from "../../../config/environment-record";
import {
  container,
  copyOf,
  describedOf,
  EVERYTHING,
  environments,
  READ_ONLY,
  REPOSITORY,
  refusal,
  revisions,
} from "../testing/task-definitions";
import { type RegisterInput, render } from "./render";
import type { Described } from "./task-definition";

const IMAGE = `${REPOSITORY}:2-cart`;

/** What DescribeTaskDefinition would answer for what was registered. */
const registered = ({ tags = [], ...taskDefinition }: RegisterInput): Described => ({
  taskDefinition: { ...taskDefinition, ...READ_ONLY },
  tags,
});

const tag = (key: string, value: string) => ({ key, value });

describe("render", () => {
  it("changes one container's image, and passes on everything else as it was", () => {
    const { tags: _, ...input } = render(EVERYTHING, { image: IMAGE });
    const { taskDefinition } = copyOf(EVERYTHING);
    const expected: Record<string, unknown> = { ...taskDefinition };
    for (const key of Object.keys(READ_ONLY)) delete expected[key];
    const [cart, mirror] = taskDefinition.containerDefinitions;
    expect(input).toStrictEqual({ ...expected, containerDefinitions: [{ ...cart, image: IMAGE }, mirror] });
  });

  it.each(Object.keys(READ_ONLY))("removes %s, which RegisterTaskDefinition does not take", (key) => {
    expect(render(EVERYTHING, { image: IMAGE })).not.toHaveProperty(key);
  });

  it("removes such a key at the top only", () => {
    const described = describedOf([container({ status: "mine", revision: 1, tags: ["mine"] })]);
    expect(render(described, { image: IMAGE }).containerDefinitions).toEqual([
      container({ status: "mine", revision: 1, tags: ["mine"], image: IMAGE }),
    ]);
  });

  it("leaves the image alone of a container whose image has the repository's name within its own", () => {
    const mirror = container({ name: "mirror", image: `mirror.${REPOSITORY}:1` });
    const longer = container({ name: "longer", image: `${REPOSITORY}-admin:1` });
    const nested = container({ name: "nested", image: `${REPOSITORY}/cache:1` });
    const described = describedOf([mirror, longer, container(), nested]);
    const images = render(described, { image: IMAGE }).containerDefinitions.map(({ image }) => image);
    expect(images).toEqual([mirror.image, longer.image, IMAGE, nested.image]);
  });

  it.each([
    ["a tag", `${REPOSITORY}:1-cart`],
    ["a digest", `${REPOSITORY}@sha256:${"a".repeat(64)}`],
    ["a tag and a digest", `${REPOSITORY}:1@sha256:${"a".repeat(64)}`],
    ["neither", REPOSITORY],
  ])("replaces an image that has %s", (_, image) => {
    const described = describedOf([container({ name: "first", image: "envoy:1" }), container({ image })]);
    expect(render(described, { image: IMAGE }).containerDefinitions[1]?.image).toBe(IMAGE);
  });

  it("sets the environment of that container only", () => {
    const input = render(EVERYTHING, { image: IMAGE, environment: { LEVEL: "debug" } });
    const [cart, mirror] = input.containerDefinitions;
    expect(cart?.environment).toEqual([
      { name: "EMPTY", value: "" },
      { name: "LEVEL", value: "debug" },
    ]);
    expect(cart?.dockerLabels).toEqual({ empty: "", owner: "shop", [ENVIRONMENT_LABEL]: "LEVEL" });
    expect(mirror).toEqual(EVERYTHING.taskDefinition.containerDefinitions[1]);
  });

  it("keeps the tags but AWS's own, and replaces what an earlier release said of itself", () => {
    const provenance = { build: "2", commit: "abc", url: "https://ci/2" };
    expect(render(EVERYTHING, { image: IMAGE, provenance }).tags).toEqual([
      tag("team", ""),
      tag("release:image", "2-cart"),
      tag("release:build", "2"),
      tag("release:commit", "abc"),
      tag("release:url", "https://ci/2"),
    ]);
  });

  it.each([
    [`${REPOSITORY}:2@sha256:${"a".repeat(64)}`, "2"],
    [`${REPOSITORY}@sha256:${"a".repeat(64)}`, `sha256:${"a".repeat(64)}`],
    [REPOSITORY, REPOSITORY],
  ])("says of %s which image it is", (image, said) => {
    expect(render(describedOf([container()]), { image }).tags).toEqual([tag("release:image", said)]);
  });

  it("refuses more tags than AWS takes", () => {
    const tags = (count: number) => Array.from({ length: count }, (_, index) => tag(`own-${index}`, ""));
    const described = describedOf([container()]);
    expect(render({ ...described, tags: tags(49) }, { image: IMAGE }).tags).toHaveLength(50);
    expect(
      refusal(() => render({ ...described, tags: tags(50) }, { image: IMAGE, provenance: { build: "1" } })),
    ).toEqual({
      message: "task definition shop-cart would have 52 tags; AWS takes 50 at most: remove 2 of its own",
      status: 2,
    });
  });

  it("refuses an image that is none, and a container that is not there", () => {
    expect(refusal(() => render(EVERYTHING, { image: "img:" })).message).toContain("its tag is empty");
    expect(refusal(() => render(EVERYTHING, { image: IMAGE, container: "web" })).message).toBe(
      'task definition shop-cart has no container "web"; it has: cart, mirror',
    );
  });

  it("is the same again when it is done again", () => {
    fc.assert(
      fc.property(revisions, environments, (revision, environment) => {
        const options = { image: IMAGE, container: "cart", environment, provenance: { build: "2" } };
        const once = render(revision, options);
        const twice = render(registered(once), options);
        expect(twice).toStrictEqual(once);
      }),
    );
  });

  it("leaves what it is given as it is", () => {
    fc.assert(
      fc.property(revisions, environments, (revision, environment) => {
        const before = copyOf(revision);
        render(revision, { image: IMAGE, container: "cart", environment });
        expect(revision).toStrictEqual(before);
      }),
    );
  });

  it("loses no key and no value of any revision", () => {
    fc.assert(
      fc.property(revisions, (revision) => {
        const { containerDefinitions, tags: _, ...rest } = render(revision, { image: IMAGE, container: "cart" });
        const { containerDefinitions: before, ...others } = revision.taskDefinition;
        expect(containerDefinitions).toStrictEqual([{ ...before[0], image: IMAGE }, ...before.slice(1)]);
        expect({ ...rest, ...READ_ONLY }).toStrictEqual(others);
      }),
    );
  });
});
