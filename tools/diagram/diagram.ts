import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProject } from "../../config/load";
import { type Means, runTool } from "../run-tool";
import { drawFiles, type Files, indexPage, picturesOf } from "./draw";
import { type Options, readOptions, requireKnown, USAGE } from "./options";
import { synthesiseGraph } from "./synthesised-graph";
import { writeFiles } from "./write-files";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** `npm run diagram`: gives the exit status. @throws Failure with status 2 for a fault of use; nothing is written then */
async function main({ args, terminal, lifetime }: Means): Promise<number> {
  const options = readOptions(ROOT, args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  const files = await draw(options, { terminal, lifetime });
  const folder = resolve(options.out ?? join(ROOT, "docs/diagrams", options.environment));
  writeFiles(folder, files, { complete: options.stack === undefined });
  terminal.done(`${files.size} files`, relative(process.cwd(), folder) || ".");
  return 0;
}

async function draw(
  { environment: name, stack }: Options,
  { terminal, lifetime }: Omit<Means, "args">,
): Promise<Files> {
  const { environment } = loadProject({ root: ROOT, environment: name });
  const variables = { ...process.env, ENVIRONMENT: name };
  const graph = await synthesiseGraph({ root: ROOT, environment, lifetime, terminal, variables, stdio: "inherit" });
  const pictures = picturesOf(name, graph);
  if (stack === undefined) {
    return new Map([...(await drawFiles(pictures)), ["README.md", indexPage(name, pictures)]]);
  }
  const stacks = graph.stacks.map((one) => one.name);
  requireKnown("stack", stack, stacks, "--stack");
  return drawFiles(pictures.filter((picture) => picture.name === stack));
}

await runTool(main);
