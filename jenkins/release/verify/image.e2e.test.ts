import { describe, expect, it } from "vitest";
import { Refusal } from "../testing/fake-aws";
import { type FakeCloud, fakeCloud } from "../testing/fake-cloud";
import { find, HOW, REPOSITORY } from "../testing/findings";
import { good, unknown, wrong } from "./check";
import { checkImage } from "./image";

describe("the check of the image", () => {
  const images = (cloud: FakeCloud, manifest: object) =>
    cloud.aws.on("BatchGetImage", () => ({ images: [{ imageManifest: JSON.stringify(manifest) }] }));
  const index = (...platforms: readonly string[]) => ({
    manifests: platforms.map((platform) => {
      const [os, architecture] = platform.split("/");
      return { platform: { os, architecture } };
    }),
  });

  it("is good where the registry has it for the platform that the task runs on", async () => {
    const cloud = await fakeCloud();
    images(cloud, index("linux/arm64", "linux/amd64", "unknown/unknown"));
    const image = `${cloud.aws.url.slice(7)}/${REPOSITORY}:2`;
    expect(await find(cloud, checkImage)).toEqual([good("image", image), good("platform", "linux/amd64")]);
    expect(cloud.aws.inputs("BatchGetImage")).toMatchObject([
      { repositoryName: REPOSITORY, imageIds: [{ imageTag: "2" }] },
    ]);
  });

  it("asks for the digest where the image has one", async () => {
    const cloud = await fakeCloud();
    const imageDigest = `sha256:${"a".repeat(64)}`;
    await find(cloud, checkImage, { container: { image: `r.example/${REPOSITORY}:2@${imageDigest}` } });
    expect(cloud.aws.inputs("BatchGetImage")).toMatchObject([{ imageIds: [{ imageTag: "2", imageDigest }] }]);
  });

  it.each([
    [{ cpuArchitecture: "ARM64" }, "linux/arm64"],
    [{ operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" }, "windows/amd64"],
  ])("knows the platform of %j", async (runtimePlatform, platform) => {
    const cloud = await fakeCloud();
    images(cloud, index(platform));
    expect((await find(cloud, checkImage, { runtimePlatform }))[1]).toEqual(good("platform", platform));
  });

  it("is wrong where the image is for another platform", async () => {
    const cloud = await fakeCloud();
    images(cloud, index("linux/arm64", "linux/386", "unknown/unknown"));
    expect((await find(cloud, checkImage))[1]).toEqual(
      wrong(
        "platform",
        "the image runs on linux/arm64, linux/386, the tasks on linux/amd64: build it with --platform linux/amd64",
      ),
    );
  });

  it.each([
    [
      "tag",
      { images: [], failures: [{ failureCode: "ImageNotFound" }] },
      "",
      `repository ${REPOSITORY} has no image with the tag "2"; push it first`,
    ],
    [
      "digest",
      { images: [] },
      `@sha256:${"a".repeat(64)}`,
      `repository ${REPOSITORY} has no image with the digest sha256:${"a".repeat(64)}; push it first`,
    ],
    ["repository", new Refusal("RepositoryNotFoundException"), "", `there is no repository ${REPOSITORY}; ${HOW}`],
  ])("is wrong where there is no such %s", async (_, answer, digest, fault) => {
    const cloud = await fakeCloud();
    cloud.aws.on("BatchGetImage", () => answer);
    const container = digest ? { image: `r.example/${REPOSITORY}${digest}` } : {};
    expect(await find(cloud, checkImage, { container })).toEqual([wrong("image", fault)]);
  });

  it("reads the platform from the registry where the image is for one platform", async () => {
    const cloud = await fakeCloud();
    const digest = `sha256:${"c".repeat(64)}`;
    images(cloud, { config: { digest } });
    cloud.aws.on("GetAuthorizationToken", () => ({ authorizationData: [{ authorizationToken: "QVdTOmE=" }] }));
    cloud.aws.on(`GET /v2/${REPOSITORY}/blobs/${digest}`, () => ({ os: "linux", architecture: "arm64" }));
    expect((await find(cloud, checkImage))[1]).toMatchObject({ what: "platform", state: "wrong" });
  });

  it("does not know the platform where the registry does not tell", async () => {
    const cloud = await fakeCloud();
    const digest = `sha256:${"c".repeat(64)}`;
    images(cloud, { config: { digest } });
    cloud.aws.on("GetAuthorizationToken", () => ({ authorizationData: [{ authorizationToken: "QVdTOmE=" }] }));
    const registry = cloud.aws.url.slice(7);
    const platform = async (host: string) =>
      (await find(cloud, checkImage, { container: { image: `${host}/${REPOSITORY}:2` } }))[1];
    expect(await platform(registry)).toEqual(
      unknown("platform", `${registry}/${REPOSITORY} does not give its configuration: HTTP 400`),
    );
    expect(await platform("127.0.0.1:1")).toEqual(unknown("platform", "registry 127.0.0.1:1 does not answer"));
    expect(await platform("r.example")).toEqual(
      unknown("platform", "r.example is no registry of this machine: not asked"),
    );
    images(cloud, {});
    expect(await platform(registry)).toEqual(unknown("platform", "the manifest names no configuration"));
  });

  it.each(["nginx:1", `r.example/${REPOSITORY}-admin:1`, `r.example/mirror/${REPOSITORY}:1`, "no image"])(
    "is not made where no container has an image of the repository: %s",
    async (image) => {
      const cloud = await fakeCloud();
      expect(await find(cloud, checkImage, { container: { image } })).toEqual([
        unknown("image", `no container has an image of ${REPOSITORY}`),
      ]);
      expect(cloud.aws.calls).toEqual([]);
    },
  );
});
