import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { environmentSchema } from "../config/environment";
import { serviceSchema } from "../config/service";

/** What of a JSON schema the tables show. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly additionalProperties?: Schema | boolean;
}

/** A field, by its path: `scaling.schedules[].name`. */
interface Field {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

type Row = Readonly<Record<"field" | "type" | "default" | "allowed" | "meaning", string>>;

const read = (file: string) => readFileSync(join(import.meta.dirname, "..", file), "utf8");
const toJsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input" }) as Schema;

/** Every field of a schema and of what it contains; of records, whose keys are names of the user's, none. */
function fieldsOf(schema: Schema, prefix = ""): Field[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    { path: prefix + name, schema: member, required: schema.required?.includes(name) ?? false },
    ...fieldsOf(member, `${prefix}${name}.`),
  ]);
  const members = schema.items ? fieldsOf(schema.items, prefix.replace(/\.$/, "[].")) : [];
  return [...own, ...members, ...(schema.oneOf ?? []).flatMap((variant) => fieldsOf(variant, prefix))];
}

/** The rows of the first table below a heading. */
function tableBelow(heading: string): Row[] {
  const [, section = ""] = read("README.md").split(`\n### ${heading}\n`);
  const lines = /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split("\n") ?? [];
  return lines.slice(2).map((line) => {
    const [field = "", type = "", given = "", allowed = "", meaning = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { field, type, default: given, allowed, meaning };
  });
}

describe.each([
  ["`service.json`", serviceSchema],
  ["`config/environments/<env>.json`", environmentSchema],
])("the table of %s in README.md", (heading, schema) => {
  const fields = fieldsOf(toJsonSchema(schema));
  const rows = tableBelow(heading);
  const described = fields.map((field) => ({ ...field, row: rows.find((row) => row.field === `\`${field.path}\``) }));

  it("has each field once, in the order of the schema, and no other", () => {
    expect(rows.map((row) => row.field)).toEqual([...new Set(fields.map(({ path }) => `\`${path}\``))]);
  });

  it("says which fields are required, and the default of the others", () => {
    for (const { path, schema: field, required, row } of described) {
      const absent = field.default === undefined ? "absent" : `\`${JSON.stringify(field.default)}\``;
      expect(row?.default.split(" for ")[0], path).toBe(required ? "required" : absent);
    }
  });

  it("shows every word that a field allows", () => {
    for (const { path, schema: field, row } of described) {
      for (const word of field.enum ?? []) expect(row?.allowed, path).toContain(`${word}`);
    }
  });

  it("shows the greatest number that a field allows", () => {
    for (const { path, schema: field, row } of described) {
      for (const { maximum } of [field, ...(field.anyOf ?? [])]) {
        const givenElsewhere = row?.allowed.includes("`maxInstances`");
        if (maximum !== undefined && !givenElsewhere)
          expect(row?.allowed, path).toMatch(new RegExp(`\\b${maximum}\\b`));
      }
    }
  });

  it("says what each field means", () => {
    for (const row of rows) expect(row.meaning, row.field).not.toBe("");
  });
});

describe("the table of environments in README.md", () => {
  it("names every field of a service that an environment may override", () => {
    const { additionalProperties } = toJsonSchema(environmentSchema).properties?.services ?? {};
    const fields = typeof additionalProperties === "object" ? Object.keys(additionalProperties.properties ?? {}) : [];
    const row = tableBelow("`config/environments/<env>.json`").find(({ field }) => field === "`services`");
    expect(fields.length).toBeGreaterThan(0);
    expect([...(row?.allowed ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(fields);
  });
});

describe("the table of `npm run local` in README.md", () => {
  it("has each command once, and no other", () => {
    const commands = [...read("local/local.ts").matchAll(/^ {2}\["(\w+)", async \(\) => /gm)].map(([, name]) => name);
    const [, section = ""] = read("README.md").split("\n| command | does |\n");
    const rows = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? "";
    expect(commands.length).toBeGreaterThan(5);
    expect([...rows.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name)).toEqual(commands);
  });
});

describe("the example of a service in README.md", () => {
  it("is a service", () => {
    const [, section = ""] = read("README.md").split("\n## Add a service\n");
    const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "");
    expect(serviceSchema.safeParse(example).error).toBeUndefined();
  });
});
