import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { temporaryFolder, writeFile } from "../testing/temporary-folder";
import { fakeDocker, fakeEcr, REPOSITORY, testDeployment } from "./deploy.fixtures";
import { requireDocker } from "./docker";
import { pushFirstImages, servicesWithoutImage } from "./images";

const project = loadProject({ root: REPOSITORY, environment: "dev" });
const services = project.services.filter(({ system }) => system === "jenkins-ecs");
const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));

const TOKEN = Buffer.from("AWS:a-password").toString("base64");
const REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

const registry = () =>
  fakeEcr((action, { repositoryNames }) => {
    if (action === "GetAuthorizationToken") return { authorizationData: [{ authorizationToken: TOKEN }] };
    return { repositories: [{ repositoryUri: `${REGISTRY}/${repositoryNames}` }] };
  });

describe("the services without a first image", () => {
  it("are those whose repository lacks the tag, or does not exist", async () => {
    const asked: unknown[] = [];
    const { client } = await fakeEcr((_, request) => {
      asked.push(request);
      return request.repositoryName === "jenkins-ecs-dev/service-a" ? "ImageNotFoundException" : { imageDetails: [{}] };
    });
    expect((await servicesWithoutImage(client, services, "dev")).map(({ name }) => name)).toEqual(["service-a"]);
    expect(asked).toContainEqual({
      repositoryName: "jenkins-ecs-dev/service-b",
      imageIds: [{ imageTag: "bootstrap" }],
    });
    const { client: emptyAccount } = await fakeEcr(() => "RepositoryNotFoundException");
    expect(await servicesWithoutImage(emptyAccount, services, "dev")).toHaveLength(2);
  });

  it("are not made up when AWS refuses to tell", async () => {
    const { client } = await fakeEcr(() => "AccessDeniedException");
    await expect(servicesWithoutImage(client, services, "dev")).rejects.toThrow("refused by the test: DescribeImages");
  });
});

describe("the first images", () => {
  it("are built for x86 from the root of the repository, and pushed one after the other", async () => {
    const { client } = await registry();
    const docker = fakeDocker();
    await pushFirstImages(testDeployment({ PATH: docker.path }), client, services);
    const calls = (service: string) => {
      const image = `${REGISTRY}/jenkins-ecs-dev/${service}:bootstrap`;
      const build = `build --platform linux/amd64 -f apps/${service}/Dockerfile --build-arg VERSION=${version} -t ${image} .`;
      return [build, `push ${image}`];
    };
    expect(docker.calls()).toEqual([...calls("service-a"), ...calls("service-b")]);
  });

  it("have a second tag where a pipeline of AWS follows one", async () => {
    const asked: unknown[] = [];
    const { client } = await fakeEcr((action, request) => {
      if (action === "PutImage") asked.push(request);
      if (action === "BatchGetImage")
        return { images: [{ imageManifest: "{}", imageManifestMediaType: "a/manifest" }] };
      if (action === "GetAuthorizationToken") return { authorizationData: [{ authorizationToken: TOKEN }] };
      return { repositories: [{ repositoryUri: `${REGISTRY}/${request.repositoryNames}` }] };
    });
    const docker = fakeDocker();
    await pushFirstImages(
      testDeployment({ PATH: docker.path }),
      client,
      project.services.filter(({ name }) => ["customer", "service-b"].includes(name)),
    );
    expect(asked).toEqual([
      {
        repositoryName: "coffee-suppliers-dev/customer",
        imageManifest: "{}",
        imageManifestMediaType: "a/manifest",
        imageTag: "release",
      },
    ]);
  });

  it("are pushed with credentials that only the push sees, in a folder that is gone afterwards", async () => {
    const { client } = await registry();
    const docker = fakeDocker();
    const own = temporaryFolder();
    writeFile(own, "config.json", '{"currentContext":"colima","auths":{"other":{}},"credsStore":"osxkeychain"}');
    writeFile(own, "contexts/meta/some-context", "");
    const deployment = testDeployment({ PATH: docker.path, DOCKER_CONFIG: own });
    await pushFirstImages(deployment, client, services.slice(0, 1));
    const file = join(docker.configuration, "config.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
      auths: { [REGISTRY]: { auth: TOKEN } },
      currentContext: "colima",
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readlinkSync(join(docker.configuration, "contexts"))).toBe(join(own, "contexts"));
    for (const folder of docker.configurationFolders()) expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(own, "config.json"), "utf8")).not.toContain(TOKEN);
    expect(docker.calls().join() + deployment.written()).not.toMatch(new RegExp(`${TOKEN}|a-password`));
  });

  it("are not pushed when the build fails", async () => {
    const { client } = await registry();
    const docker = fakeDocker('test "$1" != build');
    const push = pushFirstImages(testDeployment({ PATH: docker.path }), client, services);
    await expect(push).rejects.toThrow("docker exited with status 1");
    expect(docker.calls()).toHaveLength(1);
  });

  it("leave no credentials behind when the push fails", async () => {
    const { client } = await registry();
    const docker = fakeDocker('test "$1" != push');
    const push = pushFirstImages(testDeployment({ PATH: docker.path }), client, services);
    await expect(push).rejects.toThrow("docker exited with status 1");
    for (const folder of docker.configurationFolders()) expect(existsSync(folder)).toBe(false);
  });

  it("need the repository, and it is said how to make it", async () => {
    const { client } = await fakeEcr(() => "RepositoryNotFoundException");
    const docker = fakeDocker();
    await expect(pushFirstImages(testDeployment({ PATH: docker.path }), client, services)).rejects.toThrow(
      "there is no repository jenkins-ecs-dev/service-a; deploy the registry stack first: ENVIRONMENT=dev npx cdktf deploy registry, " +
        "or everything in its order: npm run deploy -- --env dev",
    );
    expect(docker.calls()).toEqual([]);
  });
});

describe("docker", () => {
  it("is asked for its engine", async () => {
    const docker = fakeDocker();
    await requireDocker(testDeployment({ PATH: docker.path }));
    expect(docker.calls()).toEqual(["version --format {{.Server.Version}}"]);
  });

  it("that is not installed is named, with where to get it", async () => {
    await expect(requireDocker(testDeployment({ PATH: temporaryFolder() }))).rejects.toThrow(
      /there is none on PATH .*; install it: https:\/\/docs\.docker\.com\/get-docker/,
    );
  });

  it("whose engine does not run is told in docker's words, with how to start it", async () => {
    const docker = fakeDocker("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    await expect(requireDocker(testDeployment({ PATH: docker.path }))).rejects.toThrow(
      /its engine does not answer: Cannot connect to the Docker daemon\nstart it \(Docker Desktop/,
    );
  });
});
