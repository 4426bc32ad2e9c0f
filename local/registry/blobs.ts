import { mkdirSync } from "node:fs";
import { link, mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Configurations and layers of images, a file each. As in ECR, a repository has those that were pushed to it. */
export class Blobs {
  /** @param folder where they are kept */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  path(repository: string, digest: string): string {
    // The name of a repository may be the beginning of another's.
    return join(this.folder, encodeURIComponent(repository), digest.replace(":", "-"));
  }

  /** Bytes of a blob; `undefined` where the repository has none of the digest. */
  async size(repository: string, digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(repository, digest))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Takes a file over as a blob. */
  async add(repository: string, digest: string, file: string): Promise<void> {
    const path = this.path(repository, digest);
    await mkdir(dirname(path), { recursive: true });
    await rename(file, path);
  }

  /** Gives a repository a blob of another one, if that has it. */
  async mount(from: string, to: string, digest: string): Promise<boolean> {
    if ((await this.size(from, digest)) === undefined) return false;
    const path = this.path(to, digest);
    await mkdir(dirname(path), { recursive: true });
    await link(this.path(from, digest), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    return true;
  }
}
