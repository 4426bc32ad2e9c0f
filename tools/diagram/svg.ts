import { type Attributes, type Graph, instance, type Subgraph } from "@viz-js/viz";
import { DARK, KINDS, LIGHT, type Scheme } from "./kinds";
import { type Frame, frameTree, type Picture, type PictureNode } from "./picture";

/** Graphviz measures text as if in Arial; bold titles and wider fonts find room in the margins. */
const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";

const FONT_SIZE = 12;
const SMALL_SIZE = 10.5;

const GRAPH: Attributes = {
  rankdir: "TB",
  fontname: "Arial",
  fontsize: FONT_SIZE,
  nodesep: 0.22,
  ranksep: 0.38,
  // Ranks over all frames: what is asked stands below who asks, also in one frame with it.
  newrank: true,
  pad: 0.25,
};
const NODE: Attributes = {
  shape: "box",
  style: "rounded,filled",
  fontname: "Arial",
  fontsize: FONT_SIZE,
  margin: "0.2,0.09",
  height: 0.4,
};
const EDGE: Attributes = { fontname: "Arial", fontsize: SMALL_SIZE, arrowsize: 0.7 };

/** Graphviz, which takes longer to start than to draw. */
let viz: ReturnType<typeof instance> | undefined;

/** Draws a picture: the same text for the same picture, whatever the machine. */
export async function toSvg(picture: Picture): Promise<string> {
  viz ??= instance();
  const drawn = (await viz).renderString(toGraph(picture), { format: "svg" });
  return dressed(drawn, picture);
}

function toGraph(picture: Picture): Graph {
  const tree = frameTree(picture.nodes);
  return {
    name: picture.name,
    directed: true,
    graphAttributes: GRAPH,
    nodeAttributes: NODE,
    edgeAttributes: EDGE,
    nodes: tree.nodes.map(toNode),
    subgraphs: tree.frames.map((frame, index) => toSubgraph(frame, `cluster_${index}`)),
    edges: picture.edges.map(({ tail, head, label, way }) => ({
      tail: safe(tail),
      head: safe(head),
      attributes: { class: way, ...(label !== undefined && { label: ` ${safe(label)} ` }) },
    })),
  };
}

function toSubgraph(frame: Frame, name: string): Subgraph {
  return {
    name,
    graphAttributes: { label: safe(frame.title), labeljust: "l", style: "rounded" },
    nodes: frame.nodes.map(toNode),
    subgraphs: frame.frames.map((inner, index) => toSubgraph(inner, `${name}_${index}`)),
  };
}

function toNode({ id, kind, label, elsewhere }: PictureNode) {
  const text = [withRoom(label.title), ...label.lines].map(safe).join("\n");
  return { name: safe(id), attributes: { label: text, class: elsewhere ? `${kind} elsewhere` : kind } };
}

/** A title with the room that it needs in bold letters, which Graphviz knows nothing of: spaces take none from others. */
function withRoom(title: string): string {
  const room = " ".repeat(Math.ceil(title.length / 5));
  return room + title + room;
}

/** Text that Graphviz takes as it is: it knows escapes by a backslash, and entities. */
function safe(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\");
}

/** Puts title, description and colours into what Graphviz drew, and takes out what a reader has nothing of. */
function dressed(drawn: string, picture: Picture): string {
  const [, width = "", height = ""] = /<svg width="([\d.]+)pt" height="([\d.]+)pt"/.exec(drawn) ?? [];
  const [, viewBox = ""] = /viewBox="([^"]+)"/.exec(drawn) ?? [];
  const content = frameTitlesLast(drawn.slice(drawn.indexOf("<g id="), drawn.lastIndexOf("</svg>")))
    .replace(/<!--.*?-->\n?/gs, "")
    .replace(/ font-family="[^"]*"/g, "")
    .replace(/ font-size="[^"]*"/g, "")
    // The styles below say it; Graphviz has them at each shape.
    .replace(/ (fill|stroke)="(?!none)[^"]*"/g, "");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${viewBox}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(picture.title)}</title>`,
    `<desc id="desc">${escaped(picture.description)}</desc>`,
    `<style>${STYLE}</style>`,
    `${content.trim()}`,
    "</svg>\n",
  ].join("\n");
}

/** Titles of frames after all else: an edge that crosses one goes behind it. */
function frameTitlesLast(drawn: string): string {
  const titles: string[] = [];
  const without = drawn.replace(/(<g id="clust\d+" class="cluster">.*?)(<text.*?<\/text>\n)/gs, (_, before, title) => {
    titles.push(title);
    return before;
  });
  const end = without.lastIndexOf("</g>");
  return `${without.slice(0, end)}<g class="titles">\n${titles.join("")}</g>\n${without.slice(end)}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const STYLE = `
text { font-family: ${FONT}; font-size: ${SMALL_SIZE}px }
.node text:first-of-type { font-weight: bold; font-size: ${FONT_SIZE}px }
.elsewhere path { stroke-dasharray: 5 3 }
.titles text, .edge text { paint-order: stroke; stroke-width: 4px; stroke-linejoin: round }
.need path { stroke-width: 1.5px }
.release path { stroke-dasharray: 6 3 }
.cluster path, .cluster polygon { fill: none; stroke-dasharray: 2 3 }
${colours(LIGHT)}
@media (prefers-color-scheme: dark) {
${colours(DARK)}
}
`;

function colours({ surroundings, nodes }: Scheme): string {
  return [
    `.graph > polygon { fill: ${surroundings.background} }`,
    `.cluster path, .cluster polygon { stroke: ${surroundings.frame} }`,
    `.titles text, .edge text { fill: ${surroundings.text}; stroke: ${surroundings.background} }`,
    ...Object.entries({ edge: surroundings.edge, release: nodes.delivery.stroke }).map(
      ([name, colour]) => `.${name} path { stroke: ${colour} } .${name} polygon { fill: ${colour}; stroke: ${colour} }`,
    ),
    ...KINDS.map((kind) => {
      const { fill, stroke, text } = nodes[kind];
      return `.${kind} path { fill: ${fill}; stroke: ${stroke} } .${kind} text { fill: ${text} }`;
    }),
  ].join("\n");
}
