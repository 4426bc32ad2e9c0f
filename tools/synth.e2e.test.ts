import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Source } from "../jenkins/testing/source";
import { capture } from "./processes/capture";
import { Lifetime } from "./processes/lifetime";

const SYNTH = resolve("tools/synth.mjs");
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A project folder with this repository's configuration, changed as a test wants it. */
function project(change: (service: Record<string, unknown>, name: string) => void = () => undefined): string {
  const root = mkdtempSync(join(tmpdir(), "synth-"));
  folders.push(root);
  cpSync("config/environments", join(root, "config/environments"), { recursive: true });
  for (const name of readdirSync("apps").filter((app) => existsSync(join("apps", app, "service.json")))) {
    mkdirSync(join(root, "apps", name), { recursive: true });
    const service = JSON.parse(readFileSync(join("apps", name, "service.json"), "utf8"));
    change(service, name);
    writeFileSync(join(root, "apps", name, "service.json"), JSON.stringify(service));
  }
  return root;
}

function synth(cwd: string, variables: Record<string, string> = {}) {
  const env = { ...process.env, CDKTF_OUTDIR: join(cwd, "out"), ...variables };
  return spawnSync(process.execPath, [SYNTH], { cwd, env, encoding: "utf8" });
}

describe("the app of cdktf.json", () => {
  it("is what cdktf.json names", () => {
    expect(JSON.parse(readFileSync("cdktf.json", "utf8"))).toMatchObject({
      app: "node tools/synth.mjs",
      output: ".local/cdktf.out",
    });
  });

  it("synthesises every stack of the environment local unless another is named", () => {
    const root = project();
    expect(synth(root)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(root, "out/stacks")).sort()).toEqual([
      "coffee-suppliers",
      "jenkins-ecs",
      "mail",
      "network",
      "public-api",
      "public-api-pipelines",
      "registry",
      "state",
      "user-notifications",
      "user-notifications-pipelines",
    ]);
    expect(readFileSync(join(root, "out/stacks/jenkins-ecs/cdk.tf.json"), "utf8")).toContain("jenkins-ecs-local");
  });

  it("synthesises the environment that ENVIRONMENT names", () => {
    const root = project();
    expect(synth(root, { ENVIRONMENT: "prod" }).status).toBe(0);
    expect(readFileSync(join(root, "out/stacks/jenkins-ecs/cdk.tf.json"), "utf8")).toContain("jenkins-ecs-prod");
  });

  it("ends with status 2 and every fault, and synthesises nothing, when the configuration is wrong", () => {
    const root = project((service, name) => {
      if (name === "service-b") Object.assign(service, { memory: 4096, port: 70_000 });
    });
    const { status, stdout, stderr } = synth(root);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("the configuration has 2 faults; nothing was synthesised, nothing was sent");
    expect(stderr).toContain("apps/service-b/service.json $.memory");
    expect(stderr).toContain("apps/service-b/service.json $.port");
    expect(stderr).not.toContain("    at ");
    expect(existsSync(join(root, "out"))).toBe(false);
  });

  it("ends with status 2 and names construct and field, and synthesises nothing, when a module refuses a prop", () => {
    const publicCidrs = Array.from({ length: 40 }, (_, index) => `198.51.${index}.0/24`);
    // Of one security group, since both run on the same instances.
    const root = project((service, name) => {
      if (service.system !== "jenkins-ecs") return;
      const own = name === "service-a" ? publicCidrs : publicCidrs.map((block) => block.replace("198.51", "203.0"));
      Object.assign(service, { launchType: "EC2", publicCidrs: own });
    });
    const { status, stdout, stderr } = synth(root);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^jenkins-ecs\/\S+: ".*" .*; allowed: .*\n$/);
    // CDKTF makes folders as soon as there is an app.
    expect(
      readdirSync(join(root, "out"), { recursive: true }).filter((file) => String(file).endsWith(".json")),
    ).toEqual([]);
  });

  it("ends with status 2 and names the environments that there are when there is none of the name", () => {
    const { status, stderr } = synth(project(), { ENVIRONMENT: "production" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/"dev", "local".*"prod"/);
  });

  it("takes no bundle away from runs beside it that make their own, and keeps the newest four", async () => {
    const source = new Source();
    const lifetime = new Lifetime();
    const bundles = join(source.folder, ".local/synth");
    // What a run that takes its time is making, and what one has left that was killed.
    const making = `making-${process.pid}`;
    const left = `making-${spawnSync("true").pid}`;
    for (const name of [making, left]) mkdirSync(join(bundles, name), { recursive: true });
    try {
      const made = new Set<string>();
      for (let edit = 1; edit <= 5; edit++) {
        appendFileSync(join(source.folder, "main.ts"), `// ${edit}\n`);
        const runs = Array.from({ length: edit === 1 ? 4 : 1 }, (_, run) => {
          const env = { ...process.env, CDKTF_OUTDIR: join(source.folder, `.local/out-${run}`) };
          const args = ["tools/synth.mjs"];
          return capture(lifetime, process.execPath, args, { cwd: source.folder, env, timeoutMs: 600_000 });
        });
        for (const { status, stderr } of await Promise.all(runs)) expect([status, stderr]).toEqual([0, ""]);
        const folders = readdirSync(bundles).filter((entry) => !["newest.json", making, left].includes(entry));
        for (const folder of folders) made.add(folder);
        // One for each edit, whoever of the four was the quickest.
        expect(made.size).toBe(edit);
        expect(folders).toHaveLength(Math.min(edit, 4));
        for (const folder of folders) expect(readdirSync(join(bundles, folder)).sort()).toEqual(BUNDLE);
      }
      expect([existsSync(join(bundles, making)), existsSync(join(bundles, left))]).toEqual([true, false]);
    } finally {
      await lifetime.end();
      source.remove();
    }
  });
});

const BUNDLE = ["main.cache", "main.cjs", "main.cjs.map"];
