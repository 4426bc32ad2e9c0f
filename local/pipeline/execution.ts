import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { serviceNames } from "../../config/names";
import type { Service } from "../../config/service";
import type { Lifetime } from "../../tools/processes/lifetime";
import type { ClientSettings } from "../cloud/variables";
import { bundleFolder, namesFile } from "../run-folder";
import type { WalkEvents } from "./action";
import type { Decide } from "./approval";
import { buildMachine } from "./build-machine";
import type { Pipeline } from "./definition";
import { engineCleanUp } from "./engine-leftovers";
import { writePrograms } from "./programs";
import type { WalkRecord } from "./record";
import { walk } from "./walk";

export interface ExecutionOptions {
  readonly lifetime: Lifetime;
  /** The repository's folder. */
  readonly root: string;
  /** Folder of the run. */
  readonly run: string;
  readonly emulatorUrl: string;
  readonly settings: ClientSettings;
  /** `HOST:PORT` of the emulated ECR's registry; only where containers run. */
  readonly registry: string | undefined;
  readonly pipeline: Pipeline;
  /** The services that images are built for, and the environments that they are pushed to. */
  readonly services: readonly Pick<Service, "name" | "system" | "deployment">[];
  readonly environments: readonly string[];
  readonly decide: Decide;
  readonly events: WalkEvents;
}

/** What only the execution itself needs, wherever it ended. */
const SHELLS = ["shells", "home", "programs"];

/** What is of use to whoever looks for what went wrong. */
const FILES = ["sources", "artifacts", "outputs", "images"];

/** Walks a pipeline in a folder of its own in the run's, of which logs and result stay. @throws Interrupted */
export async function execute(options: ExecutionOptions): Promise<WalkRecord> {
  const { lifetime, root, run, emulatorUrl, settings, registry, pipeline, decide, events } = options;
  const execution = randomUUID();
  const all = join(run, "pipeline");
  const number = (existsSync(all) ? readdirSync(all).length : 0) + 1;
  const folder = join(all, execution);
  const remove = (names: readonly string[]) => {
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  };
  lifetime.onEnd(() => remove(SHELLS));
  const programs = join(folder, "programs");
  writePrograms(
    programs,
    registry === undefined ? { store: join(folder, "images"), bundles: bundlesOf(options) } : undefined,
  );
  const cleanUp = registry === undefined ? undefined : await lifetime.until(engineCleanUp(registry));
  const machine = buildMachine({ folder, emulatorUrl, region: settings.region, names: namesFile(run), programs });
  const record = await walk({
    ...{ lifetime, settings, pipeline, execution, number, folder, root, machine, decide, events },
    ...(cleanUp && { afterBuild: cleanUp }),
  });
  if (record.status !== "failed") remove(FILES);
  return record;
}

/** Where tasks take bundles from, by repository. */
function bundlesOf({ run, services, environments }: ExecutionOptions): Readonly<Record<string, string>> {
  const found = environments.flatMap((environment) =>
    services.map((service) => [serviceNames(service, environment).repository, bundleFolder(run, service.name, "")]),
  );
  return Object.fromEntries(found);
}
