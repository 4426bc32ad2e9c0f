import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../config/environment";
import { loadProject } from "../../config/load";
import { COUNT_ONLY, describeRefused } from "../../stacks/quotas/refusal";
import { countUses, isRefused, type Use } from "../../stacks/quotas/uses";
import { readWrittenStacks } from "../../stacks/quotas/written-stacks";
import { synthesise } from "../deploy/stacks";
import { Failure, USAGE_STATUS } from "../failure";
import { type Means, runTool } from "../run-tool";
import type { Terminal } from "../terminal/terminal";
import { type Options, readOptions, USAGE } from "./options";
import { arrange, fullest, HEADING, jsonOf, rowOf, WARNING_PERCENT } from "./table";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** `npm run quotas`: gives the exit status. @throws Failure with status 2 for a fault of use, and for a quota that is used up */
async function main({ args, terminal, lifetime }: Means): Promise<number> {
  const options = readOptions(ROOT, args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  const { environment } = loadProject({ root: ROOT, environment: options.environment });
  tell(await count(environment, { lifetime, terminal }), environment, options, terminal);
  return 0;
}

async function count(environment: Environment, { lifetime, terminal }: Omit<Means, "args">): Promise<readonly Use[]> {
  const variables = { ...process.env, ENVIRONMENT: environment.name, QUOTAS: COUNT_ONLY };
  const deployment = { root: ROOT, environment, lifetime, terminal, variables, stdio: "inherit" as const };
  // Two at once do not write over each other.
  const { folder } = await synthesise(deployment, `quotas-${process.pid}`);
  try {
    return countUses(readWrittenStacks(folder), environment);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Failure when a quota is used up */
function tell(uses: readonly Use[], environment: Environment, options: Options, terminal: Terminal): void {
  const told = arrange(uses);
  if (options.json) terminal.line(jsonOf(environment.name, environment.region, told));
  else {
    const rows = options.all ? told : fullest(told);
    terminal.table(HEADING, rows.map(rowOf));
    for (const { quota, scope, percent, refused } of rows.filter((one) => one.percent > WARNING_PERCENT)) {
      if (!refused) terminal.warn(`${quota} of ${scope} is used to ${percent.toFixed(1)} %`);
    }
  }
  const refused = uses.filter(isRefused);
  if (refused.length > 0) throw new Failure(describeRefused(refused, environment), USAGE_STATUS);
}

await runTool(main);
