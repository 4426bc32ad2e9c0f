import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { IMAGE_NODE } from "./image-node";

const APPS = join(import.meta.dirname, "../../apps");

it("is a release of the Node that every service's image begins with", () => {
  const files = readdirSync(APPS)
    .map((app) => join(APPS, app, "Dockerfile"))
    .filter((file) => existsSync(file));
  const [major] = IMAGE_NODE.split(".");
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const bases = readFileSync(file, "utf8").match(/^FROM node:\S+/gm);
    expect(new Set(bases), file).toEqual(new Set([`FROM node:${major}-slim`]));
  }
});
