import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { manifestOf } from "./registry/manifest.fixtures";
import { testEngine } from "./testing/docker-engine";
import { NpmStart } from "./testing/npm-start";

const run = promisify(execFile);

/** Each with a path that leads to it. */
const SERVICES = [
  ["service-a", "/medical"],
  ["service-b", "/finance"],
] as const;

const engine = await testEngine();
if (engine.missing) console.warn(`no test of npm start -- --runtime docker: ${engine.missing}`);

afterAll(() => engine.end());

const docker = async (...args: string[]) => (await run("docker", args, { maxBuffer: 64 << 20 })).stdout.trim();

/** The containers of a run that the engine knows, running or not. */
const containersOf = async ({ folder }: NpmStart) =>
  (await docker("ps", "--all", "--quiet", `--filter=label=express-on-ecs.run=${basename(folder)}`))
    .split("\n")
    .filter(Boolean);

/** The images that a run has built. */
const builtImagesOf = async ({ folder }: NpmStart) =>
  (await docker("images", "--quiet", `--filter=label=express-on-ecs.image-of=${basename(folder)}`))
    .split("\n")
    .filter(Boolean);

/** `HOST:PORT` of the registry that a run serves. */
const registryOf = ({ folder }: NpmStart): string =>
  JSON.parse(readFileSync(join(folder, "running.json"), "utf8")).registry;

describe.skipIf(engine.missing)("npm start -- --runtime docker", () => {
  let start: NpmStart;

  const local = (command: string) => start.inAnotherTerminal(`npm run --silent local -- ${command}${runOf(start)}`);

  beforeAll(async () => {
    start = await startWithDocker();
  });
  afterAll(async () => {
    start.interrupt();
    await start.exited;
  });

  it("runs the images of both services, read-only and as nobody special", async () => {
    for (const [, path] of SERVICES) expect((await fetch(start.url + path)).status).toBe(200);
    const containers = await containersOf(start);
    expect(containers).toHaveLength(4);
    for (const id of containers) {
      const format = "--format={{.Config.Image}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Privileged}}";
      expect(await docker("inspect", format, id)).toMatch(
        new RegExp(`^${registryOf(start)}/jenkins-ecs-local/service-[ab]:bootstrap true false$`),
      );
      expect(await docker("exec", id, "id", "-u")).toBe("1000");
      await expect(docker("exec", id, "sh", "-c", "echo x > /app/x")).rejects.toThrow(/Read-only file system/);
    }
  });

  it("takes what the docker client pushes, and pulls it where the engine has it no more", async () => {
    const [registry, tag] = [registryOf(start), "12-service-b"];
    const uri = `${registry}/jenkins-ecs-local/service-b`;
    const config = mkdtempSync(join(tmpdir(), "docker-test-"));
    const client = new ECRClient(start.settings);
    onTestFinished(() => {
      client.destroy();
      rmSync(config, { recursive: true });
    });
    const { repositories } = await client.send(new DescribeRepositoriesCommand());
    expect(repositories?.map(({ repositoryUri }) => repositoryUri)).toContain(uri);
    const { authorizationData: [data] = [] } = await client.send(new GetAuthorizationTokenCommand());
    expect(data?.proxyEndpoint).toBe(`http://${registry}`);
    const password = Buffer.from(data?.authorizationToken ?? "", "base64")
      .toString()
      .replace("AWS:", "");

    const logIn = (given: string) => {
      const login = run("docker", ["--config", config, "login", "--username", "AWS", "--password-stdin", registry]);
      login.child.stdin?.end(given);
      return login;
    };
    const push = (image: string) => docker("--config", config, "push", image);
    const image = `${uri}:${tag}`;
    await docker("build", "-f", "apps/service-b/Dockerfile", "--build-arg", "VERSION=pushed", "-t", image, ".");
    await expect(push(image)).rejects.toThrow(/no basic auth credentials|authentication required/);
    await expect(logIn("123456789012-auth-token")).rejects.toThrow(/401 Unauthorized/);
    expect((await logIn(password)).stdout).toContain("Login Succeeded");
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    await push(image);

    const described = new DescribeImagesCommand({
      repositoryName: "jenkins-ecs-local/service-b",
      imageIds: [{ imageTag: tag }],
    });
    const { imageDetails: [detail] = [] } = await client.send(described);
    const [repoDigest] = JSON.parse(await docker("inspect", "--format={{json .RepoDigests}}", image));
    expect(repoDigest).toBe(`${uri}@${detail?.imageDigest}`);
    expect(detail).toMatchObject({
      imageTags: [tag],
      imageManifestMediaType: expect.stringMatching(/manifest\.v[12]\+json$/),
      artifactMediaType: expect.stringMatching(/image/),
    });
    expect(detail?.imageSizeInBytes).toBeGreaterThan(20 << 20);
    const pushedAt = detail?.imagePushedAt?.getTime();
    expect(pushedAt).toBeGreaterThanOrEqual(before);
    expect(pushedAt).toBeLessThanOrEqual(Date.now());
    // The same image again is no fault; another one is.
    await push(image);
    await docker("tag", `${registry}/jenkins-ecs-local/service-a:bootstrap`, image);
    await expect(push(image)).rejects.toThrow(`The image tag '${tag}' already exists in the `);
    await docker("tag", image, `${registry}/jenkins-ecs-local/none:1`);
    await expect(push(`${registry}/jenkins-ecs-local/none:1`)).rejects.toThrow(
      /The repository with name 'jenkins-ecs-local\/none' does not exist in the registry with id '123456789012'/,
    );

    await docker("rmi", image, `${registry}/jenkins-ecs-local/none:1`);
    await local(`release service-b --tag ${tag}`);
    const answer = await fetch(`${start.url}/finance`, { headers: { accept: "application/json" } });
    expect(await answer.json()).toMatchObject({ version: "pushed" });
  });

  it("tells why a release fails, and ends with 1", async () => {
    // ECR knows the image, but neither the engine nor the registry has it.
    const client = new ECRClient(start.settings);
    onTestFinished(() => client.destroy());
    const image = { repositoryName: "jenkins-ecs-local/service-b", imageTag: "never-built" };
    await client.send(new PutImageCommand({ ...image, imageManifest: manifestOf("configuration", "layer") }));
    await expect(local("release service-b --tag never-built")).rejects.toThrow(
      /task stopped: \d+ times: CannotPullContainerError: [\s\S]*deployment failed: tasks failed to start/,
    );
    expect((await fetch(`${start.url}/finance`)).status).toBe(200);
  });

  it("leaves no container and no image behind: neither on Ctrl-C, nor when the next start finds those of a killed one", async () => {
    // Those of the tests before are ended in their own time.
    await expect.poll(async () => (await containersOf(start)).length, { timeout: 120_000 }).toBe(4);
    process.kill(start.runner, "SIGKILL");
    await start.exited;
    expect(await containersOf(start)).toHaveLength(4);
    expect(await builtImagesOf(start)).not.toEqual([]);

    const next = await startWithDocker();
    onTestFinished(() => next.interrupt());
    expect(await containersOf(start)).toEqual([]);
    expect(await builtImagesOf(start)).toEqual([]);
    expect(existsSync(start.folder)).toBe(false);
    expect(await containersOf(next)).toHaveLength(4);
    expect(await builtImagesOf(next)).toHaveLength(2);
    const registry = registryOf(next);
    next.interrupt();
    expect([0, "SIGINT"]).toContain(await next.exited);
    expect(await containersOf(next)).toEqual([]);
    expect(await builtImagesOf(next)).toEqual([]);
    await expect(fetch(`http://${registry}/v2/`)).rejects.toThrow("fetch failed");
  });
});

async function startWithDocker(): Promise<NpmStart> {
  const start = new NpmStart(["--system", "jenkins-ecs", "--runtime", "docker"]);
  await start.printed("Ctrl-C stops everything.");
  expect(JSON.parse(readFileSync(join(start.folder, "running.json"), "utf8"))).toMatchObject({ runtime: "docker" });
  return start;
}

function runOf({ folder }: NpmStart): string {
  return ` --run ${basename(folder)}`;
}
