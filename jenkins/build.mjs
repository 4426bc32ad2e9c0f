// Bundles the release program to one file that runs with `node` alone: .local/release/release.cjs, or the file that is
// named. A pipeline builds it once and takes it from container to container.
//
// The AWS SDK is 1.6 MB, which V8 reads through in 100 ms whether it is used or not. `render` needs none of it: the file
// holds the whole program compressed, and before it what `render` needs.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outfile = resolve(process.argv[2] ?? join(root, ".local/release/release.cjs"));

const OPTIONS = {
  absWorkingDir: root,
  entryPoints: ["jenkins/release/release.ts"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  keepNames: true,
  legalComments: "none",
  // The packages' modules rather than their CommonJS: what is not used of them is left out.
  mainFields: ["module", "main"],
  write: false,
  logLevel: "warning",
};

/** What needs the AWS SDK, or zod: not reached by a `render` without `--config`. */
const REST = ["./with-aws", "../../../config/parse-service"];

async function bundle(external) {
  const { outputFiles } = await build({ ...OPTIONS, external });
  return outputFiles[0].text;
}

const [whole, render] = await Promise.all([bundle([]), bundle(REST)]);
// Half as much again as at the best quality, in a twentieth of its time.
const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
const compressed = brotliCompressSync(whole, { params }).toString("base64");

mkdirSync(dirname(outfile), { recursive: true });
writeFileSync(
  outfile,
  `"use strict";
const given = process.argv.slice(2);
if (given[0] === "render" && !given.some((argument) => argument.startsWith("--config"))) {
${render}} else {
  const whole = require("node:zlib").brotliDecompressSync(Buffer.from("${compressed}", "base64")).toString();
  module._compile(whole, __filename);
}
`,
);
process.stdout.write(`${outfile}\n`);
