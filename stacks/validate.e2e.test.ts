import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SYSTEMS } from "../config/systems";

const run = promisify(execFile);
const terraform = () => process.env.TERRAFORM_BINARY_NAME ?? "terraform";

interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
}

const STACKS = ["state", "registry", "network", "mail", ...SYSTEMS];
const PIPELINES = ["public-api-pipelines", "user-notifications-pipelines"];
const ENVIRONMENTS: readonly (readonly [string, readonly string[]])[] = [
  ["local", [...STACKS, ...PIPELINES]],
  ["local-prod", STACKS],
  ["dev", [...STACKS, ...PIPELINES]],
  ["prod", STACKS],
];

const outdir = mkdtempSync(resolve(".local/validate-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const folderOf = (environment: string, stack: string) => join(environment, "stacks", stack);

/**
 * `terraform validate` of stacks as the modules of one configuration, with the schema of the real provider: loading that
 * takes four seconds of a processor, so it is loaded once.
 */
async function validate(name: string, folders: readonly string[]): Promise<readonly Diagnostic[]> {
  const directory = join(outdir, name);
  mkdirSync(directory);
  const module = Object.fromEntries(folders.map((folder, index) => [`m${index}`, { source: `../${folder}` }]));
  writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ module }));
  await run(terraform(), [`-chdir=${directory}`, "init", "-input=false", "-no-color"]);
  // Its exit status says nothing more than the answer.
  const { stdout } = await run(terraform(), [`-chdir=${directory}`, "validate", "-json"], {
    maxBuffer: 64 << 20,
  }).catch((error) => error);
  const { diagnostics }: { readonly diagnostics: readonly Diagnostic[] } = JSON.parse(stdout);
  // A module has no backend of its own: that is about this way of validating.
  return diagnostics.filter(({ summary }) => summary !== "Backend configuration ignored");
}

describe("the real provider's schema", () => {
  let diagnostics: readonly Diagnostic[];

  beforeAll(async () => {
    for (const [environment] of ENVIRONMENTS) {
      const variables = { ENVIRONMENT: environment, CDKTF_OUTDIR: join(outdir, environment) };
      await run(process.execPath, ["tools/synth.mjs"], { env: { ...process.env, ...variables } });
    }
    const folders = ENVIRONMENTS.flatMap(([environment, stacks]) =>
      stacks.map((stack) => folderOf(environment, stack)),
    );
    diagnostics = await validate("all", folders);
  });

  it.each(ENVIRONMENTS.flatMap(([environment, stacks]) => stacks.map((stack) => [environment, stack] as const)))(
    "accepts, of the environment %s, the stack %s",
    (environment, stack) => {
      const file = join(folderOf(environment, stack), "cdk.tf.json");
      expect(readFileSync(join(outdir, file), "utf8")).toContain('"resource"');
      expect(diagnostics.filter(({ range }) => range?.filename.endsWith(file))).toEqual([]);
    },
  );

  it("has nothing to say besides", () => {
    expect(diagnostics).toEqual([]);
  });

  it("refuses what it does not know, and says where, so that the tests above mean something", async () => {
    const file = join(folderOf("local", "network"), "cdk.tf.json");
    const document = JSON.parse(readFileSync(join(outdir, file), "utf8"));
    document.resource.aws_vpc.broken = { cidr_block: "10.0.0.0/16", colour: "green" };
    writeFileSync(join(outdir, file), JSON.stringify(document));
    const [found] = await validate("broken", [folderOf("local", "network")]);
    expect(found?.detail ?? found?.summary).toMatch(/colour/);
    expect(found?.range?.filename).toMatch(new RegExp(`${file}$`));
  });
});
