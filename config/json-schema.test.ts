import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCHEMA_FILES, schemaText } from "./json-schema";

describe("the JSON schemas", () => {
  it.each(Object.entries(SCHEMA_FILES))("%s is what config/write-schema.ts writes", (file, schema) => {
    const written: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
    expect(written).toEqual(JSON.parse(schemaText(schema)));
  });
});
