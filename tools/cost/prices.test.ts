import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { listEnvironments } from "../../config/load-environment";
import { PRICES } from "./cost.fixtures";
import { loadPrices, PRICE_FOLDER, parsePrices, staleness } from "./prices";

const ROOT = process.cwd();
const FILE = `${PRICE_FOLDER}/us-east-1.json`;
const list: object = JSON.parse(readFileSync(FILE, "utf8"));

const parse = (changes: object) => parsePrices("list.json", "us-east-1", JSON.stringify({ ...list, ...changes }));

describe("a price list", () => {
  it("is there for the Region of every environment", () => {
    const regions = listEnvironments(ROOT).map(
      (name) => loadProject({ root: ROOT, environment: name }).environment.region,
    );
    for (const region of new Set(regions)) expect(loadPrices(ROOT, region).region).toBe(region);
  });

  it.each(readdirSync(PRICE_FOLDER))("such as %s is complete", (file) => {
    expect(loadPrices(ROOT, file.replace(".json", "")).of.natHour).toBeGreaterThan(0);
  });

  it("that there is not for a Region is refused, and it is said how to add one", () => {
    expect(() => loadPrices(ROOT, "eu-west-3")).toThrow(
      `there are no prices for the Region eu-west-3; there are for: us-east-1. To add them, copy ${FILE} to ` +
        `${PRICE_FOLDER}/eu-west-3.json, write the Region's prices from the AWS pages that each entry names, and the day as "asOf"`,
    );
    expect(() => loadPrices(ROOT, "eu-west-3")).toThrow(expect.objectContaining({ status: 2 }));
  });

  it("that is not JSON is refused", () => {
    expect(() => parsePrices("list.json", "us-east-1", "{")).toThrow("list.json is not JSON");
  });

  it("of another Region is refused", () => {
    expect(() => parse({ region: "eu-west-1" })).toThrow(
      'list.json has the prices of eu-west-1; write "region": "us-east-1", or rename it',
    );
  });

  it("without a price is refused, and the price named", () => {
    expect(() => parse({ prices: { natHour: { price: 0.045, unit: "hour", page: "Amazon VPC pricing" } } })).toThrow(
      /^list\.json is not a price list:\n(.*\n)* {2}prices\.natGb: /,
    );
  });

  it("with a price of nothing, without a day or with a word too many is refused", () => {
    expect(() => parse({ instanceHour: { "t3.small": 0 } })).toThrow("instanceHour.t3.small: ");
    expect(() => parse({ asOf: "last year" })).toThrow("asOf: ");
    expect(() => parse({ discount: 0.1 })).toThrow("discount");
  });
});

describe("prices of more than a year ago", () => {
  const prices = { ...PRICES, asOf: "2025-01-01" };

  it("are told, with the file to mend", () => {
    expect(staleness(prices, new Date("2026-01-02T00:00:00Z"))).toBe(
      `the prices of us-east-1 are 366 days old (2025-01-01): compare them with the pages that ${FILE} names, and write the ` +
        `new day as "asOf"`,
    );
  });

  it("are not told before", () => {
    expect(staleness(prices, new Date("2026-01-01T23:00:00Z"))).toBeUndefined();
  });
});
