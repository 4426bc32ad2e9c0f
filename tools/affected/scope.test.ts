import { describe, expect, it } from "vitest";
import { projectFolder, textOf } from "./affected.fixtures";
import { EVERYTHING, NOTHING, type Scope, scopeOf } from "./scope";
import { SourceTree } from "./source-tree";

type Changed = Readonly<Record<string, string | undefined>>;

let unchanged: Promise<SourceTree> | undefined;

/** The tree of the project; as it is, it is read once. */
function tree(changed: Changed | undefined): Promise<SourceTree> {
  if (changed) return SourceTree.read(projectFolder(changed));
  unchanged ??= SourceTree.read(projectFolder());
  return unchanged;
}

/** The scope of a file between the project and the project changed; sets as sorted lists. */
async function scope(file: string, changed?: Changed) {
  return readable(scopeOf(file, { before: await tree(undefined), after: await tree(changed) }));
}

function readable({ stacks, images, jenkins }: Scope) {
  const list = (names: Scope["stacks"]) => (names === "all" ? "all" : [...names].sort().join(" "));
  return { stacks: list(stacks), images: list(images), jenkins };
}

const only = (given: Partial<ReturnType<typeof readable>>) => ({ ...readable(NOTHING), ...given });
const replaced = (file: string, from: string, to: string) => ({ [file]: textOf(file).replace(from, to) });

describe("what a changed file can change", () => {
  it.each([
    ["stacks/state.ts", only({ stacks: "state" })],
    ["modules/bucket.ts", only({ stacks: "state" })],
    ["modules/cluster.ts", only({ stacks: "jenkins-ecs" })],
    ["stacks/common.ts", only({ stacks: "jenkins-ecs state" })],
    ["main.ts", only({ stacks: "all" })],
    ["config/load.ts", only({ stacks: "all" })],
    ["apps/cart/src/tables.ts", only({ images: "cart" })],
    ["apps/kit/src/page.css", only({ images: "cart" })],
    ["apps/cart/Dockerfile", only({ images: "cart" })],
    ["apps/cart/package.json", only({ images: "cart" })],
    ["apps/kit/package.json", only({ images: "cart kit site" })],
    ["apps/kit/words.txt", only({ images: "cart kit site" })],
    ["apps/kit/build.mjs", only({ images: "all" })],
    [".npmrc", only({ images: "all" })],
    [".dockerignore", only({ images: "all" })],
    ["tools/synth.mjs", only({ stacks: "all" })],
    ["cdktf.json", only({ stacks: "all" })],
    ["tsconfig.json", only({ stacks: "all" })],
    ["jenkins/Jenkinsfile", only({ jenkins: true })],
    ["jenkins/release/main.ts", only({ jenkins: true })],
  ])("%s: %j", async (file, expected) => {
    expect(await scope(file)).toEqual(expected);
  });

  it.each([
    "README.md",
    "docs/architecture.svg",
    "LICENSE",
    "biome.json",
    "vitest.config.ts",
    ".gitignore",
    ".github/workflows/ci.yml",
    "bench/bench.ts",
    "local/start.ts",
    "tools/deploy/deploy.ts",
    "config/service.schema.json",
    "stacks/state.test.ts",
    "stacks/stacks.fixtures.ts",
    "config/testing/project.ts",
    "apps/cart/src/commands/database.test.ts",
    "apps/kit/testing/page.txt",
    "apps/kit/build.d.mts",
    "jenkins/runner/run-pipeline.ts",
    "jenkins/README.md",
    // No program reaches them, or their types alone.
    "config/unused.ts",
    "modules/types.ts",
    "apps/kit/src/form.ts",
    // What they say is compared.
    "apps/cart/service.json",
    "config/environments/dev.json",
    "node_modules",
  ])("nothing: %s", async (file) => {
    expect(await scope(file)).toEqual(only({}));
  });

  it.each(["settings.toml", "modules/names.json", "helper.ts", "apps/words.txt", "stacks/policy.json"])(
    "everything, where nothing explains it: %s",
    async (file) => {
      expect(await scope(file)).toEqual(readable(EVERYTHING));
    },
  );

  it("is told of a file that is gone by what imported it", async () => {
    const removed = { "modules/bucket.ts": undefined, "stacks/state.ts": 'import "./common";\n' };
    expect(await scope("modules/bucket.ts", removed)).toEqual(only({ stacks: "state" }));
  });

  it("is told of a new file by what imports it now", async () => {
    const added = { "modules/alarm.ts": "", "stacks/state.ts": 'import "../modules/alarm";\n' };
    expect(await scope("modules/alarm.ts", added)).toEqual(only({ stacks: "state" }));
  });

  it("counts a picture that a program imports, wherever it lies", async () => {
    const text = { "apps/cart/src/main.ts": 'import "../../../docs/cup.svg";\n', "docs/cup.svg": "" };
    expect(await scope("docs/cup.svg", text)).toEqual(only({ images: "cart" }));
  });
});

describe("a change of packages", () => {
  const lock = (from: string) =>
    scope(
      "package-lock.json",
      replaced("package-lock.json", `"node_modules/${from}":{"version":"1`, `"node_modules/${from}":{"version":"2`),
    );

  it("changes the images that install one of them", async () => {
    expect(await lock("express")).toEqual(only({ images: "cart" }));
  });

  it("changes the stacks that are made with one of them", async () => {
    expect(await lock("cdktf")).toEqual(only({ stacks: "all" }));
  });

  it("changes both with the bundler", async () => {
    expect(await lock("esbuild")).toEqual(only({ stacks: "all", images: "cart site" }));
  });

  it("changes nothing with a package that neither has", async () => {
    expect(await lock("vitest")).toEqual(only({}));
  });

  it("changes everything with how they are installed, and nothing with scripts", async () => {
    const overrides = { "package.json": '{ "name": "shop", "overrides": { "qs": "1" } }' };
    expect(await scope("package.json", overrides)).toEqual(only({ stacks: "all", images: "all" }));
    const scripts = { "package.json": '{ "name": "store", "scripts": { "a": "b" }, "devDependencies": { "c": "1" } }' };
    expect(await scope("package.json", scripts)).toEqual(only({}));
  });
});
