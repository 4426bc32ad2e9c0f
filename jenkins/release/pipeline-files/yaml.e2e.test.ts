import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { toYaml, type YamlValue } from "./yaml";

/** Reads YAML documents with another program's reader: the emulator's Python has one. */
function readAll(documents: readonly string[]): unknown {
  const script = "import json, sys, yaml; print(json.dumps([yaml.safe_load(text) for text in json.load(sys.stdin)]))";
  const python = process.env.EMULATOR_PYTHON ?? "python3";
  const { stdout, stderr } = spawnSync(python, ["-c", script], { input: JSON.stringify(documents), encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const words = fc.constantFrom(
  "",
  "on",
  "~",
  "1e3",
  "12:30:45",
  "0o7",
  ".5",
  "=",
  "<<",
  "2001-01-01",
  "a: b",
  "a #b",
  "- a",
);
const texts = fc.oneof(words, fc.string({ unit: "grapheme-composite", maxLength: 8 }), fc.string({ maxLength: 8 }));

const values = fc.letrec<{ any: YamlValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    texts,
    fc.integer(),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(texts, tie("any"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).any;

it("is read as what was written, by a reader of YAML 1.1", () => {
  const all = fc.sample(values, { numRuns: 2_000, seed: 5 });
  expect(readAll(all.map(toYaml))).toEqual(all);
});
