import { z } from "zod";
import type { Range } from "../modules/aws/limits";

/** What is said about a field of a configuration file to the person who wrote the file. */
interface FieldNote {
  /** The values allowed, as the end of the sentence "allowed: ...". */
  readonly allowed: string;
  /** What is wrong when the field is missing. @default - the field's name "is missing" */
  readonly missing?: string;
}

/** The notes of all fields, by schema. */
export const fieldNotes = z.registry<FieldNote>();

/**
 * Says what a field is for (shown by editors, through the JSON schema) and what it allows (shown with a fault).
 *
 * @param schema the field's shape, before `.default()` or `.optional()`
 * @param description purpose and unit
 * @param allowed the values allowed, as the end of the sentence "allowed: ..."
 * @param missing what is wrong when the field is missing
 */
export function field<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  allowed: string,
  missing?: string,
): Schema {
  const described = schema.describe(description);
  fieldNotes.add(described, missing === undefined ? { allowed } : { allowed, missing });
  return described;
}

/** A whole number within a range of AWS's. */
export function wholeNumber(range: Range, description: string): z.ZodInt {
  return field(z.int().min(range.min).max(range.max), description, `a whole number from ${range.min} to ${range.max}`);
}

/** Text that is not empty; its form is checked apart, with a message of its own. */
export function text(description: string, allowed: string): z.ZodString {
  return field(z.string().min(1), description, allowed);
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words, description: string) {
  return field(z.enum(words), description, either(words));
}

/** Lists words as a sentence does: `"a", "b" or "c"`. */
export function either(words: readonly string[]): string {
  return words
    .map((word) => JSON.stringify(word))
    .join(", ")
    .replace(/, ("[^"]*")$/, " or $1");
}

/** true or false. */
export function flag(description: string): z.ZodBoolean {
  return field(z.boolean(), description, "true or false");
}

/** A list whose members are described by themselves. */
export function listOf<Member extends z.ZodType>(member: Member, description: string): z.ZodArray<Member> {
  return field(z.array(member), description, "a list");
}
