import * as z from "zod";
import { Failure } from "../../tools/failure";

/** The phases with commands, in their order. */
export const PHASES = ["install", "pre_build", "build", "post_build"] as const;

export type PhaseName = (typeof PHASES)[number];

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const variableName = z.string().regex(VARIABLE_NAME, "has to be the name of a variable: letters, digits and _");

/** YAML's `yes` and `no` are texts in JSON. */
const yesOrNo = z.union([z.boolean(), z.enum(["yes", "no"])]).transform((value) => value === true || value === "yes");

const variables = z.record(variableName, z.union([z.string(), z.number()]).transform(String));

const commands = z.array(z.string());

const phase = z.strictObject({
  "on-failure": z.enum(["ABORT", "CONTINUE"]).optional(),
  // What the image of the build environment offers; here it is what this machine has.
  "runtime-versions": z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  commands: commands.default([]),
  finally: commands.default([]),
});

const files = z.strictObject({
  files: z.array(z.string()).min(1),
  name: z.string().optional(),
  "base-directory": z
    .string()
    .regex(/^[^*?[\]{}!]+$/, "has to be a folder without wildcards")
    .optional(),
  "discard-paths": yesOrNo.default(false),
  "exclude-paths": z.array(z.string()).default([]),
});

const artifacts = files
  .extend({ files: z.array(z.string()).default([]), "secondary-artifacts": z.record(z.string(), files).default({}) })
  .strict();

const report = z.strictObject({
  files: z.array(z.string()).min(1),
  "base-directory": files.shape["base-directory"],
  "discard-paths": yesOrNo.default(false),
  "file-format": z.string().optional(),
});

const schema = z.strictObject({
  version: z.union([z.literal(0.2), z.literal("0.2")]),
  env: z
    .strictObject({
      shell: z.enum(["sh", "bash"]).default("sh"),
      variables: variables.default({}),
      "parameter-store": z.record(variableName, z.string()).default({}),
      "secrets-manager": z.record(variableName, z.string()).default({}),
      "exported-variables": z.array(variableName).default([]),
    })
    .prefault({}),
  phases: z.strictObject({
    install: phase.optional(),
    pre_build: phase.optional(),
    build: phase.optional(),
    post_build: phase.optional(),
  }),
  reports: z.record(z.string(), report).default({}),
  artifacts: artifacts.optional(),
  // What it keeps between builds is quicker to have, and nothing else.
  cache: z.looseObject({}).optional(),
});

/** What a build does: "Build specification reference for CodeBuild" of the AWS CodeBuild User Guide, version 0.2. */
export type Buildspec = z.infer<typeof schema>;

/** Files of a build that somebody is to have. */
export type BuildFiles = Pick<z.infer<typeof files>, "files" | "base-directory" | "discard-paths"> & {
  readonly "exclude-paths"?: readonly string[];
};

/**
 * Reads a buildspec in JSON, which is what this repository writes (and YAML as well).
 *
 * @param name whose it is, for the message
 * @throws Failure that names each key that CodeBuild has not, or that is not performed here
 */
export function parseBuildspec(text: string, name: string): Buildspec {
  const parsed = schema.safeParse(parseJson(text, name));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${["$", ...path].join(".")}: ${message}`);
  throw new Failure(`the buildspec of ${name} can't be run here:\n${faults.join("\n")}`);
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      `the buildspec of ${name} is no JSON; one in YAML, or in a file of the source, can't be run here: ${text.slice(0, 60)}`,
    );
  }
}
