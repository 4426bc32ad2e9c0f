import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

describe("what AWS allows, as data", () => {
  it.each(files)("%s imports its neighbours and ipaddr.js only, for the configuration imports it", (name) => {
    const text = readFileSync(join(import.meta.dirname, name), "utf8");
    const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, from]) => from);
    expect(imported.filter((from) => from !== "ipaddr.js" && !/^\.\/[a-z-]+$/.test(String(from)))).toEqual([]);
  });
});
