/** What is known before revisions are retired. */
export interface Known {
  /** ARNs of the active revisions of the family, the newest first. */
  readonly active: readonly string[];
  /** ARNs of revisions that something uses. */
  readonly inUse: ReadonlySet<string>;
  /** How many of the newest stay. */
  readonly keep: number;
}

/** Most that one release retires: ECS allows few such calls a second, and the next release goes on. */
export const RETIRED_AT_ONCE_MAX = 10;

/**
 * The revisions that may go, the oldest first: neither among the newest nor in use. Those that Terraform made are among
 * them still: only their tags tell.
 */
export function mayRetire({ active, inUse, keep }: Known): readonly string[] {
  return active
    .slice(keep)
    .filter((arn) => !inUse.has(arn))
    .reverse();
}
