import { describe, expect, it } from "vitest";
import { container, definition, REPOSITORY, refusal } from "../testing/task-definitions";
import { containerFor } from "./container";
import { parseImage } from "./image-reference";
import type { Container } from "./task-definition";

const IMAGE = parseImage(`${REPOSITORY}:2-cart`);

const chosen = (containers: readonly Container[], name?: string) =>
  containerFor(definition(containers), IMAGE, name).name;

const app = container({ name: "app" });
const sidecar = container({ name: "sidecar", image: "envoy:1", essential: false });
const other = container({ name: "other", image: "nginx:1" });

describe("the container that gets the image", () => {
  it.each<[string, readonly Container[], string | undefined, string]>([
    ["is the named one, whatever its image", [app, other], "other", "other"],
    ["is the named one of two that have an image of the repository", [app, { ...app, name: "copy" }], "copy", "copy"],
    ["is the only one, whatever its image", [other], undefined, "other"],
    ["is the only one that has an image of the repository", [other, app], undefined, "app"],
    ["is that one, essential or not", [other, { ...app, essential: false }], undefined, "app"],
    [
      "is that one where its image is a digest",
      [other, { ...app, image: `${REPOSITORY}@sha256:${"a".repeat(64)}` }],
      undefined,
      "app",
    ],
    ["is the only essential one where none has an image of it", [sidecar, other], undefined, "other"],
    [
      "is not one whose repository only begins or ends alike",
      [
        { ...app, image: `mirror.${REPOSITORY}:1`, essential: false },
        { ...app, name: "longer", image: `${REPOSITORY}-admin:1`, essential: false },
        other,
      ],
      undefined,
      "other",
    ],
    ["is not one whose image cannot be read", [{ ...sidecar, image: "not an image" }, other], undefined, "other"],
  ])("%s", (_, containers, name, expected) => {
    expect(chosen(containers, name)).toBe(expected);
  });

  it("is refused where the name is none's", () => {
    expect(refusal(() => chosen([app, other], "ap"))).toEqual({
      message: 'task definition shop-cart has no container "ap"; it has: app, other',
      status: 2,
    });
  });

  it("is refused where two have an image of the repository, though one alone is essential", () => {
    expect(refusal(() => chosen([app, { ...app, name: "copy", essential: false }]))).toEqual({
      message:
        `it is not clear which container of task definition shop-cart gets the image: 2 containers have an image of ${REPOSITORY}; ` +
        "name one by --container: app, copy",
      status: 2,
    });
  });

  it("is refused where none has an image of the repository and two are essential", () => {
    expect(refusal(() => chosen([other, { ...other, name: "second", essential: true }]))).toEqual({
      message:
        `it is not clear which container of task definition shop-cart gets the image: none has an image of ${REPOSITORY}, and ` +
        "2 are essential; name one by --container: other, second",
      status: 2,
    });
  });
});
