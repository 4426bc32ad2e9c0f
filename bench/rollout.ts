import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { clientSettings } from "../local/cloud/variables";
import { buildBundle } from "../local/deploy/bundles";
import { bundleFolder } from "../local/run-folder";
import { untilStable } from "../local/stability";
import type { NpmStart } from "../local/testing/npm-start";
import { Releases } from "../local/testing/release";
import { Lifetime } from "../tools/processes/lifetime";
import { median, record, report } from "./measure";

const ROOT = join(import.meta.dirname, "..");
const CLUSTER = "jenkins-ecs-local";
const SERVICE = "service-b";
const ROUNDS = 5;
const TASKS = 50;
const MIB = 1024;

/**
 * Prints how long an update of a service takes until the new revision serves, against the time that the program itself
 * takes to listen, and the memory of the runner with many tasks.
 *
 * @param start `npm start -- --system jenkins-ecs` that serves
 */
export async function benchRollout(start: NpmStart): Promise<void> {
  const lifetime = new Lifetime();
  try {
    const settings = clientSettings(start.emulatorUrl, "us-east-1");
    const releases = new Releases(settings);
    const versions = ["bench-1", "bench-2"];
    for (const version of versions) {
      const folder = bundleFolder(start.folder, SERVICE, version);
      await buildBundle(lifetime, { root: ROOT, directory: join(ROOT, "apps", SERVICE), version, folder });
    }
    const serving: number[] = [];
    const ended: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const version = versions[round % 2] ?? "";
      const startedAt = performance.now();
      const released = releases.release(SERVICE, version);
      await untilAnswers(`${start.url}/finance`, version);
      serving.push((performance.now() - startedAt) / 1_000);
      ended.push((await released).tookMs / 1_000);
    }
    const before = memoryOf(start);
    report("update of a service, until the new revision serves", median(serving), "s", 2);
    report("update of a service, until the deployment has ended", median(ended), "s", 5);
    const update = { cluster: CLUSTER, service: SERVICE, desiredCount: TASKS };
    await releases.client.send(new UpdateServiceCommand(update));
    const { faults } = await untilStable({ lifetime, settings, boundMs: 180_000, service: SERVICE });
    if (faults.length > 0) throw new Error(faults.join("\n"));
    const after = memoryOf(start);
    record("the runner with 4 tasks", before, "MiB");
    report(`the runner with ${TASKS + 2} tasks`, after, "MiB", 250);
    report(`the runner with ${TASKS + 2} tasks, against 4 tasks`, after / before, "", 2);
  } finally {
    await lifetime.end();
  }
}

async function untilAnswers(url: string, version: string): Promise<void> {
  for (;;) {
    const response = await fetch(url, { headers: { accept: "application/json" } });
    if (((await response.json()) as { version: string }).version === version) return;
  }
}

/** Resident memory of the process that runs tasks and serves, in MiB. */
function memoryOf({ folder }: NpmStart): number {
  const pid = String(Number.parseInt(folder.split("/").at(-1) ?? "", 10));
  return Number(execFileSync("ps", ["-o", "rss=", "-p", pid], { encoding: "utf8" })) / MIB;
}
