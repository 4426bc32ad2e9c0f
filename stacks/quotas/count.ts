import type { QuotaId } from "../../modules/aws/quotas";
import { constructPath, type DocumentResource, type Documents } from "../documents/documents";
import type { PlannedTasks } from "./planned-tasks";

/** How much of a quota one thing uses: a load balancer, a role, the Region. */
export interface Count {
  readonly quota: QuotaId;
  /** What has the quota: the path of a construct, beginning with its stack; a Region, a zone or `account`. */
  readonly scope: string;
  readonly used: number;
  /** The most that this one thing may have. @default - the quota's limit */
  readonly limit?: number;
}

/** What several counters need. */
export interface Ground {
  /** Where the stacks live. */
  readonly region: string;
  readonly planned: readonly PlannedTasks[];
}

/** Counts some of the quotas. */
export type Counter = (documents: Documents, ground: Ground) => readonly Count[];

/** Numbers by what they belong to. */
export class Tally {
  readonly #numbers = new Map<DocumentResource, number>();

  /** @param owners those that are told even when nothing is added to them */
  constructor(owners: readonly DocumentResource[] = []) {
    for (const owner of owners) this.#numbers.set(owner, 0);
  }

  add(owner: DocumentResource, number = 1): void {
    this.#numbers.set(owner, (this.#numbers.get(owner) ?? 0) + number);
  }

  /** A count for each owner. */
  counts(quota: QuotaId): readonly Count[] {
    return [...this.#numbers].map(([owner, used]) => ({ quota, scope: constructPath(owner), used }));
  }
}
