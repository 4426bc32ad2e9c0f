import { describe, expect, it } from "vitest";
import { ecsImageBuildspec } from "./ecs-image-buildspec";
import { type Answer, runStubbed, type StubbedBuild } from "./stubbed-build.fixtures";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const TAG = "0123456789ab-cart-api";
const REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const IMAGE = `${REGISTRY}/shop-dev/cart-api:${TAG}`;
const PASSWORD = "the registry's password";
const PREPARE = "node .local/release/release.cjs prepare cart-api --env dev --out .local/release/image";

const ANSWERS = {
  tag: TAG,
  image: IMAGE,
  dockerfile: "apps/cart/Dockerfile",
  registry: REGISTRY,
  region: "eu-west-1",
  folders: "apps/cart",
};

const SPEC = ecsImageBuildspec({ testReports: "arn:tests", coverageReports: "arn:coverage" });

/** What the release program writes. */
const prepared = (next: "image" | "release"): Answer => ({
  to: PREPARE,
  files: Object.fromEntries(
    Object.entries({ ...ANSWERS, next }).map(([name, text]) => [`.local/release/image/${name}`, `${text}\n`]),
  ),
});

interface Setting {
  readonly next?: "image" | "release";
  readonly variables?: Readonly<Record<string, string>>;
  /** Answers that come before all others. */
  readonly answers?: readonly Answer[];
}

const build = ({ next = "image", variables = {}, answers = [] }: Setting = {}) =>
  runStubbed(
    SPEC,
    {
      SERVICE: "cart-api",
      ENVIRONMENT: "dev",
      CONTAINER: "cart-container",
      CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT,
      RETRY_SECONDS: "0",
      ...variables,
    },
    [...answers, prepared(next), { to: "aws ecr get-login-password", stdout: PASSWORD }],
  );

const lines = ({ calls }: StubbedBuild, beginning = "") =>
  calls.map(({ line }) => line).filter((line) => line.startsWith(beginning));

/** What changes something, or costs time. */
const dockers = (result: StubbedBuild) => lines(result, "docker").filter((line) => line !== "docker version");

const definitions = (result: StubbedBuild) => JSON.parse(result.read("imagedefinitions.json") ?? "null");

describe("the build of an image that ECS deploys", () => {
  it("tests, then builds the application's image by the commit, and pushes it to the service's repository", async () => {
    const result = await build();
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(lines(result).map((line) => line.split(" ").slice(0, 4).join(" "))).toEqual([
      "docker version",
      "npm run --silent build:release",
      "node .local/release/release.cjs prepare cart-api",
      "npm run --silent test:unit",
      "aws ecr get-login-password --region",
      "docker login --username AWS",
      "docker build --file apps/cart/Dockerfile",
      `docker push --quiet ${IMAGE}`,
      `docker logout ${REGISTRY}`,
    ]);
    expect(lines(result, "docker build")).toEqual([
      `docker build --file apps/cart/Dockerfile --build-arg VERSION=${TAG} --tag ${IMAGE} .`,
    ]);
    const [asked] = result.calls.filter(({ line }) => line === PREPARE);
    expect(asked?.env.BUILD_NUMBER).toBe("0123456789ab");
  });

  it("hands on one file, which gives the container the image of this build", async () => {
    expect(definitions(await build())).toEqual([{ name: "cart-container", imageUri: IMAGE }]);
    expect(JSON.parse(SPEC).artifacts.files).toEqual(["imagedefinitions.json"]);
  });

  it("hands on its own file where the source has one", async () => {
    const old = '[{"name":"cart-container","imageUri":"old"}]';
    const answers = [{ to: "npm run --silent build:release", files: { "imagedefinitions.json": old } }];
    expect(definitions(await build({ answers }))).toEqual([{ name: "cart-container", imageUri: IMAGE }]);
  });

  it("does not push a tag again that is there, and deploys it nevertheless", async () => {
    const result = await build({ next: "release" });
    expect(result.status).toBe(0);
    expect(dockers(result)).toEqual([`docker logout ${REGISTRY}`]);
    expect(lines(result, "aws")).toEqual([]);
    expect(result.stdout).toContain(`the repository has ${TAG}: nothing is built\n`);
    expect(definitions(result)).toEqual([{ name: "cart-container", imageUri: IMAGE }]);
  });

  it("tests what the service is made of, and reports results and coverage of that", async () => {
    const [tests] = lines(await build(), "npm run --silent test:unit");
    expect(tests).toMatch(/^npm run --silent test:unit -- apps\/cart --reporter=default /);
    expect(Object.keys(JSON.parse(SPEC).reports)).toEqual(["arn:tests", "arn:coverage"]);
  });

  it("keeps the registry's password off command lines, the log and the artifact", async () => {
    const result = await build();
    const [login] = result.calls.filter(({ line }) => line.startsWith("docker login"));
    expect(login).toMatchObject({ stdin: PASSWORD, env: { DOCKER_CONFIG: ".local/docker" } });
    for (const { line } of result.calls) expect(line).not.toContain(PASSWORD);
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
  });

  it("has nothing that Terraform would take for an expression", () => {
    expect(SPEC).not.toMatch(/[$%]\{/);
  });
});

describe("the build of an image that ECS deploys fails, and hands nothing on,", () => {
  it.each(["main", ""])("where %j is no commit", async (given) => {
    const result = await build({ variables: { CODEBUILD_RESOLVED_SOURCE_VERSION: given } });
    expect(result.status).toBe(1);
    expect(result.stderr).toBe(
      `CODEBUILD_RESOLVED_SOURCE_VERSION is "${given}", and no commit: start the pipeline instead of the project\n`,
    );
    expect(lines(result)).toEqual(["docker version"]);
  });

  it("where no engine answers", async () => {
    const result = await build({ answers: [{ to: "docker version", status: 1 }] });
    expect(result).toMatchObject({
      status: 1,
      stderr: "no Docker engine answers: the project has to be privileged\n",
    });
  });

  it("where the environment is not deployed, with the words of the release program, before any test", async () => {
    const words = "there is no repository shop-dev/cart-api\n";
    const result = await build({ answers: [{ to: PREPARE, status: 2, stderr: words }] });
    expect(result).toMatchObject({ status: 2, stderr: words });
    expect(lines(result, "npm")).toEqual(["npm run --silent build:release"]);
  });

  it.each([
    ["a test fails", "npm run --silent test:unit", 1],
    ["the password cannot be had", "aws ecr get-login-password", 255],
    ["the registry does not take it", "docker login", 1],
    ["the image cannot be built", "docker build", 1],
  ])("where %s: nothing is pushed", async (_, to, status) => {
    const result = await build({ answers: [{ to, status }] });
    expect(result.status).toBe(status);
    expect(lines(result, "docker push")).toEqual([]);
    expect(dockers(result).at(-1)).toBe(`docker logout ${REGISTRY}`);
    expect(definitions(result)).toBeNull();
  });

  it("where a push fails three times, and not where it fails twice", async () => {
    const push = { to: "docker push", status: 1 };
    const result = await build({ answers: [push] });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain(`${IMAGE} could not be pushed: see above; retry the stage\n`);
    expect(lines(result, "docker push")).toHaveLength(3);
    expect(definitions(result)).toBeNull();
    expect((await build({ answers: [{ ...push, times: 2 }] })).status).toBe(0);
  });
});
