import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modulePage } from "./module-page";
import { readModuleFile } from "./module-source";
import { readModules } from "./read-modules";
import { undocumented } from "./undocumented";

const SOURCE = `import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Lb, type LbConfig } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { NAME } from "../aws/forms";

export interface DoorProps {
  /** Its name. */
  readonly name: string;
  /** Who may pass. @default - nobody */
  readonly guests?: { readonly count: number };
}

/**
 * A door.
 *
 * Cost: nothing.
 */
export class Door extends Construct {
  readonly lb: Lb;
  private readonly key = 1;

  constructor(scope: Construct, id: string, { name }: DoorProps) {
    super(scope, id);
    this.lb = new Lb(this, "Lb", { name });
    new DataAwsRegion(this, "Region");
  }

  /** Opens it. @throws Error when it is locked */
  open(width = 2): void {}

  close({ quietly }: { quietly: boolean }): void {}

  private lock(): void {}
}

/** Least. */
export const LEAST = 1;
export const MOST = 2;

export const BARE = 3;

/** A way. @param from where it begins */
export const way = (from: string): LbListener | undefined => undefined;

export type Colour = "red" | "green";

const hidden = 1;
`;

const file = readModuleFile("modules/doors/door.ts", SOURCE);
const thing = (name: string) => file.things.find((one) => one.name === name);

describe("a file of a module", () => {
  it("exports what it exports, in order", () => {
    expect(file.things.map(({ kind, name, line }) => [kind, name, line])).toEqual([
      ["interface", "DoorProps", 6],
      ["class", "Door", 18],
      ["constant", "LEAST", 37],
      ["constant", "MOST", 38],
      ["constant", "BARE", 40],
      ["function", "way", 43],
      ["type", "Colour", 45],
    ]);
  });

  it("makes what it calls `new`, by Terraform's type, and uses other modules", () => {
    expect(file.makes).toEqual(["aws_lb", "data.aws_region"]);
    expect(file.uses).toEqual(["aws"]);
  });

  it("has constructs with props, public properties and public methods", () => {
    expect(thing("Door")).toMatchObject({
      props: "DoorProps",
      properties: [{ name: "lb", type: "Lb" }],
      methods: [
        { name: "open", signature: "(width = 2): void" },
        { name: "close", signature: "(props: { quietly: boolean }): void" },
      ],
    });
  });

  it("has props with types, and those within others", () => {
    expect(thing("DoorProps")).toMatchObject({
      fields: [
        { name: "name", type: "string", optional: false },
        { name: "guests", type: "object", optional: true, doc: { default: "nobody" } },
        { name: "guests.count", type: "number" },
      ],
    });
  });

  it("misses docstrings where there are none: props go with their construct, a constant with the one above", () => {
    expect(undocumented(file)).toEqual([
      "modules/doors/door.ts:31 Door#close",
      "modules/doors/door.ts:40 BARE",
      "modules/doors/door.ts:45 Colour",
    ]);
  });
});

describe("the page of a module", () => {
  const module = { name: "doors", files: [file] };
  const page = modulePage(module, { modules: [module], purposes: new Map([["doors", "Ways in."]]) });

  it.each([
    "# doors\n\nWays in.\n\nIt uses [aws](aws.md).",
    "| `modules/doors/door.ts` | `Door` | `aws_lb`, `data.aws_region` |",
    "## Door\n\nConstruct of [`modules/doors/door.ts`](../../modules/doors/door.ts)\n\nA door.",
    "### Props of Door\n\n| name | type | default | meaning |\n|---|---|---|---|\n| `name` | `string` | required | Its name. |",
    "| `guests` | `object` | nobody | Who may pass. |",
    "### Door#open\n\n```ts\nopen(width = 2): void\n```\n\nOpens it.\n\n**Refuses:** Error when it is locked",
    "**Cost:** nothing.",
    "| `from` | where it begins |",
    "| `LEAST` | `1` | Least. |\n| `MOST` | `2` | as the one above |",
    '```ts\ntype Colour = "red" | "green"',
  ])("says: %s", (text) => {
    expect(page).toContain(text);
  });

  it("says nothing of what is not exported", () => {
    expect(page).not.toMatch(/hidden|lock\(|private/);
  });
});

describe("the types of resources", () => {
  it("are those that the provider's classes have", () => {
    const made = new Set(readModules(process.cwd()).flatMap(({ files }) => files.flatMap(({ makes }) => makes)));
    expect(made.size).toBeGreaterThan(50);
    for (const type of made) {
      const path = type.startsWith("data.") ? type.replace("data.", "data_") : type.replace(/^aws_/, "");
      const source = join("node_modules/@cdktf/provider-aws/lib", path.replaceAll("_", "-"), "index.js");
      expect(existsSync(source), source).toBe(true);
      expect(readFileSync(source, "utf8")).toContain(`"${type.replace("data.", "")}"`);
    }
  });
});
