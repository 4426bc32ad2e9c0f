import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { QUOTA_IDS, QUOTAS } from "../../modules/aws/quotas";
import { many, type Resources, stackOf, texts } from "./quotas.fixtures";
import { describeRefused, QuotaError, requireWithinQuotas } from "./refusal";
import { waysOut } from "./ways-out";
import { readWrittenStacks } from "./written-stacks";

const { environment } = loadProject({ root: process.cwd(), environment: "prod" });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quotas-"));
});
afterEach(() => {
  delete process.env.QUOTAS;
  rmSync(folder, { recursive: true });
});

/** Writes stacks as CDKTF does. */
function write(stacks: Readonly<Record<string, Resources>>): void {
  const paths = Object.keys(stacks).map((name) => [name, `stacks/${name}/cdk.tf.json`] as const);
  const entries = paths.map(([name, synthesizedStackPath]) => [name, { name, synthesizedStackPath }]);
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ stacks: Object.fromEntries(entries) }));
  for (const [name, path] of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), stackOf(stacks[name] ?? {}).json);
  }
}

function refusal(quotas: typeof environment.quotas = {}): string | undefined {
  try {
    requireWithinQuotas(folder, { ...environment, quotas });
    return undefined;
  } catch (error) {
    if (error instanceof QuotaError) return error.message;
    throw error;
  }
}

const jsonFiles = () => readdirSync(folder, { recursive: true }).filter((file) => String(file).endsWith(".json"));

describe("stacks that were written", () => {
  it("stay where no quota is used up", () => {
    write({ network: many("aws_eip", 5), mail: {} });
    expect(refusal()).toBeUndefined();
    expect([...readWrittenStacks(folder)].map(({ name }) => name)).toEqual(["mail", "network"]);
  });

  it("are removed where one is, all of them, and nothing else", () => {
    write({ network: many("aws_eip", 6), mail: {} });
    writeFileSync(join(folder, "outputs.json"), "{}");
    expect(refusal()).toBe(`the stacks of prod use more than AWS allows of 1 quota

EC2-VPC Elastic IPs (elasticIps)
  where:   us-east-1
  used:    6
  allowed: 5, AWS's default (Amazon Elastic Compute Cloud (Amazon EC2), "Amazon VPC quotas")
  spread:  "network.nat": "single" has one for all zones
  raise:   ask for 6 or more of "EC2-VPC Elastic IPs" in Service Quotas (Amazon Elastic Compute Cloud (Amazon EC2), us-east-1); when AWS has agreed, write "quotas": { "elasticIps": 6 } into config/environments/prod.json

what was synthesised is removed, nothing was sent`);
    expect(jsonFiles()).toEqual(["outputs.json"]);
  });

  it("stay where the quota was raised, and are told by what where that is not enough", () => {
    write({ network: many("aws_eip", 6) });
    expect(refusal({ elasticIps: 6 })).toBeUndefined();
    write({ network: many("aws_eip", 8) });
    expect(refusal({ elasticIps: 7 })).toContain("allowed: 7, as config/environments/prod.json says");
  });

  it("are told of every quota in one go", () => {
    write({ network: { ...many("aws_eip", 6), ...many("aws_vpc", 6) }, state: many("aws_db_instance", 41) });
    const message = refusal() ?? "";
    expect(message).toContain("use more than AWS allows of 3 quotas");
    for (const id of ["elasticIps", "vpcsPerRegion", "databaseInstances"]) expect(message).toContain(`(${id})`);
  });

  it("stay, whatever they use, where they are only counted", () => {
    process.env.QUOTAS = "count";
    write({ network: many("aws_eip", 6) });
    expect(refusal()).toBeUndefined();
    expect(existsSync(join(folder, "manifest.json"))).toBe(true);
  });

  it("name the stack and the construct, and what to do where AWS raises nothing", () => {
    write({ shop: { aws_lb_listener_rule: { web: { condition: [{ path_pattern: { values: texts(6) } }] } } } });
    expect(refusal()).toContain(`Condition values per rule (conditionValuesPerRule)
  where:   shop/aws_lb_listener_rule.web
  used:    6
  allowed: 5, AWS's default (Elastic Load Balancing (ELB), "Quotas for your Application Load Balancers")
  spread:  join paths, hosts or source blocks of the service by wildcards or shorter prefixes ("routes")
  instead: AWS does not raise this: give the service a second rule by making it two services, each with its own paths`);
  });
});

describe.each(QUOTA_IDS)("the refusal of %s", (quota) => {
  const { name, adjustable, page } = QUOTAS[quota];
  const message = describeRefused([{ quota, scope: "shop/Front", used: 4321, limit: 1234 }], environment);

  it("names the quota, the place, the number, the limit and the page", () => {
    expect(message).toContain(`${name} (${quota})\n  where:   shop/Front\n  used:    4321\n  allowed: 1234`);
    expect(message).toContain(`"${page}")`);
  });

  it("says two ways out", () => {
    const ways = waysOut(quota, { region: "us-east-1", environment: "prod", used: 4321 });
    for (const [way, text] of Object.entries(ways)) expect(message).toContain(`  ${`${way}:`.padEnd(8)} ${text}`);
    expect(Object.keys(ways)).toEqual(["spread", adjustable ? "raise" : "instead"]);
    if (adjustable)
      expect(message).toContain(`write "quotas": { "${quota}": 4321 } into config/environments/prod.json`);
    expect(new Set(Object.values(ways)).size).toBe(2);
  });
});
