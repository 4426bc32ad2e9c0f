import { TAG_VALUE_MAX } from "../../../modules/aws/limits";
import type { Tag } from "./task-definition";

/** Tags that a release puts on the revision it registers: what tells it from a revision that Terraform made. */
export const RELEASE_TAGS = {
  image: "release:image",
  build: "release:build",
  commit: "release:commit",
  url: "release:url",
} as const;

const RELEASE_KEYS: readonly string[] = Object.values(RELEASE_TAGS);

/** Who asks for a release: what Jenkins says of the build. */
export interface Provenance {
  readonly build?: string | undefined;
  readonly commit?: string | undefined;
  readonly url?: string | undefined;
}

/** Reads it from Jenkins' variables. */
export function provenanceOf({ BUILD_NUMBER, GIT_COMMIT, BUILD_URL }: NodeJS.ProcessEnv): Provenance {
  return { build: BUILD_NUMBER, commit: GIT_COMMIT, url: BUILD_URL };
}

/**
 * The tags of a new revision: those of the one that it is made from, without what an earlier release said of itself and
 * without AWS's own, which nobody else may set.
 *
 * @param image name of the image: any text
 */
export function releaseTags(base: readonly Tag[], image: string, provenance: Provenance): readonly Tag[] {
  const said = { image, ...provenance };
  const added = (["image", "build", "commit", "url"] as const).flatMap((what) => {
    const value = tagValue(said[what] ?? "");
    return value === "" ? [] : [{ key: RELEASE_TAGS[what], value }];
  });
  return [...ownTags(base), ...added];
}

/** The tags that neither AWS nor a release has put there. */
export function ownTags(tags: readonly Tag[]): readonly Tag[] {
  return tags.filter(({ key }) => !RELEASE_KEYS.includes(key) && !/^aws:/i.test(key));
}

/** Whether a release registered the revision that has these tags. Terraform's have none of ours. */
export function isReleased(tags: readonly Tag[]): boolean {
  return tags.some(({ key }) => key === RELEASE_TAGS.image);
}

/** What a release said of itself, empty where it said nothing. */
export function provenanceIn(tags: readonly Tag[]): Provenance {
  const value = (key: string) => tags.find((tag) => tag.key === key)?.value;
  return {
    build: value(RELEASE_TAGS.build),
    commit: value(RELEASE_TAGS.commit),
    url: value(RELEASE_TAGS.url),
  };
}

/** A text with what tags cannot hold replaced. Source: "Tag naming limits and requirements". */
function tagValue(text: string): string {
  const allowed = text.replace(/%20/g, " ").replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, "_");
  // By characters: half of one is none.
  return [...allowed.trim()].slice(0, TAG_VALUE_MAX).join("").trim();
}
