import { join } from "node:path";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../tools/testing/temporary-folder";
import { testLifetime } from "../tools/testing/test-lifetime";
import { startEmulator } from "./cloud/emulator";
import { clientSettings } from "./cloud/variables";
import { untilStable } from "./stability";

const ROOT = join(import.meta.dirname, "..");

/** An emulator with nobody to run tasks, and a service on it. */
async function serviceOf(desiredCount: number) {
  const lifetime = testLifetime();
  const emulator = await startEmulator(lifetime, {
    root: ROOT,
    python: process.env.EMULATOR_PYTHON ?? "",
    log: join(temporaryFolder(), "emulator.log"),
  });
  const settings = clientSettings(emulator.url, "us-east-1");
  const client = new ECSClient(settings);
  onTestFinished(() => client.destroy());
  await client.send(new CreateClusterCommand({ clusterName: "shop" }));
  const container = { name: "app", image: "app:1", memory: 128 };
  await client.send(new RegisterTaskDefinitionCommand({ family: "cart", containerDefinitions: [container] }));
  const service = { serviceName: "cart", taskDefinition: "cart", launchType: "EC2" } as const;
  await client.send(new CreateServiceCommand({ cluster: "shop", ...service, desiredCount }));
  return { lifetime, settings };
}

describe("waiting for a steady state", () => {
  it("tells of a service that does not get there: how many tasks run, and its rollout", async () => {
    const { lifetime, settings } = await serviceOf(2);
    const { services, faults } = await untilStable({ lifetime, settings, boundMs: 300 });
    expect(services.map(({ name }) => name)).toEqual(["cart"]);
    expect(faults).toEqual([
      "cart is not in a steady state after 0.3 s: 0 of 2 tasks run, rollout IN_PROGRESS; its newest events:",
    ]);
  });

  it("waits for no other service than the one that is named", async () => {
    const { lifetime, settings } = await serviceOf(2);
    expect((await untilStable({ lifetime, settings, boundMs: 300, service: "another" })).faults).toEqual([]);
  });
});
