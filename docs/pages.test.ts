import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SYSTEMS } from "../config/systems";
import { COMMANDS } from "../jenkins/release/command-line";
import { USAGE as START_USAGE } from "../local/options";
import { scripts } from "../package.json";
import {
  commandsOfUsage,
  type NpmCommand,
  npmCommands,
  optionsAmong,
  optionsNamed,
  usageIn,
} from "../tools/docs/commands";
import { anchorsOf, codeBlocks, linksOf } from "../tools/docs/markdown";

const ROOT = join(import.meta.dirname, "..");

/** Folders with pages of others, and what is made at run time. */
const NOT_OURS = ["node_modules", ".git", ".local", "dist"];

/** What becomes of the commands of blocks marked `sh`: by the beginning of the page's path. */
const SH_BLOCKS: readonly (readonly [pages: string, how: string])[] = [
  ["docs/systems/", "typed by local/systems/systems.e2e.test.ts, one page after the other"],
  ["docs/modules/", "not run: they are examples of docstrings, with names of nobody's"],
  ["docs/runbooks/", "typed by local/systems/systems.e2e.test.ts, which says which ones are not, and why"],
];

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Every page of the repository, by its path. */
function pagesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : pagesBelow(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const PAGES = pagesBelow("").sort();

describe.each(PAGES)("%s", (page) => {
  const text = read(page);

  it("links to files and headings that exist", () => {
    const broken = linksOf(text).filter(({ file, heading }) => {
      const target = file === "" ? page : join(dirname(page), file);
      if (!existsSync(join(ROOT, target))) return true;
      return heading !== undefined && target.endsWith(".md") && !anchorsOf(read(target)).includes(heading);
    });
    expect(broken.map(({ file, heading, line }) => `${page}:${line} ${file}${heading ? `#${heading}` : ""}`)).toEqual(
      [],
    );
  });

  it("names npm scripts, commands and options that exist", () => {
    const faults = npmCommands(text).flatMap((command) => {
      const fault = faultOf(command, page);
      return fault === undefined ? [] : [`${page}:${command.line} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it("names files and folders that exist", () => {
    const paths = [...text.matchAll(/`((?:apps|bench|config|docs|jenkins|local|modules|stacks|tools)\/[\w./-]+)`/g)];
    const missing = paths.map(([, path = ""]) => path).filter((path) => !existsSync(join(ROOT, path)));
    expect(missing).toEqual([]);
  });

  it("says of commands in blocks marked sh whether a test runs them", () => {
    if (!codeBlocks(text).some(({ language }) => language === "sh")) return;
    const rows = SH_BLOCKS.filter(([beginning]) => page.startsWith(beginning));
    expect(rows, "mark the block otherwise, or add the page to SH_BLOCKS").toHaveLength(1);
  });
});

/** What `npm run local -- COMMAND` takes. */
const LOCAL = commandsOfUsage(usageIn(read("local/local.ts")));

/** Scripts of the packages in apps/. */
const OF_APPLICATIONS = ["build", "start"];

/** The options of the other scripts that have some, by the text about their use. */
const USAGES: Readonly<Record<string, string>> = {
  start: START_USAGE,
  deploy: usageIn(read("tools/deploy/deploy.ts")),
  "first-image": usageIn(read("tools/deploy/first-image.ts")),
  diagram: usageIn(read("tools/diagram/options.ts")),
  cost: usageIn(read("tools/cost/options.ts")),
  affected: usageIn(read("tools/affected/options.ts")),
  quotas: usageIn(read("tools/quotas/options.ts")),
};

/** Words that stand for others: SERVICE, <service>, ... */
const isPlaceholder = (word: string | undefined) => word === undefined || /^(\W|[A-Z]+\b)/.test(word);

/** What is wrong with a command, if anything is. */
function faultOf({ script, args }: NpmCommand, page: string): string | undefined {
  if (page.startsWith("apps/") && OF_APPLICATIONS.includes(script)) return undefined;
  if (!(script in scripts)) return `there is no script ${script}`;
  const options = optionsAmong(args);
  if (script === "local") return faultOfCommand(script, LOCAL, args);
  if (script === "release") return faultOfCommand(script, releaseCommands(), args);
  const usage = USAGES[script];
  if (usage === undefined) return undefined;
  return faultOfOptions(`npm run ${script}`, options, optionsNamed(usage));
}

function faultOfCommand(
  script: string,
  commands: ReadonlyMap<string, readonly string[]>,
  args: readonly string[],
): string | undefined {
  const [name] = args;
  if (isPlaceholder(name)) return undefined;
  const allowed = commands.get(name ?? "");
  if (!allowed) return `npm run ${script} has no command ${name}`;
  return faultOfOptions(`npm run ${script} -- ${name}`, optionsAmong(args), allowed);
}

const faultOfOptions = (what: string, given: readonly string[], allowed: readonly string[]) => {
  const unknown = given.filter((option) => !allowed.includes(option));
  return unknown.length === 0 ? undefined : `${what} has no option ${unknown.join(", ")}`;
};

const releaseCommands = () =>
  new Map(
    Object.entries(COMMANDS).map(([name, { needs, takes }]) => [
      name,
      [...needs, ...takes, "help"].map((option) => `--${option}`),
    ]),
  );

describe("the pages of systems", () => {
  const walked = PAGES.filter((page) => page.startsWith("docs/systems/"));
  const test = "local/systems/systems.e2e.test.ts";

  it.each(walked)("of which %s is one are walked by the test of all systems", (page) => {
    const call = `testWalkthrough("${page}", () => systems);`;
    expect(read(test).includes(call), `add to ${test}: ${call}`).toBe(true);
  });

  it("are one for each system", () => {
    expect(walked).toEqual([...SYSTEMS].sort().map((system) => `docs/systems/${system}.md`));
  });
});

describe("the index of documentation", () => {
  it("leads to every page of docs/", () => {
    const folders = ["docs/modules/", "docs/decisions/", "docs/runbooks/"];
    const led = linksOf(read("docs/README.md")).map(({ file }) => join("docs", file));
    const own = PAGES.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
    // What has an index of its own is led to by that.
    const wanted = own.filter(
      (page) => !folders.some((folder) => page.startsWith(folder) && page !== `${folder}README.md`),
    );
    expect(wanted.filter((page) => !led.includes(page))).toEqual([]);
  });

  it.each(["docs/decisions", "docs/modules"])("of %s leads to each of its pages", (folder) => {
    const led = linksOf(read(`${folder}/README.md`)).map(({ file }) => file);
    const pages = readdirSync(join(ROOT, folder)).filter((file) => file !== "README.md");
    expect(pages.filter((file) => !led.includes(file))).toEqual([]);
  });
});

describe("a decision", () => {
  const files = readdirSync(join(ROOT, "docs/decisions")).filter((file) => file !== "README.md");

  it.each(files)("such as %s has its number, its status and its three parts", (file) => {
    const number = Number(file.slice(0, 4));
    const text = read(`docs/decisions/${file}`);
    expect(text).toMatch(new RegExp(`^# ${number}\\. .+\n\nStatus: (accepted|superseded by \\d+)\n`));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      "Context",
      "Decision",
      "Consequences",
    ]);
  });

  it("has the number after the one before", () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  });
});
