import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { listEnvironments } from "../../config/load-environment";
import { Source } from "../../jenkins/testing/source";
import { capture } from "../processes/capture";
import { Lifetime } from "../processes/lifetime";
import { recordingTerminal } from "../testing/recording-terminal";
import { changeSince } from "./change";
import type { EnvironmentChange } from "./environment-change";
import { stacksOf } from "./stacks";

const NAMES = ["dev", "prod"] as const;

type Documents = ReadonlyMap<string, string>;

/** What an edit is to show in an environment: exactly these stacks, or these and maybe more. */
type Promised = "all" | readonly string[] | { readonly atLeast: readonly string[] };

const SYSTEM_STACKS = ["coffee-suppliers", "jenkins-ecs", "public-api", "user-notifications"];

describe("what is affected, against what synthesis of both trees changes", () => {
  const lifetime = new Lifetime();
  let source: Source;
  let base: string;
  const before = new Map<string, Documents>();

  beforeAll(async () => {
    source = new Source();
    base = source.head;
    for (const name of NAMES) before.set(name, (await synthesise(name)).documents);
  });
  afterAll(async () => {
    await lifetime.end();
    source?.remove();
  });

  /** The stacks of an environment, as Terraform reads them. */
  async function synthesise(environment: string) {
    const out = join(source.folder, `.local/compared-${environment}`);
    rmSync(out, { recursive: true, force: true });
    const { status, stderr } = await capture(lifetime, process.execPath, ["tools/synth.mjs"], {
      cwd: source.folder,
      env: { ...process.env, ENVIRONMENT: environment, CDKTF_OUTDIR: out },
      // Bundles the copy anew, beside the other environment, each time.
      timeoutMs: 600_000,
    });
    if (status !== 0) throw new Error(stderr);
    const { stacks } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Manifest;
    const read = (name: string) => readFileSync(join(out, "stacks", name, "cdk.tf.json"), "utf8");
    return { stacks, documents: new Map(Object.keys(stacks).map((name) => [name, read(name)])) };
  }

  /** Makes an edit, asks what it affects, looks what it changes, and takes it back. */
  async function affectedBy(edit: (files: Files) => void) {
    const files = new Files(source.folder);
    try {
      edit(files);
      const { environments } = await changeSince({
        root: source.folder,
        since: base,
        environments: NAMES,
        lifetime,
        terminal: recordingTerminal().terminal,
      });
      const synthesised = await Promise.all(NAMES.map(synthesise));
      return NAMES.map((name, index) => {
        const now = synthesised[index]?.documents ?? new Map<string, string>();
        const then = before.get(name) ?? new Map();
        const changed = [...now].filter(([stack, text]) => then.get(stack) !== text).map(([stack]) => stack);
        const gone = [...then.keys()].filter((stack) => !now.has(stack));
        return { name, all: [...now.keys()].sort(), changed, gone, affected: environments[name] as EnvironmentChange };
      });
    } finally {
      files.restore();
    }
  }

  async function check(edit: (files: Files) => void, promised: Readonly<Record<(typeof NAMES)[number], Promised>>) {
    for (const { name, all, changed, gone, affected } of await affectedBy(edit)) {
      const listed = affected.stacks.map((stack) => stack.name);
      expect(listed, `${name}: what changes is listed`).toEqual(expect.arrayContaining(changed));
      expect(affected.removedStacks.map((stack) => stack.name).sort()).toEqual(gone.sort());
      const expected = promised[name];
      if (expected === "all") expect(listed).toEqual(all);
      else if ("atLeast" in expected) expect(listed).toEqual(expect.arrayContaining([...expected.atLeast]));
      else expect(listed, name).toEqual([...expected].sort());
    }
  }

  it.each(listEnvironments(process.cwd()))("knows the stacks of %s, and which may read which", async (environment) => {
    const { stacks } = await synthesise(environment);
    const known = stacksOf(loadProject({ root: source.folder, environment }));
    expect(known.map(({ name }) => name).sort()).toEqual(Object.keys(stacks).sort());
    for (const { name, reads } of known) {
      expect(reads, name).toEqual(expect.arrayContaining([...(stacks[name]?.dependencies ?? [])]));
    }
  });

  it.each(loadProject({ root: process.cwd(), environment: "dev" }).services.map(({ name, system }) => [name, system]))(
    "lists for the size, the scaling, the alarms and the values of %s the stack %s alone",
    async (service, stack) => {
      await check((files) => files.json(`apps/${service}/service.json`, OTHERWISE), { dev: [stack], prod: [stack] });
    },
  );

  const cases: readonly [what: string, dev: Promised, prod: Promised, edit: (files: Files) => void][] = [
    ["documentation", [], [], (files) => files.text("README.md", (text) => `${text}\nMore.\n`)],
    ["a test", [], [], (files) => files.text("stacks/mail.test.ts", (text) => `${text}\n// More.\n`)],
    ["the form of a service.json", [], [], (files) => files.json("apps/service-a/service.json", () => ({}))],
    ["the code of an application", [], [], (files) => files.text("apps/service-a/src/main.ts", withComment)],
    ["the code of a kit", [], [], (files) => files.text("apps/kit/src/drain.ts", withComment)],
    ["a package of an application", [], [], (files) => files.json("apps/service-a/package.json", { version: "2.0.0" })],
    [
      "the routes of a service",
      { atLeast: ["jenkins-ecs"] },
      { atLeast: ["jenkins-ecs"] },
      (files) =>
        files.json("apps/service-b/service.json", { routes: { priority: 200, paths: ["/finance", "/bills"] } }),
    ],
    [
      "a new service",
      { atLeast: ["jenkins-ecs", "registry"] },
      { atLeast: ["jenkins-ecs", "registry"] },
      (files) => {
        files.copy("apps/service-b", "apps/service-c");
        files.json("apps/service-c/service.json", { name: "service-c", routes: { priority: 900, paths: ["/c"] } });
      },
    ],
    [
      "the first service of a launch type",
      { atLeast: ["jenkins-ecs"] },
      { atLeast: ["jenkins-ecs"] },
      (files) => files.json("apps/service-a/service.json", { launchType: "FARGATE" }),
    ],
    [
      "a service that is gone",
      { atLeast: ["public-api", "registry"] },
      { atLeast: ["public-api", "registry"] },
      (files) => files.remove("apps/service-b-api"),
    ],
    [
      "an exposed service's scopes",
      { atLeast: ["public-api", "user-notifications"] },
      { atLeast: ["public-api", "user-notifications"] },
      (files) =>
        files.text("apps/user-management-api/service.json", (text) =>
          text.replace('"GET /usermgmt/users": "read"', '"GET /usermgmt/users": "list"'),
        ),
    ],
    [
      "a service's deployment, which production says otherwise anyway",
      { atLeast: ["coffee-suppliers"] },
      [],
      (files) =>
        files.text("apps/customer/service.json", (text) => text.replace('"bakeMinutes": 5', '"bakeMinutes": 6')),
    ],
    [
      "a secret of a service that pipelines release",
      { atLeast: ["user-notifications", "user-notifications-pipelines"] },
      { atLeast: ["user-notifications"] },
      (files) => files.json("apps/notification/service.json", { secrets: { A_KEY: PARAMETER } }),
    ],
    [
      "a group",
      { atLeast: ["public-api", "public-api-care", "registry"] },
      { atLeast: ["public-api", "public-api-care", "registry"] },
      (files) => files.json("apps/service-b-api/service.json", { group: "care" }),
    ],
    [
      "what one environment says",
      "all",
      [],
      (files) => files.json("config/environments/dev.json", { tags: { Team: "other" } }),
    ],
    [
      "what production says",
      ["user-notifications-pipelines"],
      "all",
      (files) => files.json("config/environments/prod.json", { tags: { Team: "other" } }),
    ],
    [
      "what one environment says of a service",
      [],
      ["jenkins-ecs"],
      (files) =>
        files.text("config/environments/prod.json", (text) =>
          text.replace('"service-b": { "replicas": { "desired": 3', '"service-b": { "replicas": { "desired": 4'),
        ),
    ],
    [
      "a stack that reads no other and that none reads",
      ["state"],
      ["state"],
      (files) => files.text("stacks/state.ts", (text) => text.replace("bucket that holds", "the bucket that holds")),
    ],
    [
      "a module of one stack alone",
      ["state"],
      ["state"],
      (files) => files.text("modules/s3/state-bucket.ts", withComment),
    ],
    [
      "a module that pipelines alone are made of",
      ["user-notifications-pipelines"],
      [],
      (files) => files.text("modules/codecommit/source-repository.ts", withComment),
    ],
    [
      "one system",
      { atLeast: ["coffee-suppliers", "network", "registry"] },
      { atLeast: ["coffee-suppliers", "network", "registry"] },
      (files) => files.text("stacks/coffee-suppliers.ts", (text) => text.replace('"COFFEE"', '"TEA"')),
    ],
    [
      "ids of the network, by which others read it",
      { atLeast: ["network", ...SYSTEM_STACKS] },
      { atLeast: ["network", ...SYSTEM_STACKS] },
      (files) => files.text("modules/network/network.ts", (text) => text.replace('(this, "Vpc"', '(this, "Cloud"')),
    ],
    [
      "a module of all systems",
      { atLeast: SYSTEM_STACKS },
      { atLeast: SYSTEM_STACKS },
      (files) => files.text("modules/ecs/cluster.ts", withComment),
    ],
    [
      "what every stack is",
      "all",
      "all",
      (files) =>
        files.text("stacks/tag-everything.ts", (text) => text.replace(/\n*$/, "\nexport const CHANGED = 1;\n")),
    ],
    [
      "the code of config/",
      "all",
      "all",
      (files) => files.text("config/names.ts", (text) => text.replace("/vpc/", "/v/")),
    ],
    ["main.ts", "all", "all", (files) => files.text("main.ts", withComment)],
    [
      "a module that has moved",
      ["state"],
      ["state"],
      (files) => {
        files.rename("modules/s3/state-bucket.ts", "modules/s3/bucket-of-state.ts");
        files.text("stacks/state.ts", (text) => text.replace("s3/state-bucket", "s3/bucket-of-state"));
      },
    ],
    ["a script of package.json", [], [], (files) => files.json("package.json", { scripts: {} })],
    ["how packages are installed", "all", "all", (files) => files.json("package.json", { overrides: {} })],
    [
      "a package that the stacks are made with",
      "all",
      "all",
      (files) => files.text("package-lock.json", versionOf("cdktf", "0.21.9")),
    ],
    ["a package of the tests", [], [], (files) => files.text("package-lock.json", versionOf("vitest", "9.9.9"))],
    ["cdktf.json", "all", "all", (files) => files.json("cdktf.json", { projectId: "another" })],
    ["tsconfig.json", "all", "all", (files) => files.text("tsconfig.json", (text) => text.replace("es2023", "es2022"))],
    ["how the stacks are synthesised", "all", "all", (files) => files.text("tools/synth.mjs", withComment)],
    ["a file that nothing explains", "all", "all", (files) => files.text("settings.toml", () => "a = 1\n")],
  ];

  it.each(cases)("lists for %s: dev %j, prod %j", async (_what, dev, prod, edit) => {
    await check(edit, { dev, prod });
  });
});

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

type Json = Readonly<Record<string, unknown>>;

const withComment = (text: string): string => `${text}\n// More.\n`;

/** Another version of a package in the text of package-lock.json. */
const versionOf = (name: string, version: string) => (text: string) =>
  text.replace(new RegExp(`("node_modules/${name}": \\{\\s+"version": ")[^"]+`), `$1${version}`);

const PARAMETER = "arn:aws:ssm:us-east-1:111122223333:parameter/a-key";

/** A service whose own fields are all otherwise. */
const OTHERWISE = {
  port: 7000,
  cpu: 512,
  memory: 1024,
  replicas: { desired: 1, min: 1, max: 2 },
  scaling: { cpuPercent: 50, memoryPercent: 60, memoryScaleIn: false },
  healthCheck: { path: "/healthcheck", intervalSeconds: 20, timeoutSeconds: 4 },
  alarms: { latencyMs: 700 },
  deregistrationDelaySeconds: 25,
  stopTimeoutSeconds: 50,
  environment: { A_VALUE: "another" },
};

/** The files of a tree that a test changes and puts back. */
class Files {
  readonly #kept: (() => void)[] = [];

  constructor(private readonly root: string) {}

  text(file: string, change: (text: string) => string): void {
    const path = join(this.root, file);
    const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    const after = change(before ?? "");
    expect(after, `${file} is edited`).not.toBe(before);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
    this.#kept.push(() => (before === undefined ? rmSync(path) : writeFileSync(path, before)));
  }

  /** Sets keys of a JSON document; it is written anew, in another form. */
  json(file: string, change: Json | (() => Json)): void {
    this.text(file, (text) =>
      JSON.stringify({ ...JSON.parse(text), ...(typeof change === "function" ? change() : change) }),
    );
  }

  copy(from: string, to: string): void {
    cpSync(join(this.root, from), join(this.root, to), { recursive: true });
    this.#kept.push(() => rmSync(join(this.root, to), { recursive: true }));
  }

  remove(folder: string): void {
    this.rename(folder, `.local/removed/${folder}`);
  }

  rename(from: string, to: string): void {
    const [old, given] = [join(this.root, from), join(this.root, to)];
    mkdirSync(dirname(given), { recursive: true });
    renameSync(old, given);
    this.#kept.push(() => renameSync(given, old));
  }

  restore(): void {
    for (const undo of this.#kept.splice(0).reverse()) undo();
  }
}
