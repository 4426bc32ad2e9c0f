/** Arguments of a resource or of a block of one, as they stand in Terraform's JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** The value below these names; of a list, which most of Terraform's blocks are, its first member. */
export function valueAt(value: unknown, ...names: readonly string[]): unknown {
  const [name, ...others] = names;
  if (name === undefined) return value;
  const block: unknown = Array.isArray(value) ? value[0] : value;
  return block !== null && typeof block === "object" ? valueAt((block as Body)[name], ...others) : undefined;
}

/** A string or a number below these names, as text. */
export function textAt(value: unknown, ...names: readonly string[]): string | undefined {
  const found = valueAt(value, ...names);
  return typeof found === "string" || typeof found === "number" ? String(found) : undefined;
}

/** A whole number below these names, which CDKTF may write as text; undefined where it is known at apply only. */
export function numberAt(value: unknown, ...names: readonly string[]): number | undefined {
  const found = textAt(value, ...names);
  return found !== undefined && /^\d+$/.test(found) ? Number(found) : undefined;
}

/** The blocks below a name, of which there may be one or a list. */
export function listAt(value: unknown, ...names: readonly string[]): readonly Body[] {
  const found = valueAt(value, ...names);
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  return list.filter((member): member is Body => member !== null && typeof member === "object");
}

/** The texts of a list below a name. */
export function textsAt(value: unknown, ...names: readonly string[]): readonly string[] {
  const found = valueAt(value, ...names);
  return Array.isArray(found) ? found.filter((member) => typeof member === "string") : [];
}

/** Every string within a value. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(stringsIn) : [];
}
