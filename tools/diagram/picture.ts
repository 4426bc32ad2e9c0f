import type { Kind } from "./kinds";
import type { Label } from "./labels/label";

/** What a picture shows, before it is laid out. */
export interface Picture {
  /** Name of its files, without an extension. */
  readonly name: string;
  readonly title: string;
  /** The picture in words, for those who do not see it. */
  readonly description: string;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

export interface PictureNode {
  /** Unique in the picture. */
  readonly id: string;
  readonly kind: Kind;
  readonly label: Label;
  /** Titles of the frames around it, from the outermost one. */
  readonly frames: readonly string[];
  /** Of another stack. */
  readonly elsewhere: boolean;
}

export interface PictureEdge {
  /** Ids of nodes. */
  readonly tail: string;
  readonly head: string;
  readonly label?: string | undefined;
  /** What goes along it. */
  readonly way: Way;
}

export type Way = "request" | "release" | "need";

/** Nodes within a frame, and the frames within it. */
export interface Frame {
  readonly title: string;
  readonly nodes: readonly PictureNode[];
  readonly frames: readonly Frame[];
}

/** The nodes in their frames; the outermost has no title. */
export function frameTree(nodes: readonly PictureNode[]): Frame {
  return frameOf("", nodes, 0);
}

function frameOf(title: string, nodes: readonly PictureNode[], depth: number): Frame {
  const titles = [...new Set(nodes.flatMap(({ frames }) => frames[depth] ?? []))];
  return {
    title,
    nodes: nodes.filter(({ frames }) => frames.length === depth),
    frames: titles.map((inner) =>
      frameOf(
        inner,
        nodes.filter(({ frames }) => frames[depth] === inner),
        depth + 1,
      ),
    ),
  };
}
