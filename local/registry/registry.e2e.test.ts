import { request } from "node:http";
import * as ecr from "@aws-sdk/client-ecr";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { digestOf, INDEX, indexOf, manifestOf, OCI } from "./manifest.fixtures";
import { Registry } from "./registry";
import { RegistryClient, testRegistry } from "./registry.fixtures";

const MIB = 1024 * 1024;

describe("the registry of an emulated ECR", () => {
  const tested = testRegistry();
  let client: RegistryClient;
  let cloud: ecr.ECRClient;

  beforeAll(() => {
    ({ client, cloud } = tested);
  });

  async function imagesOf(repositoryName: string): Promise<readonly ecr.ImageDetail[]> {
    return (await cloud.send(new ecr.DescribeImagesCommand({ repositoryName }))).imageDetails ?? [];
  }

  describe("lets in", () => {
    it("the user AWS with the password of GetAuthorizationToken", async () => {
      const response = await client.send("GET", "/v2/");
      expect([response.status, await response.text()]).toEqual([200, "{}"]);
      expect(response.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    });

    it.each([
      ["nobody without a password", undefined, "authentication required"],
      ["nobody with moto's own", "AWS:123456789012-auth-token", "wrong user or password: log in as AWS, with the "],
      ["nobody by another scheme", "Bearer", "authentication required"],
    ])("%s", async (_, credentials, message) => {
      const authorization =
        credentials === "Bearer" ? client.headers.authorization.replace("Basic", "Bearer") : basic(credentials);
      for (const path of ["/v2/", "/v2/shop/none/tags/list"]) {
        const response = await fetch(client.url + path, authorization ? { headers: { authorization } } : {});
        expect(response.status).toBe(401);
        expect(response.headers.get("www-authenticate")).toBe(
          `Basic realm="${client.url}/",service="ecr.amazonaws.com"`,
        );
        expect(await response.json()).toEqual({
          errors: [{ code: "UNAUTHORIZED", message: expect.stringContaining(message), detail: null }],
        });
      }
    });

    it("nobody else with that password", async () => {
      const password = Buffer.from(client.headers.authorization.slice("Basic ".length), "base64").toString();
      const authorization = basic(password.replace("AWS:", "root:")) ?? "";
      expect((await fetch(`${client.url}/v2/`, { headers: { authorization } })).status).toBe(401);
    });

    it("nobody before its ECR has started", async () => {
      const early = await Registry.start(testLifetime(), temporaryFolder());
      const [status, error] = await new RegistryClient(`http://${early.address}`, "").refused("GET", "/v2/");
      expect([status, error.message]).toEqual([503, "the registry is not ready: its ECR has still to start"]);
    });
  });

  describe("an image that is pushed", () => {
    it("is described by ECR, and pulled as it was pushed", async () => {
      const repository = await tested.newRepository();
      const missing = await client.send("HEAD", `/v2/${repository}/blobs/${digestOf("configuration")}`);
      expect(missing.status).toBe(404);
      const pushed = await client.pushBlob(repository, "configuration", digestOf("configuration"));
      const blob = `/v2/${repository}/blobs/${digestOf("configuration")}`;
      expect([pushed.status, pushed.headers.get("location")]).toEqual([201, blob]);
      const head = await client.send("HEAD", blob);
      expect([head.status, head.headers.get("content-length")]).toEqual([200, "13"]);
      expect(head.headers.get("docker-content-digest")).toBe(digestOf("configuration"));
      expect(await (await client.send("GET", blob)).text()).toBe("configuration");

      const manifest = await client.pushImage(repository, "12-cart", "configuration", "layer", "another layer");
      const digest = digestOf(manifest);
      const [image, ...others] = await imagesOf(repository);
      expect(others).toEqual([]);
      expect(image).toMatchObject({
        repositoryName: repository,
        imageDigest: digest,
        imageTags: ["12-cart"],
        imageSizeInBytes: "configurationlayeranother layer".length,
        imageManifestMediaType: "application/vnd.docker.distribution.manifest.v2+json",
        artifactMediaType: "application/vnd.docker.container.image.v1+json",
      });
      expect(Date.now() - (image?.imagePushedAt?.getTime() ?? 0)).toBeLessThan(60_000);
      const { images } = await cloud.send(
        new ecr.BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: "12-cart" }] }),
      );
      expect(images?.map(({ imageManifest }) => imageManifest)).toEqual([manifest]);

      for (const reference of ["12-cart", digest]) {
        for (const method of ["HEAD", "GET"]) {
          const pulled = await client.send(method, `/v2/${repository}/manifests/${reference}`);
          expect(Object.fromEntries(pulled.headers)).toMatchObject({
            "content-type": "application/vnd.docker.distribution.manifest.v2+json",
            "content-length": String(manifest.length),
            "docker-content-digest": digest,
          });
          expect(await pulled.text()).toBe(method === "GET" ? manifest : "");
        }
      }
    });

    it("may have several tags, and be pushed again", async () => {
      const repository = await tested.newRepository();
      const manifest = await client.pushImage(repository, "1", "configuration");
      for (const reference of ["1", "2", digestOf(manifest)]) {
        const again = await client.pushManifest(repository, reference, manifest);
        expect([again.status, again.headers.get("docker-content-digest")]).toEqual([201, digestOf(manifest)]);
        expect(again.headers.get("location")).toBe(`/v2/${repository}/manifests/${digestOf(manifest)}`);
      }
      expect(await imagesOf(repository)).toMatchObject([{ imageTags: ["1", "2"] }]);
    });

    it("keeps its immutable tag", async () => {
      const repository = await tested.newRepository();
      const first = await client.pushImage(repository, "1", "first");
      await client.pushBlob(repository, "second", digestOf("second"));
      const second = { body: manifestOf("second"), headers: { "content-type": JSON.parse(first).mediaType } };
      expect(await client.refused("PUT", `/v2/${repository}/manifests/1`, second)).toEqual([
        400,
        {
          code: "TAG_INVALID",
          message: `The image tag '1' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
          detail: null,
        },
      ]);
      expect(await imagesOf(repository)).toMatchObject([{ imageDigest: digestOf(first), imageTags: ["1"] }]);
    });

    it("gives a mutable tag to the next one", async () => {
      const repository = await tested.newRepository("MUTABLE");
      const first = await client.pushImage(repository, "latest", "first");
      const second = await client.pushImage(repository, "latest", "second");
      const images = (await imagesOf(repository)).map(({ imageDigest, imageTags }) => [imageDigest, imageTags]);
      expect(images).toEqual([
        [digestOf(first), undefined],
        [digestOf(second), ["latest"]],
      ]);
    });

    it("may be an index of images that are there", async () => {
      const repository = await tested.newRepository();
      const images = [manifestOf("amd64"), manifestOf("arm64", "layer")];
      const index = indexOf(...images);
      const push = { body: index, headers: { "content-type": INDEX } };
      const [status, error] = await client.refused("PUT", `/v2/${repository}/manifests/1`, push);
      expect([status, error.code]).toEqual([400, "MANIFEST_BLOB_UNKNOWN"]);
      expect(error.message).toContain(digestOf(images[1] ?? ""));

      for (const blob of ["amd64", "arm64", "layer"]) await client.pushBlob(repository, blob, digestOf(blob));
      for (const image of images) await client.pushManifest(repository, digestOf(image), image);
      expect((await client.pushManifest(repository, "1", index, INDEX)).status).toBe(201);
      const pulled = await client.send("GET", `/v2/${repository}/manifests/1`);
      expect([pulled.headers.get("content-type"), await pulled.text()]).toEqual([INDEX, index]);
      expect(await imagesOf(repository)).toMatchObject([{}, {}, { imageTags: ["1"], imageSizeInBytes: 10 }]);
    });

    it("has the media type that it is pushed with, where it tells none", async () => {
      const repository = await tested.newRepository();
      await client.pushBlob(repository, "configuration", digestOf("configuration"));
      const { mediaType: _, ...rest } = JSON.parse(manifestOf("configuration"));
      const manifest = JSON.stringify(rest);
      expect((await client.pushManifest(repository, "1", manifest, OCI)).status).toBe(201);
      const pulled = await client.send("GET", `/v2/${repository}/manifests/1`);
      expect([pulled.headers.get("content-type"), await pulled.text()]).toEqual([OCI, manifest]);
    });

    it("is listed by its tags, page by page", async () => {
      const repository = await tested.newRepository();
      for (const tag of ["b", "c", "a"]) await client.pushImage(repository, tag, "configuration");
      const untagged = manifestOf("configuration", "configuration");
      await client.pushManifest(repository, digestOf(untagged), untagged);
      const list = `/v2/${repository}/tags/list`;
      expect(await (await client.send("GET", list)).json()).toEqual({ name: repository, tags: ["a", "b", "c"] });
      const page = await client.send("GET", `${list}?n=2`);
      expect(await page.json()).toEqual({ name: repository, tags: ["a", "b"] });
      expect(page.headers.get("link")).toBe(`<${list}?n=2&last=b>; rel="next"`);
      const last = await client.send("GET", `${list}?n=2&last=b`);
      expect([await last.json(), last.headers.get("link")]).toEqual([{ name: repository, tags: ["c"] }, null]);
      const [status, error] = await client.refused("GET", `${list}?n=-1`);
      expect([status, error.message]).toEqual([405, 'n is "-1"; it has to be a whole number']);
    });
  });

  describe("refuses", () => {
    it("a repository that ECR does not have, or no longer has", async () => {
      const repository = await tested.newRepository();
      const unknown = async (name: string) => {
        const paths = [`manifests/1`, `blobs/${digestOf("x")}`, "tags/list"];
        const refusals = [
          ...(await Promise.all(paths.map((path) => client.refused("GET", `/v2/${name}/${path}`)))),
          await client.refused("POST", `/v2/${name}/blobs/uploads/`),
          await client.refused("PUT", `/v2/${name}/manifests/1`, { body: manifestOf("x") }),
        ];
        for (const refusal of refusals) {
          const message = `The repository with name '${name}' does not exist in the registry with id '123456789012'`;
          expect(refusal).toEqual([404, { code: "NAME_UNKNOWN", message, detail: null }]);
        }
      };
      await unknown("shop/none");
      await cloud.send(new ecr.DeleteRepositoryCommand({ repositoryName: repository }));
      await unknown(repository);
    });

    it("a name that no repository can have", async () => {
      const [status, error] = await client.refused("POST", "/v2/Shop/blobs/uploads/");
      expect([status, error.code]).toEqual([400, "NAME_INVALID"]);
      expect(error.message).toMatch(/^the repository is "Shop"; allowed: 2 to 256 lower-case letters/);
    });

    it("an image that the repository does not have", async () => {
      const repository = await tested.newRepository();
      for (const reference of ["1", digestOf("x")]) {
        const refusal = await client.refused("GET", `/v2/${repository}/manifests/${reference}`);
        const detail = { name: repository, reference };
        expect(refusal).toEqual([404, { code: "MANIFEST_UNKNOWN", message: "Requested image not found", detail }]);
      }
    });

    it("a manifest whose blobs are missing, though another repository has them", async () => {
      const repository = await tested.newRepository();
      await client.pushImage(await tested.newRepository(), "1", "configuration", "layer");
      await client.pushBlob(repository, "configuration", digestOf("configuration"));
      const push = { body: manifestOf("configuration", "layer"), headers: { "content-type": "" } };
      expect(await client.refused("PUT", `/v2/${repository}/manifests/1`, push)).toEqual([
        400,
        {
          code: "MANIFEST_BLOB_UNKNOWN",
          message: `the repository ${repository} does not have ${digestOf("layer")}`,
          detail: [digestOf("layer")],
        },
      ]);
      expect(await imagesOf(repository)).toEqual([]);
    });

    it("a manifest under the digest of another, and under what is no tag", async () => {
      const repository = await tested.newRepository();
      const manifest = await client.pushImage(repository, "1", "configuration");
      const put = (reference: string) =>
        client.refused("PUT", `/v2/${repository}/manifests/${reference}`, { body: manifest });
      const [status, error] = await put(digestOf("x"));
      expect([status, error.code, error.message]).toEqual([
        400,
        "DIGEST_INVALID",
        `the digest is ${digestOf("x")}, but that of the content is ${digestOf(manifest)}`,
      ]);
      expect((await put("sha512:ab"))[1].code).toBe("DIGEST_INVALID");
      expect((await put("-1"))[1].message).toMatch(/^the tag is "-1"; allowed: 1 to 128 letters, digits/);
    });

    it("manifests and layers beyond ECR's limits", async () => {
      const repository = await tested.newRepository();
      const body = " ".repeat(16 * MIB);
      const [status, error] = await client.refused("PUT", `/v2/${repository}/manifests/1`, { body });
      expect([status, error.code, error.message]).toEqual([
        413,
        "SIZE_INVALID",
        "a manifest has 4194304 bytes at most",
      ]);
      const upload = await client.startUpload(repository);
      const length = { "content-length": String(52_000 * MIB + 1) };
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        request(client.url + upload, { method: "PATCH", headers: { ...client.headers, ...length }, timeout: 20_000 })
          .on("response", ({ statusCode }) => resolve(statusCode))
          .on("timeout", () => reject(new Error("no answer to the headers")))
          .on("error", reject)
          .flushHeaders();
      });
      expect(answer).toBe(413);
    });

    it("what only ECR's own API does, and what is no part of the API", async () => {
      const repository = await tested.newRepository();
      const response = await client.send("DELETE", `/v2/${repository}/manifests/1`);
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT"]);
      expect((await client.refused("GET", `/v2/${repository}/referrers/${digestOf("x")}`))[0]).toBe(404);
    });
  });
});

function basic(credentials: string | undefined): string | undefined {
  return credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
}
