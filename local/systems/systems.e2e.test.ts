import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLineOf, stillRunning } from "../testing/npm-start";
import { PublicApi } from "../testing/public-api";
import { testRunbooks } from "../testing/runbooks";
import { suspendScaling } from "../testing/suspend-scaling";
import { Systems } from "../testing/systems";
import { testWalkthrough } from "../testing/walkthrough";
import { testCoffeeSuppliers } from "./coffee-suppliers";
import { testJenkinsEcs } from "./jenkins-ecs";
import { testPublicApi } from "./public-api";
import { expectExpired, expectGood } from "./public-api-tokens";
import { testStatusPage } from "./status-page";
import { productionOf, testUserNotifications } from "./user-notifications";

const STACKS = [
  "state",
  "registry",
  "network",
  "mail",
  "public-api",
  "public-api-pipelines",
  "jenkins-ecs",
  "coffee-suppliers",
  "user-notifications",
  "user-notifications-pipelines",
];

/** Seconds that services go on taking a token, for clocks differ. */
const LEEWAY = 5;

/** All systems, which share one deployment. */
describe("npm start", () => {
  let systems: Systems;
  let api: PublicApi;
  let shortLived: string;

  beforeAll(async () => {
    systems = await Systems.start();
    await suspendScaling(systems.start.settings);
    api = await PublicApi.of(systems);
    shortLived = await api.shortLivedToken("service-b-api/read");
    await expectGood(api, shortLived);
  });
  afterAll(async () => {
    api?.end();
    await systems?.end();
  });

  it.each(STACKS)("leaves nothing to change in the stack %s: the second plan is empty", async (stack) => {
    expect(await systems.stacks.planned(stack)).toContain("No changes.");
  });

  // Before its tests, which leave another way of discovery.
  testWalkthrough("docs/systems/user-notifications.md", () => systems);
  testJenkinsEcs(() => systems);
  testStatusPage(() => systems);
  testPublicApi(() => ({ systems, api }));
  testCoffeeSuppliers(() => systems);
  testUserNotifications(() => systems);
  testWalkthrough("docs/systems/jenkins-ecs.md", () => systems);
  testWalkthrough("docs/systems/coffee-suppliers.md", () => systems);
  testWalkthrough("docs/systems/public-api.md", () => systems);
  testRunbooks(() => systems);

  it("takes a token that was good at the beginning no more when its time is up, whichever way it comes", async () => {
    const { exp = Number.NaN } = decodeJwt(shortLived);
    // Long ago, unless these tests are run alone.
    await expect.poll(() => Date.now() / 1_000, { timeout: 6 * 60_000, interval: 1_000 }).toBeGreaterThan(exp + LEEWAY);
    await expectExpired(api, shortLived);
  });

  it("writes no password into state, synthesised stacks or logs, whatever was done", async () => {
    // For each database the master's, the migrator's and one for each of its services; coffee-suppliers has a key of its
    // cookies besides. user-notifications, with three services, is in production too.
    expect(await systems.inspected("leaks", `'${systems.start.folder}' "$EMULATOR_PYTHON"`)).toEqual({
      secrets: 5 + 5 + 5,
      places: [],
    });
  });

  it("writes no token and no password of a user there either", () => {
    const { secrets, places } = systems.leaks();
    expect(secrets).toBeGreaterThan(0);
    expect(places).toEqual([]);
  });

  it("can be destroyed, production too, and then the emulator holds nothing", async () => {
    const { stacks } = systems;
    const production = productionOf(systems);
    await stacks.destroy("user-notifications-pipelines");
    // What stands on the same ground goes at once: each waits a minute for its database. user-notifications has services
    // behind the API.
    await Promise.all([
      production.destroy("user-notifications").then(() => production.destroy("public-api")),
      stacks.destroy("user-notifications").then(() => stacks.destroy("public-api")),
      ...["public-api-pipelines", "jenkins-ecs", "coffee-suppliers"].map((stack) => stacks.destroy(stack)),
    ]);
    await Promise.all([production.destroy("mail"), stacks.destroy("mail")]);
    await Promise.all([production.destroy("network"), stacks.destroy("network")]);
    await Promise.all([production.destroy("registry"), stacks.destroy("registry")]);
    await stacks.destroy("state");
    // Tasks end, with what is theirs, when their services are gone for Terraform.
    await expect.poll(() => systems.inspected("remains"), { timeout: 120_000, interval: 1_000 }).toEqual({});
  });

  it("says it when the emulator dies, and leaves nothing but the logs", async () => {
    const { start, source } = systems;
    const { folder, emulatorUrl, processes } = start;
    const url = start.listener("jenkins-ecs-local", 80);
    const emulator = processes.find((pid) => commandLineOf(pid).includes("local/emulator/server.py"));
    process.kill(emulator ?? Number.NaN, "SIGKILL");
    expect(await start.exited).toBe(1);
    expect(start.output).toMatch(/the AWS emulator was ended by SIGKILL; its log: \S+emulator\.log/);
    expect(start.output).toContain(`logs and state are kept until the next start: ${relative(source.folder, folder)}`);
    expect(existsSync(join(folder, "logs/emulator.log"))).toBe(true);
    await expect(fetch(emulatorUrl)).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
    // A process that has closed its output may still be ending.
    await expect.poll(() => stillRunning(processes), { timeout: 60_000 }).toEqual([]);
  });
});
