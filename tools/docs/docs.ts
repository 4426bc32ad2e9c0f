import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProject } from "../../config/load";
import { synthesise } from "../deploy/stacks";
import { type Means, runTool } from "../run-tool";
import { modulePages, type Pages, pagesToRemove, securityPages, stalePages } from "./generated";
import { readStacks, type Stack } from "./security/stacks";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The environment that the security page is about. */
const ENVIRONMENT = "prod";

/** `npm run docs`: writes the pages that are made of docstrings and of the synthesised production environment. */
async function main(means: Means): Promise<number> {
  const { terminal } = means;
  const modules = modulePages(ROOT);
  const pages = new Map([...modules, ...securityPages(ROOT, await synthesisedStacks(means))]);
  const written = write(pages);
  const removed = pagesToRemove(ROOT, modules);
  for (const path of removed) rmSync(join(ROOT, path));
  for (const path of written) terminal.done(path);
  terminal.line(`${written.length} pages written, ${removed.length} removed, ${pages.size} in all`);
  return 0;
}

/** @throws Failure with what the synthesis says, when it fails */
async function synthesisedStacks({ lifetime, terminal }: Means): Promise<readonly Stack[]> {
  const { environment } = loadProject({ root: ROOT, environment: ENVIRONMENT });
  const variables = { ...process.env, ENVIRONMENT };
  const deployment = { root: ROOT, environment, lifetime, terminal, variables, stdio: "inherit" } as const;
  const { folder } = await synthesise(deployment, `docs-${process.pid}`);
  try {
    return readStacks(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes what has changed. Gives their paths. */
function write(pages: Pages): readonly string[] {
  const stale = stalePages(ROOT, pages);
  for (const path of stale) {
    const file = join(ROOT, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pages.get(path) ?? "");
  }
  return stale;
}

await runTool(main);
