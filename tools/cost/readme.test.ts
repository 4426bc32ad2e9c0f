import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { summaryOf } from "./cost.fixtures";
import { stackTable, toMarkdown } from "./tables";

const [, section = ""] = /\n## Costs\n((?:.*\n)*?)## /.exec(readFileSync("README.md", "utf8")) ?? [];

describe("the costs in README.md", () => {
  it.each(["prod", "dev"])("have the stacks of %s as npm run cost prints them", async (environment) => {
    const table = toMarkdown(stackTable(await summaryOf(environment)));
    expect(section.includes(table), `put this into README.md:\n${table}\n`).toBe(true);
  });

  it("say of when the prices are", async () => {
    const { prices } = await summaryOf("prod");
    expect(section).toContain(`list prices of ${prices.region} as of ${prices.asOf}`);
  });
});
