import * as z from "zod";
import { user, userFields } from "../user";

/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A schema of zod in the words of JSON Schema.
 *
 * @param side `input`: what a client sends; `output`: what the service makes of it, or sends
 */
export function jsonSchema(schema: z.ZodType, side: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: side });
  return rest;
}

/** An answer other than success. Source: RFC 9457. */
const problem = z
  .strictObject({
    type: z.literal("about:blank"),
    status: z.int().min(400).max(599),
    title: z.string(),
    detail: z.string().optional(),
    requestId: z.string().meta({ description: "Finds the request in the service's log." }),
    instance: z.string().meta({ description: "The path that was asked for." }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
      .min(1)
      .optional()
      .meta({ description: "What is wrong with the body, and where: JSON pointers." }),
  })
  .meta({ description: "Problem details (RFC 9457)." });

/** `components.schemas` of the document. */
export const schemas = {
  UserFields: jsonSchema(userFields, "input"),
  User: jsonSchema(user, "output"),
  Problem: jsonSchema(problem, "output"),
};

/** A reference to one of them. */
export function reference(name: keyof typeof schemas): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}
