import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { recordingTerminal } from "../testing/recording-terminal";
import { costOf, fargateService, summaryOf } from "./cost.fixtures";
import { chargeLines, printSummary } from "./report";
import type { Saving } from "./savings";
import type { Summary } from "./summary";
import { summaryJson } from "./summary-json";
import { switchesOf } from "./switches";

const { environment: prod } = loadProject({ root: process.cwd(), environment: "prod" });

const SAVINGS: readonly Saving[] = switchesOf(prod, 0.7).map(({ name, but }) => ({
  name,
  but,
  result: { atRest: 123_456, fullScale: -50, unknown: [] },
}));

function print(summary: Summary): string {
  const { terminal, written } = recordingTerminal();
  printSummary(summary, terminal);
  return written();
}

describe("the report", () => {
  it("keeps within 120 columns", async () => {
    const lines = print(await summaryOf("prod", SAVINGS)).split("\n");
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  it("has the arithmetic of every number, with a line for each level where these differ", () => {
    const { charges } = costOf(fargateService("web", 2));
    expect(charges.flatMap(chargeLines)).toEqual([
      "    Fargate tasks, 0.25 vCPU, 0.5 GB                      2 × 730 × (0.25 × 0.04048 + 0.5 × 0.004445) = 18.02",
    ]);
    const grown = { engine: "mysql", instance_class: "db.t4g.micro", storage_type: "gp3", allocated_storage: 20 };
    const storage = costOf({ aws_db_instance: { db: { ...grown, max_allocated_storage: 50 } } }).charges.at(-1);
    expect(storage && chargeLines(storage)).toEqual([
      "    storage of the database                   at rest     1 × 20 × 0.115 = 2.30",
      "                                              desired     1 × 20 × 0.115 = 2.30",
      "                                              full scale  1 × 50 × 0.115 = 5.75",
    ]);
  });

  it("says of when the prices are, and warns of old ones", async () => {
    const summary = await summaryOf("prod");
    expect(print(summary)).toContain("at list prices of us-east-1 as of 2026-03-01");
    expect(print(summary)).not.toContain("! ");
    expect(print({ ...summary, stale: "the prices are old" })).toContain("  ! the prices are old");
  });

  it("says of an environment on this machine that it costs nothing", async () => {
    const summary = await summaryOf("prod");
    expect(print({ ...summary, emulated: true })).toContain(
      "  ! prod is emulated on this machine, and costs nothing; in AWS its stacks would cost this",
    );
  });

  it("lists what has no price, and where to add one", async () => {
    const summary = await summaryOf("prod");
    const unknown = [
      { type: "aws_lambda_function", detail: undefined, count: 3 },
      { type: "aws_db_instance", detail: "databases of engine postgres", count: 1 },
    ];
    const text = print({ ...summary, unknown });
    expect(text).toContain(
      "no price known for\n  ! 3 × aws_lambda_function\n  ! 1 × aws_db_instance: databases of engine postgres\n",
    );
    expect(text).toContain("tools/cost/resource-types.ts");
    expect(print(summary)).not.toContain("no price known");
  });

  it("tells why a switch cannot be turned, and what a saving is without", async () => {
    const refused = { name: "api.type", but: "", result: { refused: "it cannot be" } };
    const unknown = [{ type: "aws_lambda_function", detail: undefined, count: 1 }];
    const without = { name: "spot", but: "", result: { atRest: 1, fullScale: 1, unknown } };
    const text = print(await summaryOf("prod", [refused, without]));
    expect(text).toContain("  ! api.type refused: it cannot be");
    expect(text).toContain("  ! spot is without aws_lambda_function: no price is known");
  });

  it("says what is assumed, and what was assumed by an option", async () => {
    const summary = await summaryOf("prod");
    expect(print(summary)).toContain("         1  GB that a service logs\n");
    const assumptions = { ...summary.assumptions, logsGb: 5 };
    expect(print({ ...summary, assumptions })).toContain("         5  GB that a service logs (by an option)\n");
  });
});

describe("the report as JSON", () => {
  it("has amounts in dollars and the arithmetic of each", async () => {
    const document = JSON.parse(summaryJson(await summaryOf("prod", SAVINGS)));
    expect(document).toMatchObject({
      environment: "prod",
      currency: "USD",
      region: "us-east-1",
      pricesAsOf: "2026-03-01",
    });
    expect(document.charges).toContainEqual({
      stack: "network",
      what: "NAT gateway",
      atRest: 98.55,
      desired: 98.55,
      fullScale: 98.55,
      byUse: 0,
      arithmetic: { atRest: "3 × 730 × 0.045", desired: "3 × 730 × 0.045", fullScale: "3 × 730 × 0.045" },
    });
    expect(document.switches[0]).toMatchObject({ savesAtRest: 1234.56, savesAtFullScale: -0.5 });
    expect(document.noPriceKnownFor).toEqual([]);
  });
});
