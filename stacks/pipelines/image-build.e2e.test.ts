import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  type ImageDetail,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { serviceNames } from "../../config/names";
import { ROOT } from "../../jenkins/testing/small-cloud";
import { Source } from "../../jenkins/testing/source";
import { startEmulator } from "../../local/cloud/emulator";
import { clientSettings, emulatorVariables, withoutAwsSettings } from "../../local/cloud/variables";
import { type BuildResult, runBuildspec } from "../../local/pipeline/buildspec";
import { parseBuildspec } from "../../local/pipeline/buildspec-document";
import { linkPackages } from "../../local/pipeline/packages";
import { Registry } from "../../local/registry/registry";
import { testEngine } from "../../local/testing/docker-engine";
import { imageBuildspec } from "../../modules/codebuild/image-buildspec";
import { Lifetime } from "../../tools/processes/lifetime";

const REGION = "us-east-1";
const SERVICE = "notification";
const ENVIRONMENTS = ["local", "local-prod"] as const;
const REPOSITORIES = ENVIRONMENTS.map(
  (environment) => serviceNames({ system: "user-notifications", name: SERVICE }, environment).repository,
);

const BUILDSPEC = parseBuildspec(
  imageBuildspec({ testReports: "arn:tests", coverageReports: "arn:coverage" }),
  "build",
);

const KEPT_TESTS = ["html", "trace-id", "recipients", "where"];

const FAILING = 'import { it } from "vitest";\nit("fails", () => {\n  throw new Error("42");\n});\n';

const engine = await testEngine();

afterAll(() => engine.end());

/** The AWS CLI itself, empty where there is none: what is on PATH may be a shim. */
const aws = spawnSync("sh", ["-c", "pyenv which aws 2>/dev/null || command -v aws"], {
  encoding: "utf8",
}).stdout.trim();
const missing = engine.missing ?? (aws === "" && process.env.CI !== "true" ? "no AWS CLI" : undefined);

if (missing) console.warn(`no test of the build of an image: ${missing}`);

interface Build extends BuildResult {
  readonly log: string;
  /** The folder of the artifact. */
  readonly artifact: string;
  /** A file of the artifact, without the end of its last line. */
  read(path: string): string;
}

describe.skipIf(missing)("the commands of a build, with an engine, a registry and the emulator", () => {
  const lifetime = new Lifetime();
  const folder = mkdtempSync(join(tmpdir(), "image-build-"));
  let source: Source;
  let client: ECRClient;
  let registry: Registry;
  let emulatorUrl: string;
  let builds = 0;

  beforeAll(async () => {
    source = new Source();
    keepTests(source.folder);
    source.commit("a few tests");
    registry = await Registry.start(lifetime, join(folder, "registry"));
    const emulator = await startEmulator(lifetime, {
      root: ROOT,
      python: process.env.EMULATOR_PYTHON ?? "",
      log: join(folder, "emulator.log"),
      registry: registry.address,
    });
    emulatorUrl = emulator.url;
    const settings = clientSettings(emulatorUrl, REGION);
    registry.connect(settings);
    client = new ECRClient(settings);
    for (const repositoryName of REPOSITORIES) {
      await client.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE" }));
    }
  });

  afterAll(async () => {
    if (registry) removeImages();
    client?.destroy();
    await lifetime.end();
    source?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the engine has of the registry. */
  function removeImages(): void {
    const images = execFileSync("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"], { encoding: "utf8" })
      .split("\n")
      .filter((image) => image.startsWith(`${registry.address}/`));
    if (images.length > 0) execFileSync("docker", ["rmi", "--force", ...images], { stdio: "ignore" });
  }

  /** Builds the commit that is checked out, as CodeBuild would: on a machine that knows nothing of the build before. */
  async function build(): Promise<Build> {
    const own = join(folder, `build-${++builds}`);
    const [checkout, artifacts, log] = [join(own, "source"), join(own, "artifacts"), join(own, "log")];
    mkdirSync(own);
    execFileSync("git", ["clone", "--quiet", source.folder, checkout]);
    // CodePipeline hands the files over, and no history.
    rmSync(join(checkout, ".git"), { recursive: true });
    linkPackages(ROOT, checkout);
    const result = await runBuildspec({
      lifetime,
      buildspec: BUILDSPEC,
      source: checkout,
      machine: { ...machine(), ...emulatorVariables(emulatorUrl, REGION) },
      variables: {
        SERVICE,
        ENVIRONMENT: ENVIRONMENTS[0],
        PRODUCTION: ENVIRONMENTS[1],
        CODEBUILD_RESOLVED_SOURCE_VERSION: source.head,
      },
      folder: join(own, "shell"),
      artifacts,
      log,
      timeoutMs: 10 * 60_000,
      lookUp: { parameter: refuse, secret: refuse },
    });
    const text = readFileSync(log, "utf8");
    expect(existsSync(join(checkout, ".local/docker/config.json"))).toBe(text.includes("Login Succeeded"));
    if (text.includes("Login Succeeded")) {
      expect(JSON.parse(readFileSync(join(checkout, ".local/docker/config.json"), "utf8")).auths).toEqual({});
    }
    return {
      ...result,
      log: text,
      artifact: join(artifacts, "primary"),
      read: (path) => readFileSync(join(artifacts, "primary", path), "utf8").trimEnd(),
    };
  }

  /** What the release program says in the folder of an artifact, of a service that is not deployed. */
  function release(cwd: string): string {
    const args = [".local/release/release.cjs", "deploy", SERVICE, "--env", ENVIRONMENTS[0], "--image-tag", "1"];
    const env = { ...machine(), ...emulatorVariables(emulatorUrl, REGION) };
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, env, encoding: "utf8" });
    return stdout + stderr;
  }

  /** The images of each repository. */
  async function images(): Promise<readonly (readonly ImageDetail[])[]> {
    const answers = REPOSITORIES.map((repositoryName) => client.send(new DescribeImagesCommand({ repositoryName })));
    return (await Promise.all(answers)).map(({ imageDetails = [] }) => imageDetails);
  }

  const digests = async () => (await images()).map((all) => all.map(({ imageDigest }) => imageDigest));

  it("tests, builds and pushes one image to both repositories, and hands on what a release needs", async () => {
    const made = await build();
    expect(made.status, made.log).toBe("SUCCEEDED");
    const tag = `${source.head.slice(0, 12)}-${SERVICE}`;
    const [[development, ...more] = [], [production, ...others] = []] = await images();
    expect([more, others]).toEqual([[], []]);
    expect([development?.imageTags, production?.imageTags]).toEqual([[tag], [tag]]);
    expect(development?.imageDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(production?.imageDigest).toBe(development?.imageDigest);
    expect(["tag", "commit", "digest"].map((name) => made.read(`.local/release/${name}`))).toEqual([
      tag,
      source.head,
      development?.imageDigest,
    ]);
    const { environment } = loadProject({ root: ROOT, environment: "local" });
    expect(JSON.parse(made.read("config/environments/local.json")).region).toBe(environment.region);
    expect(made.artifacts).toContain(".local/release/release.cjs");
    expect(made.artifacts).toContain(`apps/${SERVICE}/service.json`);
    expect(made.artifacts.filter((file) => /\.local\/docker|node_modules|\.ts$/.test(file))).toEqual([]);
    expect(release(made.artifact)).toMatch(/✗ there is no cluster user-notifications-local/);
    const reports = Object.fromEntries(
      Object.entries(made.reports).map(([group, [file = ""]]) => [group, readFileSync(file, "utf8")]),
    );
    expect(reports["arn:tests"]).toMatch(/<testsuites .*tests="\d+" failures="0"/);
    expect(reports["arn:coverage"]).toMatch(/<file name="[\w.-]+" path=".*\/apps\/notification\/src\//);
  });

  it("changes nothing when the same commit is built again", async () => {
    const before = await images();
    const made = await build();
    expect(made.status, made.log).toBe("SUCCEEDED");
    expect(made.log).toContain(": nothing is built\n");
    expect(made.log).not.toContain("Login Succeeded");
    expect(await images()).toEqual(before);
  });

  it.each([0, 1])("gives the repository that lacks it the very image of the other one (%d)", async (lacking) => {
    const before = await digests();
    const imageIds = [{ imageTag: `${source.head.slice(0, 12)}-${SERVICE}` }];
    await client.send(new BatchDeleteImageCommand({ repositoryName: REPOSITORIES[lacking], imageIds }));
    // Another machine than the one that has built it.
    removeImages();
    const made = await build();
    expect(made.status, made.log).toBe("SUCCEEDED");
    expect(made.log).not.toMatch(/^(#\d+|Step \d)/m);
    expect(await digests()).toEqual(before);
  });

  it("pushes nothing where a test of the service fails", async () => {
    const before = await images();
    writeFileSync(join(source.folder, `apps/${SERVICE}/src/broken.test.ts`), FAILING);
    source.commit("a test that fails");
    const made = await build();
    expect(made.status).toBe("FAILED");
    expect(made.log).toContain("Error: 42");
    expect(await images()).toEqual(before);
    expect(readFileSync(made.reports["arn:tests"]?.[0] ?? "", "utf8")).toMatch(/failures="1"/);
  });
});

/** This machine, with the AWS CLI on its path, and nothing that colours what is logged. */
function machine(): Record<string, string> {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ...kept } = withoutAwsSettings(process.env);
  const known = Object.entries(kept).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(known), NO_COLOR: "1", PATH: `${dirname(aws)}:${kept.PATH}` };
}

/** Two tests of each folder that the service is made of: whether all of them pass is no matter of the build's commands. */
function keepTests(root: string): void {
  for (const folder of ["apps/kit/src", `apps/${SERVICE}/src`]) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    const tests = files.filter((file) => file.endsWith(".test.ts")).sort();
    const kept = KEPT_TESTS.map((name) => `${name}.test.ts`);
    for (const file of tests.filter((one) => !kept.includes(one))) rmSync(join(root, folder, file));
  }
}

async function refuse(name: string): Promise<string> {
  throw new Error(`nothing was to be read, but ${name}`);
}
