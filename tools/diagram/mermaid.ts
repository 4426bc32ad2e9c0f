import { KINDS, LIGHT } from "./kinds";
import { type Frame, frameTree, type Picture, type PictureNode, type Way } from "./picture";

const ARROWS: Readonly<Record<Way, string>> = { request: "-->", release: "-.->", need: "==>" };

/** A picture as a flowchart of Mermaid. Its nodes have ids of our own, so that no name is taken for a word of the language. */
export function toMermaid(picture: Picture): string {
  const ids = new Map(picture.nodes.map(({ id }, index) => [id, `n${index}`]));
  const frames = { count: 0 };
  const lines = [
    "flowchart TB",
    `  accTitle: ${oneLine(picture.title)}`,
    `  accDescr: ${oneLine(picture.description)}`,
    ...inFrame(frameTree(picture.nodes), "  ", ids, frames),
    ...picture.edges.map(({ tail, head, label, way }) => {
      const text = label === undefined ? "" : `|"${quoted(label)}"|`;
      return `  ${ids.get(tail)} ${ARROWS[way]}${text} ${ids.get(head)}`;
    }),
    ...KINDS.map((kind) => {
      const { fill, stroke, text } = LIGHT.nodes[kind];
      return `  classDef ${kind} fill:${fill},stroke:${stroke},color:${text}`;
    }),
    "  classDef elsewhere stroke-dasharray:5 3",
    ...classLine("elsewhere", picture.nodes, ids),
  ];
  return `${lines.join("\n")}\n`;
}

function classLine(name: string, nodes: readonly PictureNode[], ids: ReadonlyMap<string, string>): readonly string[] {
  const named = nodes.filter(({ elsewhere }) => elsewhere).map(({ id }) => ids.get(id));
  return named.length > 0 ? [`  class ${named.join(",")} ${name}`] : [];
}

function inFrame(
  frame: Frame,
  indent: string,
  ids: ReadonlyMap<string, string>,
  frames: { count: number },
): readonly string[] {
  const nodes = frame.nodes.map(({ id, kind, label }) => {
    const text = [`<b>${quoted(label.title)}</b>`, ...label.lines.map(quoted)].join("<br/>");
    return `${indent}${ids.get(id)}["${text}"]:::${kind}`;
  });
  const inner = frame.frames.flatMap((one) => {
    frames.count += 1;
    const name = `f${frames.count}`;
    return [
      `${indent}subgraph ${name}["${quoted(one.title)}"]`,
      ...inFrame(one, `${indent}  `, ids, frames),
      `${indent}end`,
    ];
  });
  return [...nodes, ...inner];
}

/** Text within quotes: what would end it, or be taken for HTML or Markdown, as Mermaid's entity. */
function quoted(text: string): string {
  return text.replace(/[#&<>"'`%\\*_;]/g, (letter) => `#${letter.codePointAt(0)};`).replace(/\s*\n\s*/g, "<br/>");
}

function oneLine(text: string): string {
  return text.replace(/[\s#;%{}]+/g, " ");
}
