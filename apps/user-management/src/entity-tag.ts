import type { User } from "./user";

/**
 * What tells this state of a user from others. The time of creation is in it, for a user may be removed and created again,
 * and would have the same versions then.
 */
export function entityTag({ createdAt, version }: Pick<User, "createdAt" | "version">): string {
  return `"${createdAt.getTime().toString(36)}-${version}"`;
}

/** Whether a client means this state of a user. */
export type IfMatch = (tag: string) => boolean;

/** Source: RFC 9110, 8.8.3. */
const ENTITY_TAG = /(?<weak>W\/)?(?<tag>"[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * Reads the header `If-Match`: without it, and with `*`, any state will do. A weak tag is none to change something by, and
 * what is no tag matches nothing. Source: RFC 9110, 13.1.1.
 */
export function ifMatch(header: string | undefined): IfMatch {
  if (header === undefined || header.trim() === "*") return () => true;
  const tags = [...header.matchAll(ENTITY_TAG)].flatMap(({ groups }) => (groups?.weak ? [] : [groups?.tag]));
  return (tag) => tags.includes(tag);
}
