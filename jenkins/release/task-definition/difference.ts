import { GIVEN_HIDDEN, printGiven } from "../../../config/given";
import type { JsonPath } from "../../../config/json-path";
import { type Canonical, canonicalOf, nameOf } from "./canonical";
import type { Described } from "./task-definition";

/** One thing that is otherwise in the next revision. */
export interface Difference {
  /** Where: `containers.cart.environment.LEVEL`. */
  readonly path: string;
  /** As JSON; undefined where it was not there, and what may be a secret is not shown. */
  readonly before?: string;
  /** As JSON; undefined where it is gone. */
  readonly after?: string;
}

/** What a release would change. Order, default values and what a release says of itself do not count. */
export function differences(before: Described, after: Described): readonly Difference[] {
  return compare(canonicalOf(before), canonicalOf(after), []);
}

const NONE: ReadonlyMap<string, Canonical> = new Map();

function compare(before: Canonical | undefined, after: Canonical | undefined, path: JsonPath): readonly Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  // Of what is on one side only each member is told: by its name it is known whether it may be a secret.
  const first = before === undefined ? NONE : members(before, path);
  const second = after === undefined ? NONE : members(after, path);
  if (first && second) {
    const names = [...new Set([...first.keys(), ...second.keys()])].sort();
    return names.flatMap((name) => compare(first.get(name), second.get(name), [...path, name]));
  }
  return [
    {
      path: path.map((part) => (part === "containerDefinitions" ? "containers" : part)).join("."),
      ...(before !== undefined && { before: shown(before, path) }),
      ...(after !== undefined && { after: shown(after, path) }),
    },
  ];
}

/** The members of an object, or of a list whose members have names, by name. */
function members(value: Canonical | undefined, path: JsonPath): ReadonlyMap<string, Canonical> | undefined {
  if (typeof value !== "object") return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const list = String(path.at(-1));
  const named = value.map((member) => [nameOf(list, member), contentOf(list, member)] as const);
  const all = named.flatMap(([name, member]) => (name === undefined ? [] : [[name, member] as const]));
  const unique = new Map(all);
  return unique.size === value.length && value.length > 0 ? unique : undefined;
}

/** Of a variable, a secret or a tag only what its name stands for. */
function contentOf(list: string, member: Canonical): Canonical {
  const { value, valueFrom } = member as { value?: Canonical; valueFrom?: Canonical };
  if (list === "environment" || list === "tags") return value ?? "";
  if (list === "secrets" || list === "secretOptions") return valueFrom ?? "";
  return member;
}

function shown(value: Canonical, path: JsonPath): string {
  // References of secrets are none themselves.
  if (path.at(-2) === "secrets" || path.at(-2) === "secretOptions") return JSON.stringify(value);
  // Variables of which two have one name: which of them may be seen cannot be told.
  return path.at(-1) === "environment" ? GIVEN_HIDDEN : printGiven(value, path);
}
