import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { capture } from "../../tools/processes/capture";
import { Lifetime } from "../../tools/processes/lifetime";
import { startEmulator } from "../cloud/emulator";
import { type ClientSettings, clientSettings } from "../cloud/variables";
import { buildMachine } from "./build-machine";
import { writePrograms } from "./programs";

const ROOT = join(import.meta.dirname, "../..");
const REGION = "us-east-1";
const DEVELOPMENT = "shop-dev/service-a";
const PRODUCTION = "shop-prod/service-a";

describe("the programs of a build without a container engine", () => {
  const lifetime = new Lifetime();
  const folder = mkdtempSync(join(tmpdir(), "programs-test-"));
  let settings: ClientSettings;
  let url: string;
  let registry: string;
  let number = 0;

  beforeAll(async () => {
    const python = process.env.EMULATOR_PYTHON ?? "";
    ({ url } = await startEmulator(lifetime, { root: ROOT, python, log: join(folder, "emulator.log") }));
    settings = clientSettings(url, REGION);
    const client = new ECRClient(settings);
    for (const repositoryName of [DEVELOPMENT, PRODUCTION]) {
      const command = new CreateRepositoryCommand({ repositoryName, imageTagMutability: "IMMUTABLE" });
      const { repository } = await client.send(command);
      registry = repository?.repositoryUri?.split("/")[0] ?? "";
    }
    client.destroy();
  });
  afterAll(async () => {
    await lifetime.end();
    rmSync(folder, { recursive: true });
  });

  let work: string;
  beforeEach(() => {
    work = join(folder, String(++number));
    const bundles = { [DEVELOPMENT]: join(folder, "bundles"), [PRODUCTION]: join(folder, "bundles") };
    writePrograms(join(work, "programs"), { store: join(work, "images"), bundles });
  });

  /** Runs a script in the repository, on the machine of a build. */
  const run = (script: string) =>
    capture(lifetime, "/bin/bash", ["-euo", "pipefail", "-c", script], {
      cwd: ROOT,
      env: buildMachine({
        ...{ folder: work, emulatorUrl: url, region: REGION, names: join(folder, "names.json") },
        programs: join(work, "programs"),
      }),
      timeoutMs: 5 * 60_000,
    });

  const login = () =>
    `(sleep 0.5; aws ecr get-login-password) | docker login --username AWS --password-stdin ${registry}`;
  const image = (repository: string, tag: string) => `${registry}/${repository}:${tag}`;
  const build = (tag: string) =>
    `docker build --file apps/service-a/Dockerfile --build-arg VERSION=${tag} --tag ${image(DEVELOPMENT, tag)} .`;
  const digest = (repository: string, tag: string) =>
    `aws ecr describe-images --region ${REGION} --repository-name ${repository} --image-ids imageTag=${tag} --query 'imageDetails[0].imageDigest' --output text`;

  it("build once and push to two repositories, which have one digest then; tasks find the bundle", async () => {
    const { status, stdout, stderr } = await run(`
      docker version
      ${login()}
      ${build("1")}
      docker tag ${image(DEVELOPMENT, "1")} ${image(PRODUCTION, "1")}
      docker push --quiet ${image(DEVELOPMENT, "1")}
      docker push ${image(PRODUCTION, "1")}
      ${digest(DEVELOPMENT, "1")}
      ${digest(PRODUCTION, "1")}
      docker logout ${registry}`);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.trim().split("\n");
    const [, told = ""] = /^1: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(lines[4] ?? "") ?? [];
    expect(lines).toEqual([
      "no container engine: bundles stand for images",
      "Login Succeeded",
      `naming to ${image(DEVELOPMENT, "1")}: the bundle of apps/service-a, version 1`,
      image(DEVELOPMENT, "1"),
      `1: digest: ${told} size: ${/size: (\d+)/.exec(stdout)?.[1]}`,
      told,
      told,
      `Removing login credentials for ${registry}`,
    ]);
    expect(existsSync(join(folder, "bundles/1/main.cjs"))).toBe(true);
  });

  it("pull what the registry has, and push it elsewhere", async () => {
    const { status, stdout, stderr } = await run(`
      ${login()}
      ${build("2")}
      docker push --quiet ${image(DEVELOPMENT, "2")}`);
    expect([status, stderr], stdout).toEqual([0, ""]);
    rmSync(join(work, "images"), { recursive: true });
    const again = await run(`
      ${login()}
      docker pull --quiet ${image(DEVELOPMENT, "2")}
      docker tag ${image(DEVELOPMENT, "2")} ${image(PRODUCTION, "2")}
      docker push --quiet ${image(PRODUCTION, "2")}
      [ "$(${digest(DEVELOPMENT, "2")})" = "$(${digest(PRODUCTION, "2")})" ]`);
    expect([again.status, again.stderr], again.stdout).toEqual([0, ""]);
  });

  it("do not replace an image that is there: what runs under its tag stays as it is", async () => {
    await run(`${login()}; ${build("3")}; docker push --quiet ${image(DEVELOPMENT, "3")}`);
    const before = readFileSync(join(folder, "bundles/3/main.cjs"), "utf8");
    const other = image(DEVELOPMENT, "3");
    const { status, stderr } = await run(`
      docker build --file apps/service-a/Dockerfile --build-arg VERSION=other --tag ${other} .
      docker push --quiet ${other}`);
    expect(status).toBe(1);
    expect(stderr).toContain("already exists in the 'shop-dev/service-a' repository");
    expect(readFileSync(join(folder, "bundles/3/main.cjs"), "utf8")).toBe(before);
  });

  it.each([
    ["without a login", () => `${build("4")}; docker push ${image(DEVELOPMENT, "4")}`, "no basic auth credentials"],
    [
      "with another password",
      () => `echo wrong | docker login --username AWS --password-stdin ${registry}`,
      "failed with status: 400 Bad Request",
    ],
    [
      "to a repository of nobody's",
      () =>
        `${login()}; ${build("5")}; docker tag ${image(DEVELOPMENT, "5")} ${image("other/cart", "5")}; docker push ${image("other/cart", "5")}`,
      "no environment of this machine has the repository other/cart; there are: shop-dev/service-a, shop-prod/service-a",
    ],
    [
      "of what was not built",
      () => `${login()}; docker push ${image(DEVELOPMENT, "6")}`,
      "An image does not exist locally",
    ],
    ["of what was not pushed", () => `${login()}; docker pull ${image(DEVELOPMENT, "7")}`, "manifest for"],
    ["by other calls of docker", () => "docker run hello", "docker run hello: not known here."],
    ["by other calls of aws", () => "aws s3 ls", "aws s3 ls: not known here; of the AWS CLI"],
  ])("refuse to push or pull %s", async (_, script, message) => {
    const { status, stderr } = await run(script());
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    const client = new ECRClient(settings);
    const { imageDetails = [] } = await client.send(new DescribeImagesCommand({ repositoryName: DEVELOPMENT }));
    client.destroy();
    const tags = imageDetails.flatMap(({ imageTags = [] }) => imageTags);
    expect(tags.filter((tag) => Number(tag) > 3)).toEqual([]);
  });
});
