import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../jenkins/release/command-line";
import { RUNBOOKS, runbookPage } from "../modules/cloudwatch/runbooks";
import { scripts } from "../package.json";
import { synthesiseAll } from "./stacks.fixtures";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = "docs/runbooks";
const INDEX = "README.md";
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const pages = readdirSync(join(ROOT, FOLDER)).filter((file) => file !== INDEX);

const { services, jenkinsEcs, coffeeSuppliers, userNotifications } = synthesiseAll("local");
const stacks = [jenkinsEcs, coffeeSuppliers, userNotifications];

/** What people are told of: its name, and the page that the message names. */
const told = stacks.flatMap((stack) => [
  ...stack.resources(CloudwatchMetricAlarm).map(({ alarm_name, alarm_description }) => ({
    name: String(alarm_name),
    page: pageIn(alarm_description),
  })),
  ...stack.resources(CloudwatchEventTarget).flatMap(({ rule, input_transformer }) => {
    if (!input_transformer) return [];
    const address = /\.([\w-]+)\.name/.exec(String(rule))?.[1] ?? "";
    const { resource } = JSON.parse(stack.json) as { resource: Record<string, Record<string, { name: string }>> };
    const name = resource[CloudwatchEventRule.tfResourceType]?.[address]?.name ?? "";
    return [{ name, page: pageIn((input_transformer as { input_template: string }).input_template) }];
  }),
]);

function pageIn(text: unknown): string {
  return /What to do: (\S+\.md)/.exec(String(text))?.[1] ?? "no page";
}

/** As a page writes names: `<service>-cpu`, `<system>-cpu`. */
function withoutNames(name: string): string {
  const ofSystem = services.reduce((rest, { system }) => rest.replace(`${system}-local`, "<system>"), name);
  return services.reduce((rest, service) => rest.replace(`<system>-${service.name}-`, "<service>-"), ofSystem);
}

/** Lines of shell commands, those that go on put together. */
const commandsOf = (text: string) =>
  [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.replace(/\\\n/g, " ").trim().split("\n"),
  );

describe("the runbooks", () => {
  it("have a page for every alarm and every message about a deployment", () => {
    for (const { name, page } of told) expect(existsSync(join(ROOT, page)), `${name}: ${page}`).toBe(true);
  });

  it("have no page that nothing leads to", () => {
    const led = new Set(told.map(({ page }) => page));
    expect(pages.map((page) => `${FOLDER}/${page}`).toSorted()).toEqual([...led].toSorted());
    expect(RUNBOOKS.map(runbookPage).toSorted()).toEqual([...led].toSorted());
  });

  it.each(pages)("name in %s the alarms that lead to it", (page) => {
    const [, line = ""] = /^Alarms (.*?)\. /m.exec(read(join(FOLDER, page))) ?? [];
    const named = [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const leading = told.filter((one) => one.page === `${FOLDER}/${page}`).map(({ name }) => withoutNames(name));
    expect(named.toSorted()).toEqual([...new Set(leading)].toSorted());
  });

  it.each(pages)("say in %s what it means, how to look, what to do and how it ends", (page) => {
    const headings = [...read(join(FOLDER, page)).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["What it means", "How to look", "What to do", "How it ends"]);
  });

  it("are all in the index", () => {
    const listed = [...read(join(FOLDER, INDEX)).matchAll(/^\| \[[\w-]+\]\(([\w-]+\.md)\)/gm)].map(([, file]) => file);
    expect(listed.toSorted()).toEqual(pages.toSorted());
  });
});

describe.each([...pages, INDEX])("the page %s", (page) => {
  const text = read(join(FOLDER, page));

  it("links to pages that exist", () => {
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(existsSync(join(ROOT, FOLDER, link)), link).toBe(true);
    }
  });

  it("has commands of `npm run local` that there are", () => {
    const known = [...read("local/local.ts").matchAll(/^ {2}\["(\w+)", async \(\) => /gm)].map(([, name]) => name);
    for (const [, name] of text.matchAll(/npm run local -- (\w+)/g)) expect(known).toContain(name);
  });

  it("has commands of `npm run release` that there are, with their options", () => {
    for (const [, name = "", rest = ""] of text.matchAll(/npm run release -- (\w+)([^`\n]*)/g)) {
      expect(Object.keys(COMMANDS)).toContain(name);
      const { needs, takes } = COMMANDS[name as keyof typeof COMMANDS];
      const options = [...rest.matchAll(/--([\w-]+)/g)].map(([, option]) => option);
      for (const option of options) expect([...needs, ...takes]).toContain(option);
      for (const option of needs) expect(options).toContain(option);
    }
  });

  it("has npm scripts that there are, and no command but those and AWS's", () => {
    for (const command of commandsOf(text)) {
      const [, script] = /^npm run ([\w:-]+)/.exec(command.trim()) ?? [];
      if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
      else expect(command.trim()).toMatch(/^(aws [a-z0-9-]+ [a-z-]+( |$)|[A-Z]+=[\w-]+$)/);
    }
  });
});
