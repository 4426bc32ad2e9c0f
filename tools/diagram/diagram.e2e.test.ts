import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { startBrowser, whyNoBrowser } from "@express-on-ecs/kit/testing/browser";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture } from "../processes/capture";
import { temporaryFolder } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { committed, DIAGRAMS, DRAWN_ENVIRONMENTS } from "./diagram.fixtures";
import { toMermaid } from "./mermaid";
import type { Picture } from "./picture";

const TIMEOUT_MS = 600_000;

/** Runs in the browser. Spaces around a title give it its room. */
const WORDS_OUTSIDE_OF_THEIR_NODE = `Array.from(document.querySelectorAll(".node")).flatMap((node) => {
  const room = node.querySelector("path")?.getBoundingClientRect().width ?? 0;
  return Array.from(node.querySelectorAll("text")).flatMap((text) => {
    const words = text.textContent.trim();
    return text.getSubStringLength(text.textContent.indexOf(words), words.length) <= room ? [] : [words];
  });
})`;

function run(...args: readonly string[]) {
  return capture(testLifetime(), process.execPath, ["--import", "tsx", "tools/diagram/diagram.ts", ...args], {
    timeoutMs: TIMEOUT_MS,
  });
}

describe("npm run diagram", () => {
  it("draws one stack into a folder that it makes, as it is in the repository", async () => {
    const out = join(temporaryFolder(), "pictures");
    const { status, stdout } = await run("--env", "prod", "--stack", "network", "--out", out);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("2 files") });
    expect(readdirSync(out).sort()).toEqual(["network.mmd", "network.svg"]);
    for (const file of readdirSync(out)) expect(readFileSync(join(out, file), "utf8")).toBe(committed("prod", file));
  });

  it.each([
    ["an environment", ["--env", "nope"], 'there is no environment "nope"'],
    ["a stack", ["--env", "prod", "--stack", "nope"], 'there is no stack "nope"'],
  ])("refuses %s that there is not with status 2, and makes no folder", async (_, args, message) => {
    const out = join(temporaryFolder(), "pictures");
    const { status, stdout } = await run(...args, "--out", out);
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining(message) });
    expect(existsSync(out)).toBe(false);
  });
});

/** A picture whose names are words and signs of Mermaid. */
const NASTY: Picture = {
  name: "nasty",
  title: 'a "title"; %% {x}',
  description: "# of: all",
  nodes: ['"', "[x]", "(y)", "{z}", "end", "<b>&amp;", "#quot;", "`md`", "1. one", "a --> b|c", "*_\\"].map(
    (title, index) => ({
      id: title,
      kind: "network",
      label: { title, lines: [title, "second"] },
      frames: index % 2 ? ["end", 'a "frame" [x]'] : [],
      elsewhere: index % 3 === 0,
    }),
  ),
  edges: [{ tail: "end", head: "[x]", label: 'end "of" | it', way: "release" }],
};

describe.skipIf(whyNoBrowser() !== undefined)("the pictures in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const files = DRAWN_ENVIRONMENTS.flatMap((environment) =>
    readdirSync(join(DIAGRAMS, environment)).map((file) => [environment, file] as const),
  );

  it("are drawn by Mermaid, whatever the names", async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("@mermaid-js/tiny") });
    const sources = files
      .filter(([, file]) => file.endsWith(".mmd"))
      .map(([environment, file]) => committed(environment, file));
    expect(sources.length).toBeGreaterThan(15);
    for (const source of [...sources, toMermaid(NASTY)]) {
      const drawing = `mermaid.render("trial", ${JSON.stringify(source)}).then(({ svg }) => svg)`;
      const drawn = await page.evaluate<string>(drawing);
      const nodes = source.split("\n").filter((line) => /^ +n\d+\[/.test(line)).length;
      expect(drawn.match(/class="node /g)?.length).toBe(nodes);
    }
  });

  it.each(["light", "dark"] as const)("have their text within the nodes on a %s screen", async (colorScheme) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    mkdirSync(".local/screenshots", { recursive: true });
    for (const [environment, file] of files.filter(([, name]) => name.endsWith(".svg"))) {
      await page.goto(`file://${join(DIAGRAMS, environment, file)}`);
      const outside = await page.evaluate<readonly string[]>(WORDS_OUTSIDE_OF_THEIR_NODE);
      expect(outside, `${environment}/${file}`).toEqual([]);
      if (file === "overview.svg")
        await page.screenshot({ path: `.local/screenshots/diagram-${environment}-${colorScheme}.png` });
    }
    await context.close();
  });
});
