/** What a pattern's parts mean. */
export interface Meaning<Part, Item> {
  /** Whether a part stands for any items, none as well. */
  readonly isAnything: (part: Part) => boolean;
  /** Whether another part stands for an item. */
  readonly isLike: (part: Part, item: Item) => boolean;
}

/**
 * Whether a pattern stands for all of these items. Of what stands for anything only the last one met is ever tried again, so
 * it takes at most as many looks as the pattern has parts, times the items.
 */
export function matchesWith<Part, Item>(
  pattern: readonly Part[],
  items: readonly Item[],
  { isAnything, isLike }: Meaning<Part, Item>,
): boolean {
  let part = 0;
  let item = 0;
  let retry: { readonly part: number; readonly item: number } | undefined;
  while (item < items.length) {
    const wanted = pattern[part];
    if (part < pattern.length && isAnything(wanted as Part)) {
      part += 1;
      retry = { part, item };
    } else if (part < pattern.length && isLike(wanted as Part, items[item] as Item)) {
      part += 1;
      item += 1;
    } else if (retry) {
      retry = { part: retry.part, item: retry.item + 1 };
      ({ part, item } = retry);
    } else return false;
  }
  return pattern.slice(part).every(isAnything);
}
