/** Who gets a mail; nobody twice. */
export interface Recipients {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

/** Source: Amazon SES, "Service quotas in Amazon SES", recipients per message: To, CC and BCC together. */
export const MOST_RECIPIENTS = 50;

/**
 * Leaves each recipient in the first list that names it, to before cc before bcc, in its first spelling. Upper and lower
 * case are the same: a mailbox `Ann@` beside `ann@` is allowed by RFC 5321 and found nowhere.
 */
export function withoutDuplicates({ to, cc, bcc }: Recipients): Recipients {
  const seen = new Set<string>();
  const firstTimes = (addresses: readonly string[]) =>
    addresses.filter((address) => {
      const before = seen.size;
      return seen.add(address.toLowerCase()).size > before;
    });
  return { to: firstTimes(to), cc: firstTimes(cc), bcc: firstTimes(bcc) };
}

/** How many there are. */
export function countOf({ to, cc, bcc }: Recipients): number {
  return to.length + cc.length + bcc.length;
}
