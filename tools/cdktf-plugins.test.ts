import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
function documentOf(library: Library) {
  const { App, Fn, Lazy, LocalBackend, TerraformOutput, TerraformStack, TerraformVariable } = library;
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

/** The documents of two stacks of which one reads the other, in many places. */
function documentsOf({ App, Lazy, TerraformResource, TerraformStack, Token }: Library, name: string) {
  const outdir = join(folder, name);
  const app = new App({ outdir, skipValidation: true });
  const [read, reader] = ["read", "reader"].map((id) => new TerraformStack(app, id)) as [Stack, Stack];
  const ofOther = new TerraformResource(read, "One", { terraformResourceType: "aws_one" });
  const own = new TerraformResource(reader, "Two", { terraformResourceType: "aws_two", dependsOn: [ofOther] });
  const id = (attribute: string) => ofOther.getStringAttribute(attribute);
  const overrides: Readonly<Record<string, unknown>> = {
    plain: { a: [{ b: { c: "d" } }], nothing: undefined, empty: {}, none: [] },
    "nested.deep": { text: `a ${id("nested")}`, list: [1, [id("in_list")], { key: id("in_object") }, undefined] },
    by_key: { [id("key")]: { value: id("value") } },
    lazy: Lazy.anyValue({ produce: () => ({ camelCase: [id("lazy")], nothing: undefined }) }),
    whole_list: ofOther.getListAttribute("list"),
    number: ofOther.getNumberAttribute("number"),
    tags: Token.asAny({ resolve: () => ({ of: id("tag") }) }),
  };
  for (const [path, value] of Object.entries(overrides)) own.addOverride(path, value);
  reader.addOverride("terraform.required_version", `>= ${own.getStringAttribute("version")}`);
  reader.addOverride("removed", undefined);
  app.synth();
  return ["read", "reader"].map((stack) => readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
}

type Stack = Cdktf.TerraformStack;

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

  it("makes the same outputs for stacks that read another, and the same references to them", () => {
    const [read, reader] = documentsOf(published, "published");
    const attributes = ["nested", "in_list", "in_object", "key", "value", "lazy", "list", "number", "tag"];
    for (const attribute of attributes) expect(read).toContain(`{aws_one.One.${attribute}}`);
    expect(reader).toContain("data.terraform_remote_state.cross-stack-reference-input-read.outputs");
    expect(documentsOf(ours, "ours")).toEqual([read, reader]);
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
