import { z } from "zod";
import { either, fieldNotes } from "./field";
import type { Finding, Salvaged } from "./finding";
import { GIVEN_HIDDEN, isSecretName } from "./given";
import { isObject, type JsonPath, valueAt } from "./json-path";
import { nearest } from "./suggest";

/** A value held against its schema: what is wrong with its shape, and what is left without that. */
export interface Shaped<Value> {
  readonly findings: readonly Finding[];
  /** The value with its defaults; undefined when anything is wrong with its shape. */
  readonly value: Value | undefined;
  /** Undefined when nothing is left. */
  readonly salvaged: Salvaged<Value> | undefined;
}

/** Holds a value against a schema. Finds everything that is wrong with its shape, not only the first thing. */
export function checkShape<Schema extends z.ZodType>(schema: Schema, value: unknown): Shaped<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    return { findings: [], value: parsed.data, salvaged: parsed.data as Salvaged<z.output<Schema>> };
  }
  return {
    value: undefined,
    findings: parsed.error.issues.flatMap((issue) => explain(schema, value, issue)),
    salvaged: salvage(schema, value) as Salvaged<z.output<Schema>> | undefined,
  };
}

type Issue = z.core.$ZodIssue;

function explain(schema: z.ZodType, root: unknown, issue: Issue): readonly Finding[] {
  const path = jsonPath(issue.path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(schema, path, key));
  const given = valueAt(root, path);
  const at = [path] as const;
  const name = JSON.stringify(path.at(-1) ?? "the file");
  const note = noteAt(schema, path);
  const allowed = note?.allowed ?? allowedBy(issue);
  if (given === undefined) {
    return [{ at, problem: note?.missing ?? `${name} is missing`, allowed, mend: `add ${name}: ${allowed}` }];
  }
  return [{ at, problem: problemOf(issue, given), allowed, mend: mendOf(issue, given, allowed) }];
}

function unknownKey(schema: z.ZodType, path: JsonPath, key: string): Finding {
  const known = keysAt(schema, path);
  // A value of one of several shapes has keys that go with some of them.
  const misplaced = known.includes(key);
  const meant = misplaced ? undefined : nearest(key, known);
  return {
    at: [[...path, key]],
    problem: misplaced
      ? `${JSON.stringify(key)} does not go with the other values here`
      : `${JSON.stringify(key)} is not a key that is known here`,
    allowed: known.map((name) => JSON.stringify(name)).join(", "),
    mend: meant ? `did you mean ${JSON.stringify(meant)}?` : "remove it",
    // What was meant for "secrets" is a secret under any spelling.
    ...(meant !== undefined && isSecretName(meant) && { given: GIVEN_HIDDEN }),
  };
}

function problemOf(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case "invalid_union": {
      const [last] = issue.errors.at(-1) ?? [];
      return last ? problemOf(last, given) : "is none of the words allowed";
    }
    case "invalid_value":
      return "is none of the values allowed";
    case "too_small":
      return isCounted(given) ? tooFew(given.length, issue.minimum) : `is less than ${issue.minimum}`;
    case "too_big":
      return `is more than ${issue.maximum}`;
    default:
      return `is ${kindOf(given)}`;
  }
}

function mendOf(issue: Issue, given: unknown, allowed: string): string {
  if (typeof given === "string" && issue.code === "invalid_type" && ["number", "int"].includes(issue.expected)) {
    return /^\d+$/.test(given) ? "write the number without quotes" : `write ${allowed}`;
  }
  if (typeof given === "number" && issue.code === "invalid_value") {
    return `write ${nearestNumber(given, issue.values.map(Number))}, the nearest of them`;
  }
  const meant = typeof given === "string" ? nearest(given, wordsOf(issue)) : undefined;
  return meant ? `did you mean ${JSON.stringify(meant)}?` : `write ${allowed}`;
}

function tooFew(count: number, minimum: number | bigint): string {
  return count === 0 ? "is empty" : `has ${count} ${count === 1 ? "member" : "members"}, fewer than ${minimum}`;
}

function allowedBy(issue: Issue): string {
  if (issue.code === "invalid_union") return either(wordsOf(issue));
  if (issue.code !== "invalid_type") return "another value";
  return { string: "a text", number: "a number", boolean: "true or false" }[issue.expected as string] ?? "an object";
}

function nearestNumber(given: number, values: readonly number[]): number | undefined {
  return [...values].sort((first, second) => Math.abs(first - given) - Math.abs(second - given))[0];
}

/** The words that could have been written; those of a discriminated union are not in zod's types. */
function wordsOf(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return Number.isInteger(value) ? "a number" : "a number with a fraction";
  return { string: "a text", boolean: "a boolean" }[typeof value as string] ?? "an object";
}

const isCounted = (value: unknown): value is string | unknown[] => typeof value === "string" || Array.isArray(value);

const jsonPath = (path: readonly PropertyKey[]): JsonPath =>
  path.map((key) => (typeof key === "number" ? key : String(key)));

/** Takes out of a value what is of the wrong shape; members of lists keep their places. */
function salvage(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((member) => salvage(inner.element as z.ZodType, member));
  }
  if (!isObject(value)) return undefined;
  if (inner instanceof z.ZodUnion) return fullest(inner.options.map((option) => salvage(option as z.ZodType, value)));
  if (inner instanceof z.ZodRecord) {
    return salvageEntries(Object.entries(value).map(([key, member]) => [key, inner.valueType as z.ZodType, member]));
  }
  if (!(inner instanceof z.ZodObject)) return undefined;
  const shape: Record<string, z.ZodType> = inner.shape;
  return salvageEntries(Object.entries(shape).map(([key, member]) => [key, member, valueAt(value, [key])]));
}

function salvageEntries(entries: readonly (readonly [string, z.ZodType, unknown])[]): Record<string, unknown> {
  const kept = entries.map(([key, schema, value]) => [key, salvage(schema, value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined));
}

/** Of the shapes that a value may have, the one that it has most of. */
function fullest(candidates: readonly unknown[]): unknown {
  const size = (candidate: unknown) => (isObject(candidate) ? Object.keys(candidate).length : 0);
  return [...candidates].sort((first, second) => size(second) - size(first))[0];
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}

/** The schemas that may describe the value at a path; more than one where a value may have one of several shapes. */
function schemasAt(schema: z.ZodType, path: JsonPath): readonly z.ZodType[] {
  const inner = unwrap(schema);
  const [key, ...rest] = path;
  if (key === undefined) return [inner];
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => schemasAt(option as z.ZodType, path));
  const next = childOf(inner, key);
  return next ? schemasAt(next, rest) : [];
}

function childOf(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, z.ZodType>)[key];
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return schema instanceof z.ZodRecord ? (schema.valueType as z.ZodType) : undefined;
}

function noteAt(schema: z.ZodType, path: JsonPath) {
  return schemasAt(schema, path).flatMap((found) => fieldNotes.get(found) ?? [])[0];
}

function keysAt(schema: z.ZodType, path: JsonPath): readonly string[] {
  const shapes = schemasAt(schema, path).flatMap((found) => (found instanceof z.ZodUnion ? found.options : [found]));
  const keys = shapes.flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : []));
  return [...new Set(keys)].filter((key) => key !== "$schema");
}
