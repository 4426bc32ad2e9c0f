import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { digestOf } from "./manifest.fixtures";
import { type RegistryClient, testRegistry } from "./registry.fixtures";

const MIB = 1024 * 1024;

describe("a blob in the registry", () => {
  const tested = testRegistry();
  let client: RegistryClient;

  beforeAll(() => {
    ({ client } = tested);
  });

  const uploads = () => readdirSync(join(tested.folder, "uploads"));

  it("may come in one request, or with the one that ends its upload", async () => {
    const repository = await tested.newRepository();
    const start = `/v2/${repository}/blobs/uploads/`;
    const atOnce = await client.send("POST", `${start}?digest=${digestOf("one")}`, { body: "one" });
    expect(atOnce.status).toBe(201);
    const upload = await client.startUpload(repository);
    expect((await client.send("PUT", `${upload}?digest=${digestOf("two")}`, { body: "two" })).status).toBe(201);
    for (const content of ["one", "two"]) {
      const blob = await client.send("GET", `/v2/${repository}/blobs/${digestOf(content)}`);
      expect(await blob.text()).toBe(content);
    }
  });

  it("is not taken with another content than its digest says", async () => {
    const repository = await tested.newRepository();
    const upload = await client.startUpload(repository);
    await client.send("PATCH", upload, { body: "content" });
    const [status, error] = await client.refused("PUT", `${upload}?digest=${digestOf("other")}`);
    expect([status, error.code]).toEqual([400, "DIGEST_INVALID"]);
    expect(error.message).toBe(`the digest is ${digestOf("other")}, but that of the content is ${digestOf("content")}`);
    for (const digest of [digestOf("other"), digestOf("content")]) {
      expect((await client.send("HEAD", `/v2/${repository}/blobs/${digest}`)).status).toBe(404);
    }
    expect((await client.refused("GET", upload))[1].code).toBe("BLOB_UPLOAD_UNKNOWN");
    const start = `/v2/${repository}/blobs/uploads/?digest=${digestOf("other")}`;
    expect((await client.refused("POST", start, { body: "content" }))[1].code).toBe("DIGEST_INVALID");
    expect(uploads()).toEqual([]);
  });

  it("needs a digest", async () => {
    const repository = await tested.newRepository();
    const upload = await client.startUpload(repository);
    for (const query of ["", "?digest=md5:ab", `?digest=sha256:${"x".repeat(64)}`]) {
      const [status, error] = await client.refused("PUT", upload + query);
      expect([status, error.code]).toEqual([400, "DIGEST_INVALID"]);
      expect(error.message).toMatch(/^the digest is ".*"; allowed: sha256: and 64 hexadecimal digits$/);
    }
    expect((await client.send("GET", upload)).status).toBe(204);
  });

  it("goes on where its upload broke off", async () => {
    const repository = await tested.newRepository();
    const upload = await client.startUpload(repository);
    await new Promise<void>((resolve, reject) => {
      const cut = request(client.url + upload, { method: "PATCH", headers: client.headers });
      cut.on("error", () => resolve());
      cut.write("0123456789");
      const file = join(tested.folder, "uploads", upload.split("/").at(-1) ?? "");
      const hasArrived = () => expect(statSync(file).size).toBe(10);
      void vi.waitFor(hasArrived, 20_000).then(() => cut.destroy(new Error("cut")), reject);
    });
    const arrived = await client.send("GET", upload);
    expect([arrived.status, arrived.headers.get("range")]).toEqual([204, "0-9"]);
    expect(arrived.headers.get("docker-upload-uuid")).toBe(upload.split("/").at(-1));

    const part = (range: string, body: string) =>
      client.send("PATCH", upload, { body, headers: { "content-range": range } });
    const early = await part("12-13", "cd");
    expect([early.status, early.headers.get("range"), early.headers.get("location")]).toEqual([416, "0-9", upload]);
    expect((await part("10-14", "ab")).status).toBe(416);
    const next = await part("10-11", "ab");
    expect([next.status, next.headers.get("range")]).toEqual([202, "0-11"]);
    const last = { body: "cd", headers: { "content-range": "12-13" } };
    expect((await client.send("PUT", `${upload}?digest=${digestOf("0123456789abcd")}`, last)).status).toBe(201);
  });

  it("leaves nothing behind that broke off when it was to come in one request", async () => {
    const start = `/v2/${await tested.newRepository()}/blobs/uploads/?digest=${digestOf("content")}`;
    await new Promise<void>((resolve, reject) => {
      const cut = request(client.url + start, { method: "POST", headers: client.headers });
      cut.on("error", () => resolve());
      cut.write("con");
      const hasArrived = () => expect(uploads()).toHaveLength(1);
      void vi.waitFor(hasArrived, 20_000).then(() => cut.destroy(new Error("cut")), reject);
    });
    await vi.waitFor(() => expect(uploads()).toEqual([]), 20_000);
  });

  it("is given up, and belongs to the repository that it is pushed to", async () => {
    const repository = await tested.newRepository();
    const upload = await client.startUpload(repository);
    const elsewhere = upload.replace(repository, await tested.newRepository());
    expect((await client.refused("PATCH", elsewhere, { body: "x" }))[1].code).toBe("BLOB_UPLOAD_UNKNOWN");
    await client.send("PATCH", upload, { body: "x" });
    expect((await client.send("DELETE", upload)).status).toBe(204);
    expect((await client.refused("PATCH", upload, { body: "x" }))[0]).toBe(404);
  });

  it("is taken over from a repository that has it", async () => {
    const [from, to] = [await tested.newRepository(), await tested.newRepository()];
    await client.pushBlob(from, "layer", digestOf("layer"));
    const mount = (digest: string, source: string) =>
      client.send("POST", `/v2/${to}/blobs/uploads/?mount=${digest}&from=${source}`);
    for (const [digest, source] of [
      [digestOf("other"), from],
      [digestOf("layer"), "shop/none"],
    ] as const) {
      expect((await mount(digest, source)).status).toBe(202);
    }
    expect((await client.send("HEAD", `/v2/${to}/blobs/${digestOf("layer")}`)).status).toBe(404);
    // A second time, too.
    for (const expected of [201, 201]) expect((await mount(digestOf("layer"), from)).status).toBe(expected);
    expect(await (await client.send("GET", `/v2/${to}/blobs/${digestOf("layer")}`)).text()).toBe("layer");
  });

  it("of 128 MiB is written as it comes, and read as it goes", async () => {
    const repository = await tested.newRepository();
    const upload = await client.startUpload(repository);
    const part = Buffer.alloc(64 * MIB, "layer");
    const digest = `sha256:${createHash("sha256").update(part).update(part).digest("hex")}`;
    const push = request(client.url + upload, { method: "PATCH", headers: client.headers });
    const answer = once(push, "response");
    push.write(part);
    const file = join(tested.folder, "uploads", upload.split("/").at(-1) ?? "");
    await vi.waitFor(() => expect(statSync(file).size).toBe(64 * MIB), 20_000);
    push.end(part);
    await answer;
    expect((await client.send("PUT", `${upload}?digest=${digest}`)).status).toBe(201);

    const before = process.memoryUsage().arrayBuffers;
    const pull = request(`${client.url}/v2/${repository}/blobs/${digest}`, { headers: client.headers }).end();
    const [pulled] = (await once(pull, "response")) as [IncomingMessage];
    // A reader that takes its time.
    await sleep(500);
    expect((process.memoryUsage().arrayBuffers - before) / MIB).toBeLessThan(32);
    const found = createHash("sha256");
    for await (const bytes of pulled) found.update(bytes);
    expect(`sha256:${found.digest("hex")}`).toBe(digest);
  });
});
