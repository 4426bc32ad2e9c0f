import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const terraform = () => process.env.TERRAFORM_BINARY_NAME ?? "terraform";

interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly { severity: string; summary: string; detail: string; address?: string }[];
}

/** `terraform validate` with the schema of the real provider. Its exit status says nothing more than `valid`. */
async function validate(directory: string): Promise<Validation> {
  const { stdout } = await run(terraform(), [`-chdir=${directory}`, "validate", "-json"]).catch((error) => error);
  return JSON.parse(stdout) as Validation;
}

const outdir = mkdtempSync(resolve(".local/validate-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const STACKS = ["state", "registry", "network", "mail", "jenkins-ecs", "coffee-suppliers", "user-notifications"];
const PIPELINES = ["user-notifications-pipelines"];

describe.each([
  ["local", [...STACKS, ...PIPELINES]],
  ["local-prod", STACKS],
  ["dev", [...STACKS, ...PIPELINES]],
  ["prod", STACKS],
])("the real provider's schema accepts, of the environment %s,", (environment, stacks) => {
  const directory = join(outdir, environment);

  beforeAll(() =>
    run(process.execPath, ["tools/synth.mjs"], {
      env: { ...process.env, ENVIRONMENT: environment, CDKTF_OUTDIR: directory },
    }),
  );

  it.each(stacks)("the stack %s", async (stack) => {
    const folder = join(directory, "stacks", stack);
    await run(terraform(), [`-chdir=${folder}`, "init", "-backend=false", "-input=false", "-no-color"]);
    const { valid, diagnostics } = await validate(folder);
    expect(diagnostics).toEqual([]);
    expect(valid).toBe(true);
  });
});

describe("the real provider's schema", () => {
  it("refuses what it does not know, so that the tests above mean something", async () => {
    const folder = join(outdir, "local", "stacks", "network");
    const file = join(folder, "cdk.tf.json");
    const document = JSON.parse(readFileSync(file, "utf8"));
    document.resource.aws_vpc.broken = { cidr_block: "10.0.0.0/16", colour: "green" };
    writeFileSync(file, JSON.stringify(document));
    const { valid, diagnostics } = await validate(folder);
    expect(valid).toBe(false);
    expect(diagnostics[0]?.detail ?? diagnostics[0]?.summary).toMatch(/colour/);
  });
});
