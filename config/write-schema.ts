import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SCHEMA_FILES, schemaText } from "./json-schema";

// Run after a change of a schema: npx tsx config/write-schema.ts && npx biome format --write config
const folder = fileURLToPath(new URL(".", import.meta.url));
for (const [file, schema] of Object.entries(SCHEMA_FILES)) writeFileSync(join(folder, file), schemaText(schema));
