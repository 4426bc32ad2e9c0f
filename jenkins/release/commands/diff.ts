import { lastPart } from "../../../modules/aws/arn";
import type { Context } from "../context";
import type { Output } from "../output";
import type { Difference } from "../task-definition/difference";
import { readNextRevision } from "./next-revision";

/** Tells what a release would change of the revision that the service has. Changes nothing. */
export async function diff(context: Context, imageTag: string): Promise<void> {
  const { lifetime, output, place } = context;
  const { running, changes, image } = await lifetime.until(readNextRevision(context, imageTag));
  const from = lastPart(running.arn);
  output.terminal.line(`${place.service}: from ${from} to what a release of tag ${imageTag} would register`);
  tellDifferences(output, changes);
  output.result({ service: place.service, running: from, image, changes });
}

/** One line for each difference: what is, and what would be. */
export function tellDifferences({ terminal }: Output, changes: readonly Difference[]): void {
  if (changes.length === 0) terminal.line("  nothing");
  for (const { path, before, after } of changes) {
    if (before === undefined) terminal.line(`  ${terminal.style("green", `+ ${path}: ${after}`)}`);
    else if (after === undefined) terminal.line(`  ${terminal.style("red", `- ${path}: ${before}`)}`);
    else terminal.line(`  ${terminal.style("yellow", `~ ${path}: ${before} → ${after}`)}`);
  }
}
