import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Public zones of us-east-1: one NAT gateway in each needs six addresses, of which an account has five. */
const ZONES = ["a", "b", "c", "d", "e", "f"].map((letter) => `us-east-1${letter}`);

/** Synthesises production with a NAT gateway in each of six zones, as `cdktf` does; gives what is left of it. */
function synthesise(quotas: Readonly<Record<string, number>>) {
  const root = mkdtempSync(join(tmpdir(), "quotas-"));
  folders.push(root);
  cpSync("config/environments", join(root, "config/environments"), { recursive: true });
  for (const name of readdirSync("apps").filter((app) => existsSync(join("apps", app, "service.json")))) {
    mkdirSync(join(root, "apps", name), { recursive: true });
    cpSync(join("apps", name, "service.json"), join(root, "apps", name, "service.json"));
  }
  const file = join(root, "config/environments/prod.json");
  const environment = JSON.parse(readFileSync(file, "utf8"));
  environment.network.availabilityZones = ZONES;
  writeFileSync(file, JSON.stringify({ ...environment, quotas }));
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("tools/synth.mjs")], {
    cwd: root,
    env: { ...process.env, ENVIRONMENT: "prod", CDKTF_OUTDIR: join(root, "out") },
    encoding: "utf8",
  });
  const left = readdirSync(join(root, "out"), { recursive: true }).filter((one) => String(one).endsWith(".json"));
  return { status, stdout, stderr, left: left.map(String) };
}

describe("a synthesis", () => {
  it("ends with status 2, the quota and the ways out, and leaves nothing to deploy, when a quota is used up", () => {
    const { status, stdout, stderr, left } = synthesise({});
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(
      "the stacks of prod use more than AWS allows of 1 quota\n\nEC2-VPC Elastic IPs (elasticIps)",
    );
    expect(stderr).toContain('write "quotas": { "elasticIps": 6 } into config/environments/prod.json');
    expect(stderr).not.toContain("    at ");
    expect(left.filter((file) => !file.endsWith("metadata.json"))).toEqual([]);
  });

  it("succeeds when the quota was raised", () => {
    const { status, stderr, left } = synthesise({ elasticIps: 6 });
    expect([status, stderr]).toEqual([0, ""]);
    expect(left).toContain("manifest.json");
  });
});

describe("npm run quotas", () => {
  const quotas = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["tools/with-packages.mjs", "tools/quotas/quotas.ts", ...args], { encoding: "utf8" });

  /** What runs have left, which were killed maybe. */
  const left = () => {
    const folder = ".local/deploy/prod";
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("quotas-")) : [];
  };

  it("prints what an environment uses, and leaves nothing behind", () => {
    const before = left();
    const { status, stdout, stderr } = quotas("--env", "prod");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^ {2}quota +used +limit +% +raised by +in +AWS's name$/m);
    expect(stdout).toMatch(/^ {2}elasticIps +3 +5 +60\.0 +request +us-east-1 +EC2-VPC Elastic IPs$/m);
    expect(stdout).toMatch(/^ {2}rulesPerLoadBalancer +\d+ +100 .* more /m);
    expect(left()).toEqual(before);
  });

  it("prints every use as JSON, with what stacks use of each other counted where it belongs", () => {
    const { status, stdout } = quotas("--env", "prod", "--json");
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { environment: string; uses: { quota: string; scope: string; used: number }[] };
    expect(told.environment).toBe("prod");
    const used = (quota: string, scope: string) =>
      told.uses.find((use) => use.quota === quota && use.scope === scope)?.used;
    // Three load balancers of 8 addresses in subnets of the network's stack, and a NAT gateway.
    expect(used("addressesPerSubnet", "network/Network/Public-us-east-1a")).toBe(25);
    // Of services that their own stacks make.
    expect(used("rulesPerLoadBalancer", "public-api/Api/LoadBalancer")).toBeGreaterThan(1);
  });

  it("ends with status 2 when there is no such environment", () => {
    const { status, stdout } = quotas("--env", "prd");
    expect(status).toBe(2);
    expect(stdout).toContain('there is no environment "prd" (--env); did you mean "prod"?');
  });
});
