import { createHash, randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Failure } from "../../../tools/failure";
import { filesBelow } from "../file-patterns";

const INDEX = "images.json";

const index = z.object({
  /** Folders of the bundles, by image name. */
  images: z.record(z.string(), z.string()),
  /** Registries that somebody is logged in to. */
  registries: z.array(z.string()),
});

type Index = z.infer<typeof index>;

/** What a container engine keeps, with a bundle for each image: in a folder, from one call of `docker` to the next. */
export class ImageStore {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** A folder for what is being built. */
  newFolder(): string {
    return join(this.folder, randomUUID());
  }

  name(image: string, bundle: string): void {
    this.#change(({ images, registries }) => ({ images: { ...images, [image]: bundle }, registries }));
  }

  /** The folder of an image's bundle. @throws Failure where there is no such image */
  bundleOf(image: string): string {
    const bundle = this.#read().images[image];
    if (bundle !== undefined) return bundle;
    throw new Failure(`An image does not exist locally with the tag: ${image}`);
  }

  logIn(registry: string): void {
    this.#change(({ images, registries }) => ({ images, registries: [...new Set([...registries, registry])] }));
  }

  logOut(registry: string): void {
    this.#change(({ images, registries }) => ({ images, registries: registries.filter((one) => one !== registry) }));
  }

  isLoggedIn(registry: string): boolean {
    return this.#read().registries.includes(registry);
  }

  #read(): Index {
    const file = join(this.folder, INDEX);
    return existsSync(file) ? index.parse(JSON.parse(readFileSync(file, "utf8"))) : { images: {}, registries: [] };
  }

  #change(change: (before: Index) => Index): void {
    writeFileSync(join(this.folder, INDEX), JSON.stringify(change(this.#read()), undefined, 2));
  }
}

/** A hash of all files of a bundle: the same content has the same one. */
export function digestOf(bundle: string): string {
  const hash = createHash("sha256");
  for (const file of filesBelow(bundle)) {
    const content = readFileSync(join(bundle, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Copies a bundle to where tasks take it from: as a whole, whoever reads meanwhile. */
export function publishBundle(bundle: string, target: string): void {
  const made = `${target}.${randomUUID()}`;
  cpSync(bundle, made, { recursive: true });
  rmSync(target, { recursive: true, force: true });
  renameSync(made, target);
}
