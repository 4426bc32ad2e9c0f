import { groupBy } from "../../config/group-by";
import type { Terminal } from "../terminal/terminal";
import { dollars, type Term, written } from "./arithmetic";
import { ASSUMED, type AssumptionId, MEANINGS, NOT_COUNTED } from "./assumptions";
import { LEVELS } from "./charge";
import type { Charge, Unknown } from "./estimate";
import { IN_COMMON, LEVEL_NAMES, type Summary } from "./summary";
import { alignedRows, savingTable, serviceTable, stackTable, type Table, toMarkdown } from "./tables";

/** Columns that the report keeps within. */
const WIDTH = 120;

/** Columns of what is paid for, before its arithmetic. */
const WHAT_WIDTH = 42;

/** Columns of a level's name, before its arithmetic. */
const LEVEL_WIDTH = 12;

const INDENT = 4;

/** Tells a person what an environment costs. */
export function printSummary(summary: Summary, terminal: Terminal): void {
  const { environment, emulated, prices, assumptions, stale } = summary;
  const title = terminal.style("bold", `${environment}: US dollars a month of ${assumptions.hoursPerMonth} hours`);
  terminal.line(`${title}, at list prices of ${prices.region} as of ${prices.asOf}`);
  if (stale !== undefined) for (const line of wrapped(stale, WIDTH - INDENT)) terminal.warn(line);
  if (emulated)
    terminal.warn(`${environment} is emulated on this machine, and costs nothing; in AWS its stacks would cost this`);
  terminal.line("at rest: each service at its fewest tasks; desired: as it starts; full scale: at its most;");
  terminal.line("by use: what comes on top of each of these, by the assumptions below");
  printTable("stacks", stackTable(summary), terminal);
  printTable("services, with what is theirs in any stack; tasks at each level", serviceTable(summary), terminal);
  printArithmetic(summary, terminal);
  printUnknown(summary.unknown, terminal);
  printSavings(summary, terminal);
  printAssumptions(summary, terminal);
}

/** The tables that README.md has. */
export function summaryMarkdown(summary: Summary): string {
  return `${toMarkdown(stackTable(summary))}\n\n${toMarkdown(savingTable(summary))}`;
}

function printTable(title: string, table: Table, terminal: Terminal): void {
  printTitle(title, terminal);
  const { heading, rows } = alignedRows(table);
  terminal.table(heading, rows);
}

function printTitle(title: string, terminal: Terminal): void {
  terminal.line();
  terminal.line(terminal.style("bold", title));
}

function printArithmetic({ charges }: Summary, terminal: Terminal): void {
  printTitle("arithmetic", terminal);
  for (const [owner, ofOwner] of groupBy(charges, ownerOf)) {
    terminal.line(`  ${terminal.style("dim", owner)}`);
    for (const line of ofOwner.flatMap(chargeLines)) terminal.line(line);
  }
}

function ownerOf({ stack, service }: Charge): string {
  return `${stack}, ${service ?? IN_COMMON}`;
}

/** What is paid for, and how much that makes: a line for each level where these differ. */
export function chargeLines(charge: Charge): readonly string[] {
  return sumsOf(charge).flatMap(([label, term, amount], index) => {
    const what = index === 0 ? charge.what : "";
    const before = " ".repeat(INDENT) + what.padEnd(WHAT_WIDTH) + label.padEnd(LEVEL_WIDTH);
    const lines = wrapped(`${written(term)} = ${dollars(amount)}`, WIDTH - before.length);
    return lines.map((line, row) => (row === 0 ? before : " ".repeat(before.length)) + line);
  });
}

function sumsOf({ cost, amount }: Charge): readonly (readonly [label: string, term: Term, amount: number])[] {
  if ("use" in cost) return [["by use", cost.use, amount.use]];
  const sums = LEVELS.map((level) => [LEVEL_NAMES[level], cost.fixed[level], amount[level]] as const);
  const alike = sums.every(([, term]) => written(term) === written(cost.fixed.atRest));
  return alike ? [["", cost.fixed.atRest, amount.atRest]] : sums;
}

/** What of the stacks may cost, and that no price is known for. */
function printUnknown(unknown: readonly Unknown[], terminal: Terminal): void {
  if (unknown.length === 0) return;
  printTitle("no price known for", terminal);
  for (const { type, detail, count } of unknown) {
    terminal.warn(`${count} × ${type}${detail === undefined ? "" : `: ${detail}`}`);
  }
  terminal.line("  add a price in tools/cost/prices/, or a decision in tools/cost/resource-types.ts");
}

function printSavings(summary: Summary, terminal: Terminal): void {
  const { savings } = summary;
  const told = savings.map((saving) =>
    "refused" in saving.result ? { ...saving, result: { refused: "see below" } } : saving,
  );
  const title = "switches, each alone and with what comes by use; a minus: it costs more";
  printTable(title, savingTable({ ...summary, savings: told }), terminal);
  for (const { name, result } of savings) {
    const note = "refused" in result ? `refused: ${result.refused}` : withoutPrices(result.unknown);
    if (note !== undefined) for (const line of wrapped(`${name} ${note}`, WIDTH - INDENT)) terminal.warn(line);
  }
}

function withoutPrices(unknown: readonly Unknown[]): string | undefined {
  if (unknown.length === 0) return undefined;
  return `is without ${unknown.map(({ type, detail }) => detail ?? type).join(", ")}: no price is known`;
}

function printAssumptions({ assumptions }: Summary, terminal: Terminal): void {
  printTitle("assumed of a month (tools/cost/assumptions.json)", terminal);
  for (const [id, means] of Object.entries(MEANINGS) as [AssumptionId, string][]) {
    const changed = assumptions[id] === ASSUMED[id] ? "" : " (by an option)";
    terminal.line(`  ${String(assumptions[id]).padStart(8)}  ${means}${changed}`);
  }
  printTitle("in no number", terminal);
  for (const what of NOT_COUNTED) for (const line of wrapped(what, WIDTH - INDENT)) terminal.line(`  ${line}`);
}

/** A text in lines of so many columns, broken at spaces. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
