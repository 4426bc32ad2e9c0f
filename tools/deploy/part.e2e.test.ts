import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Source } from "../../jenkins/testing/source";
import { testDeployment } from "./deploy.fixtures";
import { chosenPart } from "./part";

const STACKS = ["state", "registry", "network", "mail", "jenkins-ecs", "coffee-suppliers", "public-api"];

let source: Source;

beforeAll(() => {
  source = new Source();
});
afterAll(() => source?.remove());

/** What a deployment of `dev` is of, in a copy of this repository. */
async function part(since: string | undefined) {
  const deployment = { ...testDeployment({}), root: source.folder };
  const options = { environment: "dev", services: [], autoApprove: true, since, help: false };
  const chosen = await chosenPart({ deployment, options });
  return { isEmpty: chosen.isEmpty, stacks: STACKS.filter((name) => chosen.has(name)), written: deployment.written() };
}

describe("what a deployment is of", () => {
  it("is every stack, unless a commit is named", async () => {
    expect(await part(undefined)).toEqual({ isEmpty: false, stacks: STACKS, written: "" });
  });

  it("is nothing where nothing that is deployed has changed since the commit, and that is said", async () => {
    const since = source.head;
    source.edit("README.md", (text) => `${text}\nMore.\n`);
    source.edit("apps/service-a/src/main.ts", (text) => `${text}\n// More.\n`);
    const { isEmpty, stacks, written } = await part(since);
    expect([isEmpty, stacks]).toEqual([true, []]);
    expect(written).toContain(`no stack of dev has changed since ${since}`);
  });

  it("is the stacks that have changed since the commit, each with the reason", async () => {
    const since = source.head;
    source.edit("apps/service-b/service.json", (text) =>
      text.replace('"cpu": 256', '"cpu": 512').replace('"memory": 512', '"memory": 1024'),
    );
    const { isEmpty, stacks, written } = await part(since);
    expect([isEmpty, stacks]).toEqual([false, ["jenkins-ecs"]]);
    expect(written).toContain("to be deployed: jenkins-ecs  apps/service-b/service.json");
  });

  it("is not a stack that is no more: it is said how to destroy that", async () => {
    source.edit("apps/service-b-api/service.json", (text) =>
      text.replace('"launchType"', '"group": "care", "launchType"'),
    );
    const since = source.head;
    const [folder, elsewhere] = [join(source.folder, "apps/service-b-api"), join(source.folder, ".git/service-b-api")];
    renameSync(folder, elsewhere);
    const { written, stacks } = await part(since);
    renameSync(elsewhere, folder);
    expect(stacks).toContain("registry");
    expect(written).toContain("stack public-api-care is no more, but what it has made is: destroy it");
    expect(written).toContain(`ENVIRONMENT=dev npx cdktf destroy public-api-care, in a working tree of ${since}`);
  });
});

describe("npm run affected", () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["--import", "tsx", "tools/affected/affected.ts", ...args], {
      cwd: source.folder,
      encoding: "utf8",
    });

  it("prints a line for each name with the reason, or one JSON document", () => {
    const since = source.head;
    source.edit("apps/service-b/src/main.ts", (text) => `${text}\n// More.\n`);
    const { status, stdout } = run("--since", since, "--env", "prod");
    expect(stdout).toMatch(/^1 file differs from [0-9a-f]{40} \([0-9a-f]{12}\)\n\nenvironment prod\n/);
    expect(stdout).toMatch(/^ {2}image service-b +apps\/service-b\/src\/main\.ts$/m);
    expect(stdout).toMatch(/^ {2}pipeline release\/service-b +apps\/service-b\/src\/main\.ts$/m);
    expect(stdout).not.toContain("stack ");
    expect(status).toBe(0);
    const { commit, environments } = JSON.parse(run("--since", since, "--json").stdout);
    expect(commit).toBe(since);
    expect(Object.keys(environments)).toEqual(["dev", "local", "local-prod", "prod"]);
    expect(environments.prod.images).toContainEqual({ name: "service-b", why: ["apps/service-b/src/main.ts"] });
  });

  it("says that nothing is affected, with status 0", () => {
    const { status, stdout } = run("--since", "HEAD", "--env", "prod");
    expect(stdout).toContain("0 files differ from HEAD");
    expect(stdout).toContain("environment prod: nothing is affected");
    expect(status).toBe(0);
  });

  it("refuses a commit that there is not with status 2", () => {
    const { status, stdout, stderr } = run("--since", "no-such", "--json");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain('there is no commit "no-such" (--since) here');
  });

  it("counts everything as affected where a tree cannot be bundled, and says why", () => {
    source.edit("stacks/state.ts", (text) => `import "./absent";\n${text}`);
    const { status, stdout, stderr } = run("--since", "HEAD~1", "--env", "prod", "--json");
    expect(stderr).toContain("what imports what in the working tree cannot be told, so everything counts as affected");
    expect(JSON.parse(stdout).environments.prod.stacks.map(({ name }: { name: string }) => name)).toContain("network");
    expect(status).toBe(0);
  });
});
