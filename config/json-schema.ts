import { z } from "zod";
import { environmentSchema } from "./environment";
import { serviceSchema } from "./service";

/** The JSON schema files beside this one, by which editors complete and explain the configuration. */
export const SCHEMA_FILES: Readonly<Record<string, z.ZodType>> = {
  "service.schema.json": serviceSchema,
  "environment.schema.json": environmentSchema,
};

/** A zod schema as the text of a JSON schema file. */
export function schemaText(schema: z.ZodType): string {
  // The input's shape: what has a default need not be written.
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
}
