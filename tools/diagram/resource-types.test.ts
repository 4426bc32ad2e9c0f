import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DRAWN_ENVIRONMENTS, graphOf, graphOfResources } from "./diagram.fixtures";
import { EDGE_RULES } from "./edge-rules";
import { LABELLERS } from "./labels/labels";
import { NOUNS } from "./pictures/nouns";
import { RESOURCE_TYPES } from "./resource-types";

const TYPES = Object.keys(RESOURCE_TYPES);

/** Those that are nodes, always or at times. */
const DRAWN = Object.entries(RESOURCE_TYPES)
  .filter(([, treatment]) => "draw" in treatment || ("fold" in treatment && treatment.otherwise !== undefined))
  .map(([type]) => type);

/** Types of Terraform that the modules and the stacks can make, by what they import. */
function importedTypes(): readonly string[] {
  const files = ["modules", "stacks"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(folder, file)),
  );
  const names = files.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/@cdktf\/provider-aws\/lib\/(?!provider")([\w-]+)/g),
  ]);
  return [...new Set(names.map(([, name = ""]) => terraformType(name)))].sort();
}

function terraformType(library: string): string {
  const words = library.replaceAll("-", "_");
  return words.startsWith("data_aws_") ? words.replace("data_", "data.") : `aws_${words}`;
}

describe("the table of resource types", () => {
  it("says what becomes of every type that a module or a stack can make", () => {
    const imported = importedTypes();
    expect(imported.length).toBeGreaterThan(50);
    expect(imported.filter((type) => !TYPES.includes(type))).toEqual([]);
  });

  it.each(DRAWN_ENVIRONMENTS)("knows every type of the environment %s", async (environment) => {
    // A graph refuses others.
    expect((await graphOf(environment)).nodes.length).toBeGreaterThan(50);
  });

  it("folds types into types that it knows", () => {
    const wholes = Object.values(RESOURCE_TYPES).flatMap((treatment) => ("fold" in treatment ? treatment.fold : []));
    expect(wholes.filter((type) => !TYPES.includes(type))).toEqual([]);
  });

  it("has a label for every type that is drawn, and no other", () => {
    expect(Object.keys(LABELLERS).sort()).toEqual([...DRAWN].sort());
  });

  it("has edges between types that are drawn", () => {
    const ends = EDGE_RULES.flatMap(({ tail, head }) => [tail, head]);
    expect(ends.filter((type) => !DRAWN.includes(type))).toEqual([]);
  });

  it("has words for types that it knows", () => {
    expect(Object.keys(NOUNS).filter((type) => !TYPES.includes(type))).toEqual([]);
  });
});

describe("a graph", () => {
  it("refuses a type that nobody decided about, and says where to", () => {
    const unknown = { aws_lambda_function: { One: {} }, aws_vpc: { Vpc: {} } };
    expect(() => graphOfResources(unknown)).toThrow(
      "no picture knows what to do with aws_lambda_function: say in tools/diagram/resource-types.ts whether it is drawn, is part " +
        "of something else, or is left out",
    );
  });
});
