import type { ResourceGraph } from "../graph";
import type { Resource } from "../resource";

/** What is written into a node. */
export interface Label {
  readonly title: string;
  readonly lines: readonly string[];
  /**
   * Title of what stands for several that are alike.
   * @default - the title of one
   */
  readonly many?: string;
}

/** Makes the label of a node from its arguments and those of its parts. */
export type Labeller = (node: Resource, graph: ResourceGraph) => Label;

/** A label; what is undefined is no line. */
export function label(title: string, ...lines: readonly (string | undefined)[]): Label {
  return { title, lines: lines.filter((line) => line !== undefined && line !== "") as string[] };
}

/** A name as it is deployed, without what Terraform fills in: `shop-prod-log-${...account_id}` is `shop-prod-log-…`. */
export function plain(name: string | undefined): string {
  return name?.replace(/\$\{[^}]*\}/g, "…") ?? "";
}

/** `1 rule`, `2 rules`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
