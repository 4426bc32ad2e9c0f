import { describe, expect, it } from "vitest";
import { readDockerCommand, readImageName } from "./docker-command";

const read = (line: string) => readDockerCommand(line.split(" "));

describe("the stand-in for docker", () => {
  it.each([
    ["version", { does: "version" }],
    [
      "build --file apps/cart/Dockerfile --build-arg VERSION=1 --tag r/a:1 --tag r/b:1 .",
      { does: "build", app: "cart", version: "1", images: ["r/a:1", "r/b:1"] },
    ],
    [
      "build -f ./apps/cart/Dockerfile --build-arg=VERSION=a=b -t r/a:1 .",
      { does: "build", app: "cart", version: "a=b", images: ["r/a:1"] },
    ],
    ["tag r/a:1 r/b:1", { does: "tag", image: "r/a:1", target: "r/b:1" }],
    ["push r/a:1", { does: "push", image: "r/a:1", quiet: false }],
    ["push --quiet r/a:1", { does: "push", image: "r/a:1", quiet: true }],
    ["pull --quiet r/a:1", { does: "pull", image: "r/a:1", quiet: true }],
    ["login --username AWS --password-stdin r", { does: "login", registry: "r" }],
    ["logout r", { does: "logout", registry: "r" }],
  ])("understands docker %s", (line, command) => {
    expect(read(line)).toEqual(command);
  });

  it.each([
    "run r/a:1",
    "build .",
    "build --file Dockerfile --build-arg VERSION=1 --tag r/a:1 .",
    "build --file apps/cart/Dockerfile --build-arg VERSION=1 --tag r/a:1 apps",
    "build --file apps/cart/Dockerfile --build-arg OTHER=1 --tag r/a:1 .",
    "tag r/a:1",
    "push",
    "push a b",
    "login --username AWS --password secret r",
    "login --username me --password-stdin r",
    "logout",
    "version --format x",
  ])("refuses docker %s, and tells what it understands", (line) => {
    expect(() => read(line)).toThrow("docker login --username AWS --password-stdin REGISTRY");
  });

  it("reads the names of images in a registry, ports and folders too", () => {
    expect(readImageName("127.0.0.1:5000/shop-dev/cart:1-cart")).toEqual({
      registry: "127.0.0.1:5000",
      repository: "shop-dev/cart",
      tag: "1-cart",
    });
  });

  it.each(["cart", "cart:1", "r/cart", "r/cart@sha256:abc"])("refuses the image name %s", (image) => {
    expect(() => readImageName(image)).toThrow(
      `"${image}" is no image of a registry; allowed is REGISTRY/REPOSITORY:TAG`,
    );
  });
});
