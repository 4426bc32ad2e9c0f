import type { ResourceGraph } from "./graph";
import { toMermaid } from "./mermaid";
import type { Picture } from "./picture";
import { overviewPicture } from "./pictures/overview";
import { stackPicture } from "./pictures/stack-picture";
import { stacksPicture } from "./pictures/stacks-picture";
import { toSvg } from "./svg";

/** What is in every file that `npm run diagram` makes, and by which it knows its own. */
export const MARK = "made by npm run diagram";

/** Texts of files, by name. */
export type Files = ReadonlyMap<string, string>;

/** The pictures of an environment: the whole in two, and one of each stack. */
export function picturesOf(environment: string, graph: ResourceGraph): readonly Picture[] {
  return [
    overviewPicture(environment, graph),
    stacksPicture(environment, graph),
    ...graph.stacks.map(({ name }) => stackPicture(name, environment, graph)),
  ];
}

/** Each picture as Mermaid and as SVG. */
export async function drawFiles(pictures: readonly Picture[]): Promise<Files> {
  const files = new Map<string, string>();
  for (const picture of pictures) {
    files.set(`${picture.name}.mmd`, `%% ${MARK}\n${toMermaid(picture)}`);
    files.set(`${picture.name}.svg`, `<!-- ${MARK} -->\n${await toSvg(picture)}`);
  }
  return files;
}

/** A page that shows the pictures. */
export function indexPage(environment: string, pictures: readonly Picture[]): string {
  const shown = pictures.map(
    ({ name, title, description }) =>
      `## ${title}\n\n![${description}](${name}.svg)\n\nAs Mermaid: [${name}.mmd](${name}.mmd)`,
  );
  const legend =
    "Solid arrows are requests, dashed ones releases, thick ones what a stack reads of another's state. Dashed boxes are of " +
    "another stack.";
  return [
    `<!-- ${MARK} -->`,
    `# Pictures of ${environment}`,
    `Drawn from the synthesised stacks by \`npm run diagram -- --env ${environment}\`. ${legend}`,
    ...shown,
  ]
    .join("\n\n")
    .concat("\n");
}
