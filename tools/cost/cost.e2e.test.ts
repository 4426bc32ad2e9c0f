import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { capture } from "../processes/capture";
import { testLifetime } from "../testing/test-lifetime";

const TIMEOUT_MS = 840_000;

function run(...args: readonly string[]) {
  return capture(testLifetime(), process.execPath, ["--import", "tsx", "tools/cost/cost.ts", ...args], {
    timeoutMs: TIMEOUT_MS,
  });
}

describe("npm run cost", () => {
  it("prints the tables that README.md has of prod", async () => {
    const { status, stdout } = await run("--env", "prod", "--markdown");
    expect(status).toBe(0);
    const tables = stdout.trim().split("\n\n");
    expect(tables).toHaveLength(2);
    for (const table of tables) expect(readFileSync("README.md", "utf8"), "put the table there").toContain(table);
  });

  it("prints JSON and nothing else, of what an option assumes", async () => {
    const { status, stdout } = await run("--env", "dev", "--json", "--logs-gb", "100");
    const { assumptions, charges, switches } = JSON.parse(stdout);
    expect({ status, logsGb: assumptions.logsGb }).toEqual({ status: 0, logsGb: 100 });
    expect(charges).toContainEqual(
      expect.objectContaining({ service: "service-a", what: "logs of tasks, written", byUse: 50 }),
    );
    const nat = switches.find(({ name }: { name: string }) => name === 'network.nat: "per-zone"');
    expect(nat).toMatchObject({ savesAtRest: -36.5, savesAtFullScale: -36.5, noPriceKnownFor: [] });
  });

  it("ends at Ctrl-C, and leaves nothing", async () => {
    const group = testLifetime().start(process.execPath, ["--import", "tsx", "tools/cost/cost.ts", "--env", "dev"]);
    const folder = `.local/cost-${group.child.pid}`;
    const isAtWork = () => existsSync(folder) && readdirSync(folder).length > 0;
    await expect.poll(isAtWork, { timeout: 120_000 }).toBe(true);
    group.child.kill("SIGINT");
    expect((await group.exited).status).toBe(130);
    expect(existsSync(folder)).toBe(false);
  });

  it.each([
    [
      "an environment that there is not",
      ["--env", "prd"],
      'there is no environment "prd" (--env); did you mean "prod"?',
    ],
    ["an amount that is none", ["--env", "prod", "--logs-gb", "much"], '--logs-gb is "much"; give a number'],
  ])("refuses %s with status 2", async (_, args, message) => {
    const { status, stdout } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: expect.stringContaining(message) });
  });
});
