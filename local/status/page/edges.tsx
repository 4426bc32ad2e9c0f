import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Edge } from "./edge-model";

interface Drawn extends Edge {
  readonly path: string;
}

/** Where a line ends, this far before the node. */
const GAP = 3;

/** The lines between the nodes of a picture, drawn behind them. What they say is said by words in the nodes too. */
export function Edges(props: {
  readonly edges: readonly Edge[];
  readonly container: RefObject<HTMLDivElement | null>;
}) {
  const { edges, container } = props;
  const [drawn, setDrawn] = useState<readonly Drawn[]>([]);
  const wanted = JSON.stringify(edges);
  // The edges are made anew each time, and are the same by their text.
  useLayoutEffect(() => {
    const picture = container.current;
    if (!picture) return;
    const draw = () => setDrawn(edges.flatMap((edge) => draft(picture, edge)));
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(picture);
    for (const node of picture.querySelectorAll("[data-node]")) observer.observe(node);
    return () => observer.disconnect();
  }, [wanted, container]);
  return (
    <svg class="edges" aria-hidden="true">
      {drawn.map((edge) => (
        <path key={`${edge.from} ${edge.to}`} d={edge.path} class={classOf(edge)} />
      ))}
    </svg>
  );
}

function classOf({ isFaint, isMarked, rate }: Edge): string {
  return [isFaint && "faint", isMarked && "marked", rate > 0 && !isFaint && "flowing"].filter(Boolean).join(" ");
}

/** Nothing where one of its ends is not in the picture. */
function draft(picture: HTMLElement, edge: Edge): readonly Drawn[] {
  const [from, to] = [edge.from, edge.to].map((name) =>
    picture.querySelector(`[data-node="${CSS.escape(name)}"]`)?.getBoundingClientRect(),
  );
  if (!from || !to) return [];
  const frame = picture.getBoundingClientRect();
  const start = { x: from.right - frame.left, y: from.top + from.height / 2 - frame.top };
  const end = { x: to.left - frame.left - GAP, y: to.top + Math.min(to.height / 2, 22) - frame.top };
  const bend = Math.max(16, (end.x - start.x) / 2);
  const path = `M${start.x},${start.y} C${start.x + bend},${start.y} ${end.x - bend},${end.y} ${end.x},${end.y}`;
  return [{ ...edge, path }];
}
