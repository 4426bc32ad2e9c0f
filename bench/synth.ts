import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, median, report, timeInTurn } from "./measure";
import { copyAsTemplate } from "./template-copy";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, ".local/bench");
const TEMPLATE = join(FOLDER, "template");
const ROUNDS = 2;

/** An app without a stack: what is left of `cdktf synth` is the command itself. */
const NO_STACKS = `require("fs").writeFileSync(process.env.CDKTF_OUTDIR + "/manifest.json", JSON.stringify({version:"0.21.0",stacks:{}}))`;

const ours: Command = {
  name: "the app alone",
  args: [process.execPath, "tools/synth.mjs"],
  cwd: ROOT,
  environment: { CDKTF_OUTDIR: join(FOLDER, "ours") },
};

const template: Command = {
  name: "the app alone, as the template runs it",
  args: ["npx", "ts-node", "main.ts"],
  cwd: TEMPLATE,
  environment: { CDKTF_OUTDIR: join(FOLDER, "from-template") },
};

const cli = (name: string, app: string, output: string): Command => ({
  name,
  args: ["npx", "cdktf", "synth", "--app", app, "--output", join(FOLDER, output)],
  cwd: ROOT,
  environment: { CHECKPOINT_DISABLE: "1", CI: "1", TERRAFORM_BINARY_NAME: "true" },
});

/** Prints how long a synthesis of all stacks takes, against the template's way and against the CLI's own start. */
export async function benchSynth(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const output of ["ours", "from-template", "cli", "cli-empty"])
    mkdirSync(join(FOLDER, output), { recursive: true });
  copyAsTemplate(ROOT, TEMPLATE);
  const commands = [
    ours,
    template,
    cli("cdktf synth", "node tools/synth.mjs", "cli"),
    cli("cdktf synth of nothing", `node -e '${NO_STACKS}'`, "cli-empty"),
  ];
  const rounds = await timeInTurn(commands, ROUNDS);
  const [app = Number.NaN, templated = Number.NaN, synth = Number.NaN, nothing = Number.NaN] = rounds.map(median);
  for (const [index, { name }] of commands.entries()) {
    console.log(`  ${name.padEnd(40)} median ${median(rounds[index] ?? []).toFixed(2)} s of ${ROUNDS}`);
  }
  report("all stacks without the CLI, against the template's way", app / templated, "", 0.1);
  report("all stacks without the CLI", app, "s", 0.4);
  report("npx cdktf synth, beyond the app, against the CLI's start", (synth - app) / nothing, "", 1);
  rmSync(FOLDER, { recursive: true, force: true });
}
