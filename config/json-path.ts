/** Keys and indexes from the root of a file down to a value. */
export type JsonPath = readonly (string | number)[];

/** Writes a path as people know it: `$.routes.paths[1]`, `$.services["service-a"].cpu`. */
export function formatPath(path: JsonPath): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return `$${parts.join("")}`;
}

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, or undefined where there is none. Looks at a file's own keys only, never at a prototype's. */
export function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, key) => {
    const holds = (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key);
    return holds ? (value as Record<string | number, unknown>)[key] : undefined;
  }, root);
}
