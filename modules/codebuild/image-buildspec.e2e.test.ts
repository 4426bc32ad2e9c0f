import { describe, expect, it } from "vitest";
import { imageBuildspec } from "./image-buildspec";
import { type Answer, runStubbed, type StubbedBuild } from "./stubbed-build.fixtures";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const TAG = "0123456789ab-cart";
const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const DEVELOPMENT = `${REGISTRY}/shop-dev/cart:${TAG}`;
const PRODUCTION = `${REGISTRY}/shop-prod/cart:${TAG}`;
const PASSWORD = "the registry's password";

const SPEC = imageBuildspec({ testReports: "arn:tests", coverageReports: "arn:coverage" });

type Next = "image" | "release";

/** What the release program writes for an environment. */
const prepared = (folder: string, environment: string, next: Next, registry = REGISTRY): Answer => ({
  to: `node .local/release/release.cjs prepare cart --env ${environment} --out .local/release/${folder}`,
  files: Object.fromEntries(
    Object.entries({
      tag: TAG,
      dockerfile: "apps/shop/Dockerfile",
      image: `${registry}/shop-${environment}/cart:${TAG}`,
      registry,
      repository: `shop-${environment}/cart`,
      region: "eu-west-1",
      next,
      folders: "apps/cart apps/kit",
    }).map(([name, text]) => [`.local/release/${folder}/${name}`, `${text}\n`]),
  ),
});

interface Setting {
  readonly development?: Next;
  readonly production?: Next;
  readonly registryOfProduction?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Answers that come before all others. */
  readonly answers?: readonly Answer[];
}

const build = ({
  development = "image",
  production = "image",
  registryOfProduction = REGISTRY,
  variables = {},
  answers = [],
}: Setting = {}) =>
  runStubbed(
    SPEC,
    {
      SERVICE: "cart",
      ENVIRONMENT: "dev",
      PRODUCTION: "prod",
      CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT,
      RETRY_SECONDS: "0",
      ...variables,
    },
    [
      ...answers,
      prepared("development", "dev", development),
      prepared("production", "prod", production, registryOfProduction),
      { to: "aws ecr get-login-password", stdout: PASSWORD },
      { to: "aws ecr describe-images", stdout: "sha256:abc\n" },
    ],
  );

const lines = ({ calls }: StubbedBuild, beginning = "") =>
  calls.map(({ line }) => line).filter((line) => line.startsWith(beginning));

/** What changes something, or costs time. */
const dockers = (result: StubbedBuild) => lines(result, "docker").filter((line) => line !== "docker version");

describe("the build of an image", () => {
  it("tests, builds once, and pushes the same image to both repositories", async () => {
    const result = await build();
    expect(result.stderr).toBe("");
    expect(result.status).toBe(0);
    expect(lines(result, "npm").map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "npm run --silent build:release",
      "npm run --silent test:unit",
    ]);
    expect(dockers(result)).toEqual([
      `docker login --username AWS --password-stdin ${REGISTRY}`,
      `docker build --file apps/shop/Dockerfile --build-arg VERSION=${TAG} --tag ${DEVELOPMENT} .`,
      `docker tag ${DEVELOPMENT} ${PRODUCTION}`,
      `docker push --quiet ${DEVELOPMENT}`,
      `docker push --quiet ${PRODUCTION}`,
      `docker logout ${REGISTRY}`,
    ]);
    expect(result.stdout).toContain(`${TAG} is sha256:abc in both repositories\n`);
  });

  it("hands on which commit and image it is", async () => {
    const result = await build();
    expect(["tag", "commit", "digest"].map((name) => result.read(`.local/release/${name}`))).toEqual([
      TAG,
      COMMIT,
      "sha256:abc",
    ]);
  });

  it("makes the tag of the first twelve digits of the commit", async () => {
    const { calls } = await build();
    const asked = calls.filter(({ line }) => line.includes(" prepare "));
    expect(asked.map(({ env }) => env.BUILD_NUMBER)).toEqual(["0123456789ab", "0123456789ab"]);
  });

  it("tests what the service is made of, and reports results and coverage of that", async () => {
    const [, tests] = lines(await build(), "npm");
    expect(tests).toBe(
      "npm run --silent test:unit -- apps/cart apps/kit --reporter=default --reporter=junit " +
        "--outputFile.junit=.local/reports/tests/junit.xml --coverage.enabled --coverage.reportOnFailure --coverage.reporter=text-summary " +
        "--coverage.reporter=clover --coverage.reportsDirectory=.local/reports/coverage " +
        "--coverage.include=apps/cart/src/** --coverage.include=apps/kit/src/**",
    );
    expect(JSON.parse(SPEC).reports).toEqual({
      "arn:tests": {
        files: ["junit.xml"],
        "base-directory": ".local/reports/tests",
        "file-format": "JUNITXML",
      },
      "arn:coverage": {
        files: ["clover.xml"],
        "base-directory": ".local/reports/coverage",
        "file-format": "CLOVERXML",
      },
    });
  });

  it("keeps the registry's password off command lines, the log and the artifact", async () => {
    const result = await build();
    const [login] = result.calls.filter(({ line }) => line.startsWith("docker login"));
    expect(login).toMatchObject({ stdin: PASSWORD, env: { DOCKER_CONFIG: ".local/docker" } });
    for (const { line } of result.calls) expect(line).not.toContain(PASSWORD);
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
    expect(JSON.parse(SPEC).artifacts.files).toEqual([
      ".local/release/**/*",
      "config/environments/*.json",
      "apps/*/service.json",
    ]);
  });

  it("has nothing that Terraform would take for an expression", () => {
    expect(SPEC).not.toMatch(/[$%]\{/);
  });
});

describe("the build of an image that is there", () => {
  it("builds and pushes nothing where both repositories have it, and still reports", async () => {
    const result = await build({ development: "release", production: "release" });
    expect(result.status).toBe(0);
    expect(dockers(result)).toEqual([`docker logout ${REGISTRY}`]);
    expect(lines(result, "npm")).toHaveLength(2);
    expect(result.stdout).toContain(`both repositories have ${TAG}: nothing is built\n`);
    expect(result.read(".local/release/digest")).toBe("sha256:abc");
  });

  it.each([
    ["development's", { development: "release" } as const, DEVELOPMENT, PRODUCTION],
    ["production's", { production: "release" } as const, PRODUCTION, DEVELOPMENT],
  ])("gives the other repository the same image where only %s has it", async (_, setting, there, missing) => {
    const result = await build(setting);
    expect(result.status).toBe(0);
    expect(dockers(result)).toEqual([
      `docker login --username AWS --password-stdin ${REGISTRY}`,
      `docker pull --quiet ${there}`,
      `docker tag ${there} ${missing}`,
      `docker push --quiet ${missing}`,
      `docker logout ${REGISTRY}`,
    ]);
  });

  it("fails where the two are not the same, and hands nothing on as if they were", async () => {
    const result = await build({
      development: "release",
      production: "release",
      answers: [
        { to: "aws ecr describe-images --region eu-west-1 --repository-name shop-prod/cart", stdout: "sha256:def\n" },
      ],
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(
      `${DEVELOPMENT} is sha256:abc, but ${PRODUCTION} is sha256:def: remove the tag from one of the repositories, and retry the stage\n`,
    );
    expect(result.read(".local/release/digest")).toBeUndefined();
  });
});

describe("the build of an image fails, with what to do, and logs out,", () => {
  it.each([
    ["that is no commit", { CODEBUILD_RESOLVED_SOURCE_VERSION: "main" }, "main"],
    ["that is none", { CODEBUILD_RESOLVED_SOURCE_VERSION: "" }, ""],
  ])("where it is started of something %s", async (_, variables, given) => {
    const result = await build({ variables });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(
      `CODEBUILD_RESOLVED_SOURCE_VERSION is "${given}", and no commit: start the pipeline instead of the project\n`,
    );
    expect(lines(result)).toEqual(["docker version"]);
  });

  it("where no engine answers", async () => {
    const result = await build({ answers: [{ to: "docker version", status: 1, stderr: "Cannot connect" }] });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe("no Docker engine answers: the project has to be privileged\n");
    expect(lines(result)).toEqual(["docker version"]);
  });

  it("where an environment is not deployed, with the words of the release program, before any test", async () => {
    const words = "there is no repository shop-prod/cart: deploy its stack first: npm run deploy -- --env prod\n";
    const answer = { to: "node .local/release/release.cjs prepare cart --env prod", status: 2, stderr: words };
    const result = await build({ answers: [answer] });
    expect(result.status).toBe(2);
    expect(result.stderr).toBe(words);
    expect(lines(result, "npm")).toEqual(["npm run --silent build:release"]);
    expect(dockers(result)).toEqual([]);
  });

  it("where the environments have different registries", async () => {
    const other = REGISTRY.replace("eu-west-1", "us-east-1");
    const result = await build({ registryOfProduction: other });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(
      `dev and prod have different registries (${REGISTRY}, ${other}): the same account and Region is needed for both\n`,
    );
  });

  it("where a test fails: nothing is built", async () => {
    const result = await build({ answers: [{ to: "npm run --silent test:unit", status: 1 }] });
    expect(result.status).toBe(1);
    expect(dockers(result)).toEqual([`docker logout ${REGISTRY}`]);
  });

  it.each([
    ["the password cannot be had", "aws ecr get-login-password", 255],
    ["the registry does not take it", "docker login", 1],
    ["the image cannot be built", "docker build", 1],
  ])("where %s: nothing is pushed", async (_, to, status) => {
    const result = await build({ answers: [{ to, status }] });
    expect(result.status).toBe(status);
    expect(lines(result, "docker push")).toEqual([]);
    expect(dockers(result).at(-1)).toBe(`docker logout ${REGISTRY}`);
  });

  it("where a push fails three times, and not where it fails twice", async () => {
    const push = { to: `docker push --quiet ${PRODUCTION}`, status: 1 };
    const result = await build({ answers: [push] });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain(`${PRODUCTION} could not be pushed: see above; retry the stage\n`);
    expect(lines(result, push.to)).toHaveLength(3);
    expect(dockers(result).at(-1)).toBe(`docker logout ${REGISTRY}`);
    const lucky = await build({ answers: [{ ...push, times: 2 }] });
    expect(lucky.status).toBe(0);
    expect(lines(lucky, push.to)).toHaveLength(3);
  });
});
