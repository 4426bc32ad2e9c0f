import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { taskEnvironment } from "@express-on-ecs/kit/environment";
import { startService } from "@express-on-ecs/kit/service";
import { version } from "@express-on-ecs/kit/version";
import { Router } from "express";

const BYTES_PER_MIB = 1_024 ** 2;
const KIB_PER_MIB = 1_024;

/** Memory that comes and goes by itself. */
const SLACK_MIB = 16;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

let held = Buffer.alloc(0);

/** Takes or gives back memory until the process has about as much as that. */
async function hold(mebibytes: number): Promise<void> {
  const others = ownMebibytes() - held.length / BYTES_PER_MIB;
  held = Buffer.alloc(0);
  // What is garbage goes back to the system in its own time.
  for (collectGarbage(); ownMebibytes() > others + SLACK_MIB; collectGarbage()) await sleep(20);
  held = Buffer.alloc(Math.max(0, mebibytes - ownMebibytes()) * BYTES_PER_MIB, 1);
}

function ownMebibytes(): number {
  const [, kibibytes = 0] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Math.ceil(Number(kibibytes) / KIB_PER_MIB);
}

function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

// A service for tests of autoscaling: it works as long, and takes or gives back as much memory, as it is told.
startService({
  environment: taskEnvironment,
  create: () => {
    const router = Router();
    router.get("/:service", (_request, response) => {
      response.json({ version, held: held.length / BYTES_PER_MIB });
    });
    router.get("/:service/burn/:milliseconds", (request, response) => {
      burn(Number(request.params.milliseconds));
      response.json({ version });
    });
    router.get("/:service/memory/:mebibytes", async (request, response) => {
      await hold(Number(request.params.mebibytes));
      response.json({ mebibytes: ownMebibytes() });
    });
    return { router };
  },
});
