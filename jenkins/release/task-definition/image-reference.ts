import { IMAGE_TAG } from "../../../modules/aws/forms";
import { Failure } from "../../../tools/failure";
import { EXIT } from "../exit-status";

/** The parts of an image reference: `registry.example:5000/shop/cart:1.2@sha256:...`. */
export interface ImageReference {
  /** Host, and port where one is given. */
  readonly registry?: string;
  /** Path within the registry. */
  readonly repository: string;
  readonly tag?: string;
  /** Algorithm and digest, such as `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

/** What a registry's host and a repository's path may be long together. Source: distribution, `NameTotalLengthMax`. */
const NAME_MAX = 255;

const HOST =
  /^(?:localhost|\[[0-9a-fA-F:]+\]|(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*)(?::\d{1,5})?$/;

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

const DIGEST = /^[a-z0-9]+(?:[-_+.][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Hashes of the algorithms that are known: of one length, and without capital letters. Source: OCI image specification, "Digests". */
const HASHES: ReadonlyMap<string, RegExp> = new Map([
  ["sha256", /^[0-9a-f]{64}$/],
  ["sha384", /^[0-9a-f]{96}$/],
  ["sha512", /^[0-9a-f]{128}$/],
]);

/**
 * Reads an image reference.
 *
 * Source: OCI distribution specification, "Pulling manifests", and the grammar of distribution's `reference` package.
 *
 * @throws Failure with status 2 that says which part is wrong, and what is allowed
 */
export function parseImage(text: string): ImageReference {
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw refused(text, 'it has more than one "@"', "one digest at most");
  const tagStart = named.indexOf(":", named.lastIndexOf("/") + 1);
  // `host:5000/cart`: a colon before the last slash is a port's.
  const name = tagStart === -1 ? named : named.slice(0, tagStart);
  const tag = tagStart === -1 ? undefined : named.slice(tagStart + 1);
  const { registry, repository } = splitName(name);
  checkName(text, registry, repository);
  if (tag !== undefined && !IMAGE_TAG.fits(tag)) {
    const what = tag === "" ? "its tag is empty" : `its tag is "${tag}"`;
    throw refused(text, what, '1 to 128 letters, digits, "_", "." and "-", not beginning with "." or "-"');
  }
  if (digest !== undefined) checkDigest(text, digest);
  return {
    ...(registry !== undefined && { registry }),
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** The text of a reference: what `parseImage` reads. */
export function formatImage({ tag, digest, ...name }: ImageReference): string {
  return `${imageName(name)}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** A reference without tag and digest: what tells one repository from another. */
export function imageName({ registry, repository }: Pick<ImageReference, "registry" | "repository">): string {
  return registry === undefined ? repository : `${registry}/${repository}`;
}

/** The first part is a host where it cannot be a path: a dot, a port, or localhost. */
function splitName(name: string): { registry?: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = first === "localhost" || /[.:]/.test(first) || /[A-Z]/.test(first);
  return isHost ? { registry: first, repository: name.slice(slash + 1) } : { repository: name };
}

function checkName(text: string, registry: string | undefined, repository: string): void {
  if (registry !== undefined && !HOST.test(registry)) {
    throw refused(text, `its registry is "${registry}"`, "a host name or an address, and a port after a colon");
  }
  if (repository === "") throw refused(text, "it names no repository", "a path such as shop/cart");
  if (!PATH.test(repository)) {
    const upper = /[A-Z]/.test(repository) ? ", with capital letters" : "";
    throw refused(
      text,
      `its repository is "${repository}"${upper}`,
      'lower-case letters and digits, joined by "/", ".", "_", "__" or hyphens',
    );
  }
  if (imageName({ ...(registry !== undefined && { registry }), repository }).length > NAME_MAX) {
    throw refused(text, "registry and repository are too long", `${NAME_MAX} characters together`);
  }
}

function checkDigest(text: string, digest: string): void {
  const [algorithm = "", hex = ""] = digest.split(":");
  if (DIGEST.test(digest) && (HASHES.get(algorithm)?.test(hex) ?? true)) return;
  throw refused(
    text,
    `its digest is "${digest}"`,
    "an algorithm and a hash, such as sha256: and 64 hexadecimal digits",
  );
}

function refused(text: string, what: string, allowed: string): Failure {
  return new Failure(`"${text}" is no image reference: ${what}; allowed: ${allowed}`, EXIT.usage);
}
