import { createHash } from "node:crypto";
import type { RequestHandler } from "express";
import { Problem } from "./problem";

/** A file that the pages of a service load. */
export interface Asset {
  /** As in `style.css`. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

interface PublishedAsset extends Asset {
  /** Name and content in one: `style.3f2a9c....css`. */
  readonly file: string;
  readonly body: Buffer;
}

const HASH_CHARACTERS = 16;
const IMMUTABLE = `public, max-age=${365 * 24 * 3600}, immutable`;

function publish(asset: Asset): PublishedAsset {
  const hash = createHash("sha256").update(asset.content).digest("hex").slice(0, HASH_CHARACTERS);
  const dot = asset.name.lastIndexOf(".");
  const file = `${asset.name.slice(0, dot)}.${hash}${asset.name.slice(dot)}`;
  return { ...asset, file, body: Buffer.from(asset.content) };
}

/**
 * The assets of a service below a path of its own. Their addresses have a hash of the content in them, so that a browser
 * never has to ask again for one that it has.
 */
export class Assets {
  readonly #base: string;
  readonly #published: readonly PublishedAsset[];

  /** @param base the path that they lie below, as in `/assets` */
  constructor(base: string, assets: readonly Asset[]) {
    this.#base = base;
    this.#published = assets.map(publish);
  }

  /** The path of one, for a page. */
  path(name: string): string {
    const asset = this.#published.find((one) => one.name === name);
    if (!asset) throw new Error(`no asset ${name}`);
    return `${this.#base}/${asset.file}`;
  }

  /** Serves them, at a route with the parameter `file`. */
  readonly handler: RequestHandler = (request, response) => {
    const file = String(request.params.file);
    const exact = this.#published.find((asset) => asset.file === file);
    const asset = exact ?? this.#ofOtherRelease(file);
    if (!asset) throw new Problem(404);
    response.type(asset.type).setHeader("Cache-Control", exact ? IMMUTABLE : "no-cache");
    response.send(asset.body);
  };

  /**
   * During a deployment two releases serve: a page of one may ask the other for its stylesheet. It gets this release's,
   * for this time only, instead of none.
   */
  #ofOtherRelease(file: string): PublishedAsset | undefined {
    const parts = /^(.+)\.[0-9a-f]{16}(\.[a-z]+)$/.exec(file);
    return parts ? this.#published.find(({ name }) => name === `${parts[1]}${parts[2]}`) : undefined;
  }
}
