import type { ResourceGraph } from "../graph";
import type { Resource } from "../resource";
import { type Label, type Labeller, label } from "./label";
import { NETWORK_LABELS } from "./network";
import { RELEASE_LABELS } from "./releases";
import { SERVICE_LABELS } from "./services";

/** Longest line of a node, in characters: longer ones are broken between words. */
const LINE_MAX = 32;

export const LABELLERS: Readonly<Record<string, Labeller>> = {
  ...NETWORK_LABELS,
  ...SERVICE_LABELS,
  ...RELEASE_LABELS,
};

/** What is written into a node. */
export function labelOf(node: Resource, graph: ResourceGraph): Label {
  const made = LABELLERS[node.type]?.(node, graph) ?? label(node.address);
  return { ...made, lines: made.lines.flatMap(wrapped) };
}

/** A line as several, each short enough. */
export function wrapped(line: string): readonly string[] {
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + 1 + word.length > LINE_MAX) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
