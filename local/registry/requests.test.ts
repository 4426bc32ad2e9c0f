import { describe, expect, it } from "vitest";
import { readRequest } from "./requests";

describe("a request of the registry's API", () => {
  it.each([
    ["GET", "/v2/", "base", "", ""],
    ["GET", "/v2", "base", "", ""],
    ["POST", "/v2/shop/cart/blobs/uploads/", "start upload", "shop/cart", ""],
    ["POST", "/v2/shop/cart/blobs/uploads", "start upload", "shop/cart", ""],
    ["PATCH", "/v2/shop/cart/blobs/uploads/7f", "upload", "shop/cart", "7f"],
    ["HEAD", "/v2/shop/cart/blobs/sha256:ab", "blob", "shop/cart", "sha256:ab"],
    ["HEAD", "/v2/shop/cart/blobs/sha256%3Aab", "blob", "shop/cart", "sha256:ab"],
    ["PUT", "/v2/shop/cart/manifests/1.0", "manifest", "shop/cart", "1.0"],
    ["PUT", "/v2/shop/blobs/manifests/1.0", "manifest", "shop/blobs", "1.0"],
    ["GET", "/v2/shop/manifests/tags/list", "tags", "shop/manifests", ""],
  ])("%s %s is about: %s", (method, target, action, repository, subject) => {
    expect(readRequest(method, target)).toMatchObject({ action, method, repository, subject });
  });

  it("has its parameters decoded", () => {
    expect(readRequest("PUT", "/v2/shop/blobs/uploads/7f?digest=sha256%3Aab").query.get("digest")).toBe("sha256:ab");
  });

  it.each([
    ["GET", "/v1/", "NAME_UNKNOWN", 404, "this registry serves nothing at /v1/"],
    ["GET", "/v2/_catalog", "NAME_UNKNOWN", 404, "this registry serves nothing at /v2/_catalog"],
    ["DELETE", "/v2/shop/blobs/x", "UNSUPPORTED", 405, "DELETE /v2/shop/blobs/x is not supported; there GET, HEAD are"],
    ["GET", "/v2/a/tags/list", "NAME_INVALID", 400, 'the repository is "a"; allowed: 2 to 256 '],
    ["GET", "/v2/shop/%2e%2e%2fx/tags/list", "NAME_INVALID", 400, 'the repository is "shop/%2e%2e%2fx"; allowed'],
  ])("is refused: %s %s", (method, target, code, status, message) => {
    expect(() => readRequest(method, target)).toThrow(expect.objectContaining({ code, status }));
    expect(() => readRequest(method, target)).toThrow(message);
  });
});
