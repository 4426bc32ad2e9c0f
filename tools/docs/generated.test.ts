import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applications } from "../../stacks/routing.fixtures";
import { synthesiseAll } from "../../stacks/stacks.fixtures";
import { temporaryFolder, writeFile } from "../testing/temporary-folder";
import { modulePages, pagesToRemove, securityPages, stalePages } from "./generated";
import { PURPOSES } from "./modules/purposes";
import { readModules } from "./modules/read-modules";
import { undocumented } from "./modules/undocumented";
import { SECURITY_PAGE } from "./security/security-page";
import { stackOf } from "./security/stacks";

const ROOT = process.cwd();
const MEND = "run `npm run docs`, and commit what it writes";

/** The stacks of production, as `npm run docs` has them. */
function stacksOfProduction() {
  const all = synthesiseAll("prod", {}, applications);
  const { state, registry, network, jenkinsEcs, coffeeSuppliers, userNotifications, publicApi, mail } = all;
  const named = {
    "coffee-suppliers": coffeeSuppliers,
    "jenkins-ecs": jenkinsEcs,
    mail,
    network,
    "public-api": publicApi,
    registry,
    state,
    "user-notifications": userNotifications,
  };
  return Object.entries(named).flatMap(([name, stack]) => (stack ? [stackOf(name, stack.json)] : []));
}

describe("the pages of modules", () => {
  const pages = modulePages(ROOT);

  it("are as the docstrings are", () => {
    expect(stalePages(ROOT, pages), MEND).toEqual([]);
  });

  it("are none of modules that are gone", () => {
    expect(pagesToRemove(ROOT, pages), MEND).toEqual([]);
  });

  it("say what each module is for, and of no other", () => {
    const names = readModules(ROOT).map(({ name }) => name);
    const file = "tools/docs/modules/purposes.ts";
    expect(
      names.filter((name) => !PURPOSES.has(name)),
      `say what these are for, in ${file}`,
    ).toEqual([]);
    expect(
      [...PURPOSES.keys()].filter((name) => !names.includes(name)),
      `take these out of ${file}`,
    ).toEqual([]);
  });

  it("miss no docstring: of what a module exports, its props and its methods", () => {
    const missing = readModules(ROOT).flatMap(({ files }) => files.flatMap(undocumented));
    expect(missing, `write a docstring for each, then ${MEND}`).toEqual([]);
  });
});

describe("the security page", () => {
  const stacks = stacksOfProduction();

  it("has the ports, roles and secrets of production as they are synthesised", () => {
    expect(stalePages(ROOT, securityPages(ROOT, stacks)), MEND).toEqual([]);
  });

  it("is told of every policy, for there are inline ones alone", () => {
    const others = ["aws_iam_role_policy_attachment", "aws_iam_policy", "aws_iam_policy_attachment", "aws_iam_user"];
    for (const { name, resources } of stacks) {
      for (const type of others)
        expect(resources[type], `${type} of ${name}: the table of roles leaves it out`).toBeUndefined();
    }
  });

  it("names everything that rights are given to", () => {
    const text = readFileSync(join(ROOT, SECURITY_PAGE), "utf8");
    expect(text).not.toMatch(/\$\{|cross-stack|without a name/);
  });
});

describe("a page that a program writes", () => {
  it("is stale when it is missing, or says something else", () => {
    const root = temporaryFolder();
    writeFile(root, "docs/one.md", "one\n");
    writeFile(root, "docs/two.md", "two\n");
    const pages = new Map([
      ["docs/one.md", "one\n"],
      ["docs/two.md", "2\n"],
      ["docs/three.md", "three\n"],
    ]);
    expect(stalePages(root, pages)).toEqual(["docs/two.md", "docs/three.md"]);
  });

  it("goes with its module", () => {
    const root = temporaryFolder();
    writeFile(root, "docs/modules/alb.md", "");
    writeFile(root, "docs/modules/gone.md", "");
    expect(pagesToRemove(root, new Map([["docs/modules/alb.md", ""]]))).toEqual(["docs/modules/gone.md"]);
    expect(pagesToRemove(temporaryFolder(), new Map())).toEqual([]);
  });
});
