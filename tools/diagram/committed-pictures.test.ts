import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { committed, DIAGRAMS, DRAWN_ENVIRONMENTS, graphOf } from "./diagram.fixtures";
import { drawFiles, indexPage, picturesOf } from "./draw";

/** Widest picture that a person still reads, in pixels. */
const WIDTH_MAX = 2_400;

describe.each(DRAWN_ENVIRONMENTS)("docs/diagrams/%s", (environment) => {
  it("is what the stacks are now", async () => {
    const pictures = picturesOf(environment, await graphOf(environment));
    const files = new Map([...(await drawFiles(pictures)), ["README.md", indexPage(environment, pictures)]]);
    const present = readdirSync(join(DIAGRAMS, environment));
    const stale = [...new Set([...files.keys(), ...present])].filter(
      (file) => !present.includes(file) || committed(environment, file) !== files.get(file),
    );
    expect(stale, `draw them again: npm run diagram -- --env ${environment}`).toEqual([]);
  });

  it("has a picture of every stack and two of the whole, each as Mermaid and as SVG", async () => {
    const { stacks } = await graphOf(environment);
    const names = ["overview", "stacks", ...stacks.map(({ name }) => name)];
    expect(readdirSync(join(DIAGRAMS, environment)).sort()).toEqual(
      ["README.md", ...names.flatMap((name) => [`${name}.mmd`, `${name}.svg`])].sort(),
    );
  });

  it("has pictures for people who see them and who do not, without scripts, and not too wide", () => {
    for (const file of readdirSync(join(DIAGRAMS, environment)).filter((name) => name.endsWith(".svg"))) {
      const svg = committed(environment, file);
      expect(svg, file).toMatch(
        / role="img" aria-labelledby="title desc">\n<title id="title">.+<\/title>\n<desc id="desc">.+</,
      );
      expect(svg, file).not.toMatch(/<script|<foreignObject|<image|@import|url\(|href=/);
      expect(Number(/ width="(\d+)/.exec(svg)?.[1]), file).toBeLessThan(WIDTH_MAX);
    }
  });
});
