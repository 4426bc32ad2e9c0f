import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { quote } from "./build-shell";
import type { DockerSettings } from "./programs/docker";

const LOADER = import.meta.resolve("tsx");

/**
 * Puts programs into a folder that comes first on the PATH of builds: `aws`, which answers what builds ask of it, and
 * `docker` where no container engine is to be asked.
 *
 * @param docker settings of the stand-in. @default - the real one
 */
export function writePrograms(folder: string, docker: DockerSettings | undefined): void {
  mkdirSync(folder, { recursive: true });
  writeProgram(folder, "aws", []);
  if (!docker) return;
  const settings = join(folder, "docker.json");
  writeFileSync(settings, JSON.stringify(docker, undefined, 2));
  writeProgram(folder, "docker", [settings]);
}

function writeProgram(folder: string, name: string, args: readonly string[]): void {
  const script = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  const words = [process.execPath, "--import", LOADER, script, ...args].map(quote).join(" ");
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(file, 0o755);
}
