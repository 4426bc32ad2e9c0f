import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ecs from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientSettings, emulatorVariables } from "../local/cloud/variables";
import { testEngine } from "../local/testing/docker-engine";
import { Load } from "../local/testing/load";
import { NpmStart } from "../local/testing/npm-start";
import { Lifetime } from "../tools/processes/lifetime";
import { BASIC_PROGRAMS } from "./runner/containers";
import { whyNoGroovy } from "./runner/groovy";
import { type PipelineOptions, type PipelineRun, runPipeline } from "./runner/run-pipeline";
import { Source } from "./testing/source";

const REGION = "us-east-1";
const CLUSTER = "jenkins-ecs-local";
const CLIENTS = 8;

/** Each with its launch type and a path that leads to it. */
const SERVICES = [
  ["service-b", "FARGATE", "/finance"],
  ["service-a", "EC2", "/medical"],
] as const;

const engine = await testEngine();

afterAll(() => engine.end());

/** The AWS CLI itself, `undefined` where there is none: what is on PATH may be a shim that needs more than its container has. */
const aws = spawnSync("sh", ["-c", "pyenv which aws 2>/dev/null || command -v aws"], {
  encoding: "utf8",
}).stdout.trim();
const missing = engine.missing ?? whyNoGroovy() ?? (aws === "" && process.env.CI !== "true" ? "no AWS CLI" : undefined);

if (missing) console.warn(`no test of the pipeline: ${missing}`);

describe.skipIf(missing)("the Jenkinsfile, against npm start -- --runtime docker", () => {
  const lifetime = new Lifetime();
  const folder = mkdtempSync(join(tmpdir(), "pipeline-runs-"));
  let source: Source;
  let start: NpmStart;
  let client: ecs.ECSClient;
  let builds = 0;

  beforeAll(async () => {
    source = new Source();
    start = new NpmStart(["--system", "jenkins-ecs", "--runtime", "docker"], source.folder);
    await start.printed("Ctrl-C stops everything.");
    client = new ecs.ECSClient(clientSettings(start.emulatorUrl, REGION));
  });
  afterAll(async () => {
    await lifetime.end();
    client?.destroy();
    removeImages();
    start?.interrupt();
    await start?.exited;
    source?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The images that the builds have left in the engine. */
  function removeImages(): void {
    const { registry } = JSON.parse(readFileSync(join(start.folder, "running.json"), "utf8"));
    const format = ["--format", "{{.Repository}}:{{.Tag}}"];
    const images = execFileSync("docker", ["images", ...format], { encoding: "utf8" }).split("\n");
    const ours = images.filter((image) => image.startsWith(`${registry}/`) && !image.endsWith(":bootstrap"));
    if (ours.length > 0) execFileSync("docker", ["rmi", "--force", ...ours]);
  }

  /** A build of the job of a service, as the next one or as one that is named. */
  async function build(service: string, options: Partial<PipelineOptions> = {}): Promise<PipelineRun> {
    const buildNumber = options.buildNumber ?? ++builds;
    const {
      AWS_ACCESS_KEY_ID = "",
      AWS_SECRET_ACCESS_KEY = "",
      ...reach
    } = emulatorVariables(start.emulatorUrl, REGION);
    const run = await runPipeline({
      jenkinsfile: join(source.folder, "jenkins/Jenkinsfile"),
      source: source.folder,
      folder: mkdtempSync(join(folder, "build-")),
      lifetime,
      checkout: source.checkout,
      jobName: `release/${service}`,
      buildNumber,
      commit: source.head,
      containers: {
        node: [...BASIC_PROGRAMS, "node", "npm", "npx", "git"],
        "aws-cli": [...BASIC_PROGRAMS, aws],
        docker: [...BASIC_PROGRAMS, "docker"],
      },
      credentials: {
        release: { type: "usernamePassword", username: AWS_ACCESS_KEY_ID, password: AWS_SECRET_ACCESS_KEY },
      },
      ...options,
      environment: {
        ...reach,
        AWS_CREDENTIALS_ID: "release",
        DOCKER_HOST: process.env.DOCKER_HOST ?? "",
        SMOKE_URL: start.url,
        ...options.environment,
      },
      parameters: { ENVIRONMENT: "local", ...options.parameters },
    });
    return run;
  }

  const describeService = async (name: string): Promise<ecs.Service> => {
    const { services = [] } = await client.send(
      new ecs.DescribeServicesCommand({ cluster: CLUSTER, services: [name] }),
    );
    if (!services[0]) throw new Error(`there is no service ${name}`);
    return services[0];
  };

  const describeRevision = async (taskDefinition = "") =>
    (await client.send(new ecs.DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }))) ?? {};

  /** What a release changes: the revision of each service, its deployments, and the active revisions. */
  async function state() {
    const { taskDefinitionArns } = await client.send(new ecs.ListTaskDefinitionsCommand({ status: "ACTIVE" }));
    const services = await Promise.all(SERVICES.map(([name]) => describeService(name)));
    return {
      taskDefinitionArns,
      services: services.map(({ taskDefinition, deployments }) => [taskDefinition, deployments?.map(({ id }) => id)]),
    };
  }

  const version = async (path: string) =>
    ((await (await fetch(start.url + path, { headers: { accept: "application/json" } })).json()) as { version: string })
      .version;

  const resultsOf = ({ stages }: PipelineRun) => Object.fromEntries(stages.map(({ name, result }) => [name, result]));

  /** The command that failed, and its exit status. */
  const failedOf = ({ steps }: PipelineRun) =>
    steps
      .filter(({ step, status }) => step === "sh" && status !== 0)
      .map(({ script, status }) => [script, status] as const);

  it.each(SERVICES)(
    "releases %s (%s): the new version serves, and no request fails meanwhile",
    async (service, launchType, path) => {
      const before = await describeService(service);
      const load = new Load({ url: start.url + path, clients: CLIENTS });
      const run = await build(service);
      const { failures, answered, connections } = await load.stop();
      expect(run.result, run.log).toBe("SUCCESS");
      console.log(`${service}, ${launchType}: released under load, ${answered} requests`);
      // A connection that was reset would have been opened again.
      expect([failures, connections]).toEqual([[], CLIENTS]);
      const tag = `${builds}-${service}`;
      expect(await version(path)).toBe(tag);
      expect(run.description).toBe(`${tag} to local`);
      expect(resultsOf(run)).toMatchObject({
        Changes: "SKIPPED",
        Test: "SUCCESS",
        Push: "SUCCESS",
        Approval: "SKIPPED",
        Deploy: "SUCCESS",
        "Smoke test": "SUCCESS",
      });
      const after = await describeService(service);
      expect(after.taskDefinition).not.toBe(before.taskDefinition);
      const { taskDefinition, tags } = await describeRevision(after.taskDefinition);
      expect(taskDefinition?.containerDefinitions?.[0]?.image).toMatch(
        new RegExp(`/jenkins-ecs-local/${service}:${tag}$`),
      );
      expect(tags).toEqual(
        expect.arrayContaining([
          { key: "release:build", value: String(builds) },
          { key: "release:commit", value: source.head },
          { key: "release:image", value: tag },
        ]),
      );
      const archived = join(run.archive, ".local/release/record/task-definition.json");
      expect(JSON.parse(readFileSync(archived, "utf8")).family).toBe(`jenkins-ecs-local-${service}`);
    },
  );

  it("runs each program in its container, leaves no password, and changes nothing when the build runs again", async () => {
    const run = await build("service-b");
    expect(run.result, run.log).toBe("SUCCESS");
    const containers = run.steps.flatMap(({ script, container }) =>
      script ? [[script.split(" ").slice(0, 2).join(" "), container] as const] : [],
    );
    expect(Object.fromEntries(containers)).toMatchObject({
      "npm run": "node",
      "docker build": "docker",
      "docker login": "docker",
      "docker push": "docker",
      "docker logout": "docker",
      "umask 077": "aws-cli",
      'node "$RELEASE/release.cjs"': "node",
    });
    expect(execFileSync("find", [folder, "-name", "registry-password"], { encoding: "utf8" })).toBe("");
    const before = await state();
    const again = await build("service-b", { buildNumber: builds });
    expect(again.result, again.log).toBe("SUCCESS");
    expect(resultsOf(again)).toMatchObject({
      Test: "SKIPPED",
      "Build and tag": "SKIPPED",
      Push: "SKIPPED",
      Deploy: "SUCCESS",
    });
    expect(again.log).toContain("nothing to change: service-b runs");
    expect(await state()).toEqual(before);
  });

  it("stops early where a commit has changed no file of the service, and not where it has", async () => {
    const previousCommit = source.head;
    source.edit("apps/service-a/src/main.ts", (text) => `${text}\n// Changed.\n`);
    const before = await state();
    const run = await build("service-b", { cause: "SCMTrigger", previousCommit });
    expect(run.result, run.log).toBe("SUCCESS");
    expect(resultsOf(run)).toMatchObject({
      Changes: "SUCCESS",
      Test: "SKIPPED",
      Verify: "SKIPPED",
      Release: "SKIPPED",
    });
    expect(await state()).toEqual(before);
    const other = await build("service-a", { cause: "SCMTrigger", previousCommit, parameters: { DRY_RUN: true } });
    expect(other.log).toContain("changed: apps/service-a/src/main.ts");
    expect(resultsOf(other)).toMatchObject({ Test: "SUCCESS", Push: "SUCCESS", Verify: "SUCCESS", Release: "SKIPPED" });
    expect(other.log).toMatch(/~ containers\.service-a\.image: ".*" → ".*:\d+-service-a"/);
    expect(await state()).toEqual(before);
  });

  it("brings changes of the infrastructure along, and leaves Terraform nothing to change", async () => {
    const grow = (text: string) => text.replace('"cpu": 256', '"cpu": 512').replace('"memory": 512', '"memory": 1024');
    source.edit("apps/service-b/service.json", grow);
    await start.inAnotherTerminal("CI=1 npx cdktf deploy registry network jenkins-ecs --auto-approve");
    const deployed = await describeRevision((await describeService("service-b")).taskDefinition);
    // Terraform has registered a revision, and left the service alone.
    expect(deployed.taskDefinition?.cpu).toBe("256");
    const run = await build("service-b");
    expect(run.result, run.log).toBe("SUCCESS");
    const { taskDefinition } = await describeRevision((await describeService("service-b")).taskDefinition);
    expect([taskDefinition?.cpu, taskDefinition?.memory]).toEqual(["512", "1024"]);
    expect(taskDefinition?.containerDefinitions?.[0]?.image).toContain(`:${builds}-service-b`);
    expect(await version("/finance")).toBe(`${builds}-service-b`);
    const plan = await start.inAnotherTerminal("CI=1 npx cdktf diff jenkins-ecs");
    expect(plan).toContain("No changes.");
  });

  it("fails where the image crashes at its start: what was before serves, and nothing is retired", async () => {
    const before = await version("/finance");
    const { taskDefinitionArns = [] } = await state();
    const serving = taskDefinitionArns.length;
    source.edit("apps/service-b/Dockerfile", (text) =>
      text.replace(/^CMD .*$/m, 'CMD ["node", "-e", "console.error(42); process.exit(3)"]'),
    );
    const run = await build("service-b");
    expect(run.result).toBe("FAILURE");
    expect(failedOf(run)).toEqual([[expect.stringContaining(" deploy "), 1]]);
    expect(resultsOf(run)).toMatchObject({ Verify: "SUCCESS", Deploy: "FAILURE", "Smoke test": "SKIPPED" });
    expect(run.log).toMatch(/service-b: exit code 3/);
    expect(run.log).toContain("nothing was retired");
    expect(await version("/finance")).toBe(before);
    expect((await state()).taskDefinitionArns).toHaveLength(serving + 1);
  });

  describe("refuses, with one message and its exit status, and changes nothing", () => {
    const unchanged = async (run: () => Promise<PipelineRun>) => {
      const before = await state();
      const done = await run();
      expect(done.result, done.log).toBe("FAILURE");
      expect(await state()).toEqual(before);
      return done;
    };

    it("a password that the registry does not take", async () => {
      const liar = join(folder, "liar");
      mkdirSync(liar, { recursive: true });
      writeFileSync(join(liar, "aws"), "#!/bin/sh\necho wrong\n");
      chmodSync(join(liar, "aws"), 0o755);
      const containers = {
        node: [...BASIC_PROGRAMS, "node", "npm", "npx", "git"],
        "aws-cli": [...BASIC_PROGRAMS, join(liar, "aws")],
        docker: [...BASIC_PROGRAMS, "docker"],
      };
      const run = await unchanged(() => build("service-a", { containers }));
      const logins = failedOf(run);
      expect(logins).toHaveLength(3);
      for (const [script] of logins) expect(script).toContain("docker login");
      expect(resultsOf(run)).toMatchObject({ Push: "FAILURE", Verify: "SKIPPED", Release: "SKIPPED" });
      expect(run.steps.some(({ script, post }) => post === "always" && script?.includes("docker logout"))).toBe(true);
    });

    it("an image that is not there", async () => {
      const run = await unchanged(() => build("service-a", { parameters: { IMAGE_TAG: "none" } }));
      expect(failedOf(run)).toEqual([[expect.stringContaining(" prepare "), 2]]);
      expect(run.log).toContain('repository jenkins-ecs-local/service-a has no image with the tag "none"');
    });

    it("a service that there is not", async () => {
      const run = await unchanged(() => build("service-a", { parameters: { SERVICE: "service-x" } }));
      expect(failedOf(run)).toEqual([[expect.stringContaining(" prepare "), 2]]);
      expect(run.log).toContain('there is no service "service-x" in apps/');
    });

    it("parameters that are code for a shell", async () => {
      const run = await unchanged(() => build("service-a", { parameters: { SERVICE: 'x"; touch pwned; "' } }));
      expect(failedOf(run)).toEqual([[expect.stringContaining(" prepare "), 2]]);
      expect(execFileSync("find", [folder, "-name", "pwned"], { encoding: "utf8" })).toBe("");
    });

    it("an emulator that is down", async () => {
      const run = await unchanged(() =>
        build("service-a", { environment: { AWS_ENDPOINT_URL: "http://127.0.0.1:1" } }),
      );
      expect(failedOf(run)).toEqual([[expect.stringContaining(" prepare "), 4]]);
      expect(run.log).toMatch(/AWS cannot be reached for \S+ at http:\/\/127\.0\.0\.1:1/);
      expect(run.log).toContain("nothing was changed");
    });

    it("a service.json that is none", async () => {
      source.edit("apps/service-a/service.json", (text) => text.replace('"port": 5000', '"port": "5000"'));
      const run = await unchanged(() => build("service-a"));
      expect(failedOf(run)).toEqual([[expect.stringContaining(" prepare "), 2]]);
      expect(run.log).toContain("apps/service-a/service.json $.port");
      expect(run.log).toContain("allowed: a whole number from 1 to 65535");
    });
  });

  it("leaves nothing behind but the folder of the run", () => {
    expect(existsSync(join(source.folder, ".local/release"))).toBe(false);
  });
});
