import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type * as Cdktf from "cdktf";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CDKTF_PLUGINS } from "./cdktf-plugins.mjs";

type Library = typeof Cdktf;

mkdirSync(resolve(".local/testing"), { recursive: true });
const folder = mkdtempSync(resolve(".local/testing/cdktf-plugins-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** CDKTF, bundled as tools/synth.mjs does or as it is published. */
async function bundled(name: string, plugins: typeof CDKTF_PLUGINS): Promise<Library> {
  const outfile = join(folder, `${name}.cjs`);
  const stdin = { contents: 'module.exports = require("cdktf");', resolveDir: process.cwd() };
  await build({ stdin, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "error", plugins });
  return createRequire(import.meta.url)(outfile) as Library;
}

/** The document of a stack with tokens of every kind, and with what only looks like one. */
function documentOf({ App, Fn, Lazy, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable }: Library) {
  const app = new App({ outdir: join(folder, "out"), skipValidation: true });
  const stack = new TerraformStack(app, "stack");
  new LocalBackend(stack, { path: "state" });
  const text = new TerraformVariable(stack, "text", { type: "string" });
  const count = new TerraformVariable(stack, "count", { type: "number" });
  const list = new TerraformVariable(stack, "list", { type: "list(string)" });
  const parts = Array.from({ length: 200 }, (_, index) => ({ [`key-${index}`]: `a ${text.stringValue} } b`, index }));
  const values: Readonly<Record<string, unknown>> = {
    plain: ["text", 7, true, "1e+3", "-1.5e+2", "", "}", { nested: "ends with }" }],
    numbers: [count.numberValue, `${count.numberValue}`, `port ${count.numberValue}!`, -1, 0.5, -123456788],
    lists: [list.listValue, Fn.join(",", list.listValue)],
    keys: { [text.stringValue]: "by token", [`${text.stringValue}-e1`]: 1, "service-e2e": 2 },
    lazy: Lazy.stringValue({ produce: () => `later ${text.stringValue}` }),
    escapes: `\${path.module}/x ${text.stringValue} } \${each.key} }`,
    long: JSON.stringify(parts),
    nothing: undefined,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) new TerraformOutput(stack, name, { value });
  }
  stack.prepareStack();
  return JSON.stringify(stack.toTerraform());
}

function endless(): object {
  const outer: { inner?: object } = {};
  outer.inner = outer;
  return outer;
}

describe("CDKTF in the bundle of synthesis", () => {
  let published: Library;
  let ours: Library;

  beforeAll(async () => {
    [published, ours] = await Promise.all([bundled("published", []), bundled("ours", CDKTF_PLUGINS)]);
  });

  it("makes the same JSON, to the byte", () => {
    const document = documentOf(published);
    expect(document).toContain(["later $", "{var.text}"].join(""));
    expect(document.length).toBeGreaterThan(8_000);
    expect(documentOf(ours)).toBe(document);
  });

  it.each([
    ["a function", { a: { b: [() => "none"] } }, "/a/b/0"],
    ["what contains itself", endless(), "/inner/inner"],
  ])("refuses %s in the same words, with its path", (_, value, path) => {
    const messageOf = ({ App, DefaultTokenResolver, StringConcat, TerraformStack, Tokenization }: Library) => {
      const scope = new TerraformStack(new App({ outdir: join(folder, "out") }), "stack");
      try {
        Tokenization.resolve(value, {
          scope,
          resolver: new DefaultTokenResolver(new StringConcat()),
          preparing: false,
        });
        return "nothing";
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf(ours)).toContain(path);
    expect(messageOf(ours)).toBe(messageOf(published));
  });
});
