import type { SourceRevision } from "./source";

export type Status = "succeeded" | "failed" | "rejected";

/** What became of an action. */
export interface ActionRecord {
  readonly name: string;
  readonly status: Status;
  readonly seconds: number;
  /** What is worth to be told of it. */
  readonly detail?: string;
  readonly failure?: string;
  /** File that it has written to. */
  readonly log?: string;
}

export interface StageRecord {
  readonly name: string;
  readonly actions: readonly ActionRecord[];
}

/** What became of an execution: each stage until the first that did not succeed. */
export interface WalkRecord {
  readonly pipeline: string;
  readonly execution: string;
  readonly status: Status;
  readonly revision?: SourceRevision;
  readonly stages: readonly StageRecord[];
}

/** What becomes of all that depends on these. */
export function statusOf(records: readonly { readonly status: Status }[]): Status {
  if (records.some(({ status }) => status === "failed")) return "failed";
  return records.some(({ status }) => status === "rejected") ? "rejected" : "succeeded";
}
