import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder, writeFile } from "../../tools/testing/temporary-folder";
import { testLifetime } from "../../tools/testing/test-lifetime";
import { clientSettings } from "../cloud/variables";
import { buildImages, type ImageBuild } from "./images";

/** Bundles by writing what it was asked for, and keeps a list of that. */
const BUILDER = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
const [, , , version, , folder, directory] = process.argv;
mkdirSync(folder, { recursive: true });
writeFileSync(folder + "/main.cjs", directory.replace(/.*apps\\//, "") + " " + version);
writeFileSync(folder + "/database.cjs", "migrations");
appendFileSync("built", directory.replace(/.*apps\\//, "") + "\\n");`;

/** A repository with that builder, and images of services of it: the service's name, and the application that it runs. */
function imagesOf(...services: readonly (readonly [name: string, app?: string])[]) {
  const root = temporaryFolder();
  writeFile(root, "apps/kit/build.mjs", BUILDER);
  const images = services.map(
    ([name, app]): ImageBuild => ({
      root,
      service: { name, app, system: "shop", deployment: { controller: "ECS" } },
      environmentName: "local",
      tag: "bootstrap",
      version: "1.2.3",
      bundle: join(root, "bundles", name, "bootstrap"),
      run: "run",
      settings: clientSettings("http://127.0.0.1:9", "us-east-1"),
    }),
  );
  const built = () => (existsSync(join(root, "built")) ? readFileSync(join(root, "built"), "utf8") : "");
  const bundle = (name: string, file = "main.cjs") =>
    readFileSync(join(root, "bundles", name, "bootstrap", file), "utf8");
  return { root, images, built, bundle };
}

describe("bundles of services", () => {
  it("are built once for each application, and each service has its own", async () => {
    const { images, built, bundle } = imagesOf(["cart"], ["cart-api", "cart"], ["order"]);
    await buildImages(testLifetime(), images);
    expect(built()).toBe("cart\norder\n");
    expect([bundle("cart"), bundle("cart-api"), bundle("order")]).toEqual(["cart 1.2.3", "cart 1.2.3", "order 1.2.3"]);
    expect(bundle("cart-api", "database.cjs")).toBe("migrations");
  });

  it("are of another's application where that itself is not among them", async () => {
    const { images, built, bundle } = imagesOf(["cart-api", "cart"]);
    await buildImages(testLifetime(), images);
    expect([built(), bundle("cart-api")]).toEqual(["cart\n", "cart 1.2.3"]);
  });

  it("that are there stay as they are, for a task may run them", async () => {
    const { root, images, built, bundle } = imagesOf(["cart"], ["cart-api", "cart"], ["cart-jobs", "cart"]);
    for (const name of ["cart", "cart-api"]) writeFile(root, `bundles/${name}/bootstrap/main.cjs`, `${name}, running`);
    await buildImages(testLifetime(), images);
    expect(built()).toBe("");
    const bundles = [bundle("cart"), bundle("cart-api"), bundle("cart-jobs")];
    expect(bundles).toEqual(["cart, running", "cart-api, running", "cart, running"]);
  });
});
