import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProject } from "../../config/load";
import type { Deployment } from "../deploy/deployment";
import { type Means, runTool } from "../run-tool";
import { ASSUMED } from "./assumptions";
import { estimate } from "./estimate";
import { type Options, readOptions, USAGE } from "./options";
import { Plan } from "./plan";
import { loadPrices, staleness } from "./prices";
import { printSummary, summaryMarkdown } from "./report";
import { priceSwitches } from "./savings";
import { type Summary, sumUp } from "./summary";
import { summaryJson } from "./summary-json";
import { switchesOf } from "./switches";
import { synthesiseChanged } from "./variants";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What is synthesised goes here; removed at the end, when nothing writes any more. */
const FOLDER = join(ROOT, `.local/cost-${process.pid}`);

/** `npm run cost`: gives the exit status. @throws Failure with status 2 for a fault of use */
async function main({ args, terminal, lifetime }: Means): Promise<number> {
  const options = readOptions(ROOT, args);
  if (options.help) {
    terminal.line(USAGE);
    return 0;
  }
  try {
    mkdirSync(FOLDER, { recursive: true });
    const summary = await summarise(options, { lifetime, terminal });
    if (options.form === "json") terminal.line(summaryJson(summary));
    else if (options.form === "markdown") terminal.line(summaryMarkdown(summary));
    else printSummary(summary, terminal);
    return 0;
  } finally {
    await lifetime.end();
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

async function summarise(
  { environment: name, assumed, form }: Options,
  { lifetime, terminal }: Omit<Means, "args">,
): Promise<Summary> {
  const { environment } = loadProject({ root: ROOT, environment: name });
  const prices = loadPrices(ROOT, environment.region);
  const assumptions = { ...ASSUMED, ...assumed };
  const variables = { ...process.env, ENVIRONMENT: name };
  const deployment: Deployment = { root: ROOT, environment, lifetime, terminal, variables, stdio: "inherit" };
  const plan = new Plan(await synthesiseChanged(deployment, {}, FOLDER));
  const context = { plan, prices, assumptions };
  const switches = switchesOf(environment, assumptions.fargateSpotDiscount);
  // What reads JSON reads nothing else.
  const tell = (what: string) => (form === "text" ? terminal.progress(what) : undefined);
  return {
    environment: name,
    emulated: environment.emulated,
    prices,
    stale: staleness(prices, new Date()),
    assumptions,
    ...sumUp(plan, estimate(context)),
    savings: await priceSwitches(deployment, context, switches, FOLDER, tell),
  };
}

await runTool(main);
