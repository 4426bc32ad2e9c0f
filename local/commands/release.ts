import { runRelease } from "../release-command";
import { type CommandOptions, type Context, misuse, requireTag } from "./command";

/** Releases an image as `npm run release -- deploy` does, against the emulator of the run. */
export async function releaseTag(
  context: Context,
  args: readonly string[],
  { tag: given }: CommandOptions,
): Promise<void> {
  const [name] = args;
  if (!name || args.length > 1) throw misuse("release takes a service, and --tag TAG");
  await runRelease(context, "local", ["deploy", name, "--image-tag", requireTag(given)]);
}
