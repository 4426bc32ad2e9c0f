import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const INDEX = "Import a resource by its subpath";
const MODULE = "A module knows no environment";
const STACK = "A stack reads what a service is from config/";
const CONFIG = "Everybody reads config/";
const TOOL = "What deploys to an account does not depend on what runs on this machine";
const RELEASE = "A release reads what a service is from config/";
const APPLICATION = "An application imports its own code";

/** A file, what it imports, and what lint has to say of it; undefined: nothing. */
const IMPORTS: readonly [file: string, specifier: string, message: string | undefined][] = [
  ["main.ts", "@cdktf/provider-aws", INDEX],
  ["local/index-import.ts", "@cdktf/provider-aws", INDEX],
  ["modules/ecs/index-import.ts", "@cdktf/provider-aws", INDEX],
  ["stacks/index-import.ts", "@cdktf/provider-aws", INDEX],
  ["stacks/subpath.ts", "@cdktf/provider-aws/lib/ecs-service", undefined],
  ["modules/ecs/config.ts", "../../config/limits", MODULE],
  ["modules/ecs/stack.ts", "../../stacks/network", MODULE],
  ["modules/ecs/application.ts", "../../apps/kit/src/app", MODULE],
  ["modules/ecs/module.ts", "../alb/target-group", undefined],
  ["stacks/local.ts", "../local/start", STACK],
  ["stacks/application.ts", "../apps/service-a/src/routes", STACK],
  ["stacks/module.ts", "../modules/ecs/service", undefined],
  ["config/stack.ts", "../stacks/network", CONFIG],
  ["config/cdktf.ts", "cdktf", CONFIG],
  ["config/limits-of-aws.ts", "../modules/aws/limits", undefined],
  ["config/planner.ts", "../modules/network/subnet-plan", undefined],
  ["tools/deploy/local.ts", "../../local/cloud/variables", TOOL],
  ["tools/deploy/emulator.fixtures.ts", "../../local/cloud/variables", undefined],
  ["tools/deploy/lifetime.ts", "../processes/lifetime", undefined],
  ["local/lifetime.ts", "../tools/processes/lifetime", undefined],
  ["jenkins/release/local.ts", "../../local/cloud/variables", RELEASE],
  ["jenkins/release/stack.ts", "../../stacks/network", RELEASE],
  ["jenkins/release/config.ts", "../../config/names", undefined],
  ["local/release.ts", "../jenkins/release/main", undefined],
  ["apps/service-a/src/config.ts", "../../../config/limits", APPLICATION],
  ["apps/service-a/src/module.ts", "../../../modules/ecs/service", APPLICATION],
  ["apps/service-a/src/kit.ts", "@express-on-ecs/kit/service", undefined],
];

describe("lint", () => {
  const folder = mkdtempSync(join(tmpdir(), "import-rules-"));
  let messages: string[];

  beforeAll(() => {
    copyFileSync("biome.json", join(folder, "biome.json"));
    // Not empty: biome takes an empty one for none, and stops.
    writeFileSync(join(folder, ".gitignore"), "node_modules/\n");
    for (const [file, specifier] of IMPORTS) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `import { something } from "${specifier}";\n\nsomething();\n`);
    }
    const { stdout } = spawnSync(
      resolve("node_modules/.bin/biome"),
      ["lint", "--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=none", "."],
      { cwd: folder, encoding: "utf8" },
    );
    messages = stdout.split("\n").filter((line) => line.includes("noRestrictedImports"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(IMPORTS)("of %s importing %s says: %s", (file, _specifier, message) => {
    const ofFile = messages.filter((line) => line.includes(`file=${file},`) || line.includes(`file=./${file},`));
    if (message === undefined) expect(ofFile).toEqual([]);
    else expect(ofFile).toEqual([expect.stringContaining(message)]);
  });
});
