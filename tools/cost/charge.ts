import type { Resource } from "../diagram/resource";
import type { Term } from "./arithmetic";
import type { Assumptions } from "./assumptions";
import type { Plan } from "./plan";
import type { Prices } from "./prices";

/** How much runs: each service at its fewest tasks, at the number that it starts with, and at its most. */
export const LEVELS = ["atRest", "desired", "fullScale"] as const;

export type Level = (typeof LEVELS)[number];

export type Levels<T> = Readonly<Record<Level, T>>;

/** The same at each level. */
export function constant<T>(value: T): Levels<T> {
  return { atRest: value, desired: value, fullScale: value };
}

/** What each level's value makes. */
export function eachLevel<T>(make: (level: Level) => T): Levels<T> {
  return { atRest: make("atRest"), desired: make("desired"), fullScale: make("fullScale") };
}

/** What a resource costs a month, or a part of that, in US dollars. */
export interface Item {
  /** What is paid for: `NAT gateway`. */
  readonly what: string;
  /** Service that it is for. @default - the one whose resource it is; the stack in common where that is none's */
  readonly service?: string;
  /** Paid for being there, by level; or paid by use, by what is assumed of a month. */
  readonly cost: { readonly fixed: Levels<Term> } | { readonly use: Term };
}

/** Something of a resource that no price is known for. */
export interface Unpriced {
  /** What it is, and where a price would go. */
  readonly noPrice: string;
}

/** What prices depend on, beside the resource. */
export interface Context {
  readonly plan: Plan;
  readonly prices: Prices;
  readonly assumptions: Assumptions;
}

/** What a resource of one type costs. */
export type Pricer = (resource: Resource, context: Context) => readonly (Item | Unpriced)[];

/** An item that is paid for being there, whatever runs. */
export function fixed(what: string, term: Term): Item {
  return { what, cost: { fixed: constant(term) } };
}

/** An item that is paid by use. */
export function byUse(what: string, term: Term, service?: string): Item {
  return { what, cost: { use: term }, ...(service !== undefined && { service }) };
}
