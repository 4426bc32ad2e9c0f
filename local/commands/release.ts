import { readCommandLine } from "../../jenkins/release/command-line";
import { Output } from "../../jenkins/release/output";
import { runCommand } from "../../jenkins/release/run-command";
import { type CommandOptions, type Context, misuse, requireTag } from "./command";

/** Releases an image as `npm run release -- deploy` does, against the emulator of the run. */
export async function releaseTag(
  { root, lifetime, settings }: Context,
  args: readonly string[],
  { tag: given }: CommandOptions,
): Promise<void> {
  const [name] = args;
  if (!name || args.length > 1) throw misuse("release takes a service, and --tag TAG");
  const line = readCommandLine(["deploy", name, "--env", "local", "--image-tag", requireTag(given)]);
  if ("help" in line) return;
  const { endpoint, credentials } = settings;
  const variables = process.env;
  await runCommand({ root, line, output: new Output(false), variables, lifetime, settings: { endpoint, credentials } });
}
