import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { time } from "../measure";
import { ENVIRONMENT } from "./generate";

const KIB = 1024;
const MIB = KIB * KIB;

/** What the synthesis of a project came to. */
export interface Synthesis {
  /** Wall time of the process, from its start to its end. */
  readonly seconds: number;
  /** Most resident memory. */
  readonly memoryMiB: number;
  /** Size of all documents together. */
  readonly jsonMiB: number;
  readonly stacks: number;
  readonly resources: number;
}

/** The documents of Terraform that a synthesis has written: `resource` by type and name. */
interface Document {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Synthesises a project without the CLI, as cdktf.json does.
 *
 * @param root the repository, whose program it is
 * @param folder the project; its stacks are written to `out/stacks` in it
 */
export async function synthesise(
  root: string,
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Synthesis> {
  const [out, peak] = [join(folder, "out"), join(folder, "peak-memory")];
  const seconds = await time({
    name: `synthesis of ${folder}`,
    args: [process.execPath, "--require", join(import.meta.dirname, "peak-memory.cjs"), join(root, "tools/synth.mjs")],
    cwd: folder,
    environment: { ENVIRONMENT, CDKTF_OUTDIR: out, PEAK_MEMORY_FILE: peak, ...variables },
  });
  const files = readdirSync(join(out, "stacks")).map((stack) => join(out, "stacks", stack, "cdk.tf.json"));
  return {
    seconds,
    memoryMiB: Number(readFileSync(peak, "utf8")) / KIB,
    jsonMiB: files.reduce((sum, file) => sum + statSync(file).size, 0) / MIB,
    stacks: files.length,
    resources: files.reduce((sum, file) => sum + countResources(file), 0),
  };
}

function countResources(file: string): number {
  const { resource = {} } = JSON.parse(readFileSync(file, "utf8")) as Document;
  return Object.values(resource).reduce((sum, named) => sum + Object.keys(named).length, 0);
}
