import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { QUOTA_IDS, QUOTAS, type QuotaId } from "../../modules/aws/quotas";

/** For each service of AWS the ids of its quotas, those that AWS does not raise in brackets. */
function rows(): readonly string[] {
  const byService = new Map<string, QuotaId[]>();
  for (const id of QUOTA_IDS) {
    byService.set(QUOTAS[id].service, [...(byService.get(QUOTAS[id].service) ?? []), id]);
  }
  const told = (id: QuotaId) => (QUOTAS[id].adjustable ? `\`${id}\`` : `(\`${id}\`)`);
  return [...byService].map(([service, ids]) => `| ${service} | ${ids.map(told).join(", ")} |`);
}

describe("the table of quotas in README.md", () => {
  const [, section = ""] = readFileSync("README.md", "utf8").split("\n## Quotas\n");
  const [table = ""] = /(?:^\|.*\n)+/m.exec(section) ?? [];

  it("has every quota that is counted, by the service of AWS that has it", () => {
    expect(table.trim().split("\n").slice(2)).toEqual(rows());
  });
});
