import type { Request } from "express";
import { Problem } from "./problem";

/** Takes one value of a parsed form or query. @throws Problem (400) for a list: what was given twice has no one meaning */
function single(values: unknown, name: string): string | undefined {
  if (typeof values !== "object" || values === null || !Object.hasOwn(values, name)) return undefined;
  const value: unknown = (values as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== "string") throw new Problem(400, `"${name}" has to be given once, as text`);
  return value;
}

/**
 * Takes the fields of a form that are known, as text, and nothing else that was sent. A field that was not sent is empty.
 *
 * @throws Problem (415) for what is no form, (400) for a field that was sent twice
 */
export function formFields<Name extends string>(request: Request, names: readonly Name[]): Record<Name, string> {
  if (!request.is("application/x-www-form-urlencoded")) throw new Problem(415, "Please send the form of the page.");
  const entries = names.map((name) => [name, single(request.body, name) ?? ""]);
  return Object.fromEntries(entries);
}

/** A parameter of the query; undefined when it was not given. @throws Problem (400) for one that was given twice */
export function queryText(request: Request, name: string): string | undefined {
  return single(request.query, name);
}
