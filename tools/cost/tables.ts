import { dollars } from "./arithmetic";
import { LEVELS } from "./charge";
import type { Amount } from "./estimate";
import { IN_COMMON, LEVEL_NAMES, type Summary } from "./summary";

/** A heading and rows; columns of numbers are marked, and stand to the right. */
export interface Table {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How many of the last columns hold numbers. */
  readonly numbers: number;
}

const AMOUNTS = [...LEVELS.map((level) => LEVEL_NAMES[level]), "by use"];

function amountCells(amount: Amount): readonly string[] {
  return [...LEVELS.map((level) => dollars(amount[level])), dollars(amount.use)];
}

export function stackTable({ stacks, total }: Summary): Table {
  return {
    heading: ["stack", ...AMOUNTS],
    rows: [
      ...stacks.map(({ stack, amount }) => [stack, ...amountCells(amount)]),
      ["all stacks", ...amountCells(total)],
    ],
    numbers: AMOUNTS.length,
  };
}

export function serviceTable({ services, inCommon, total }: Summary): Table {
  return {
    heading: ["service", "stack", "tasks", ...AMOUNTS],
    rows: [
      ...services.map(({ service, stack, tasks, amount }) => {
        const counts = LEVELS.map((level) => tasks[level]).join(" / ");
        return [service, stack, counts, ...amountCells(amount)];
      }),
      [IN_COMMON, "", "", ...amountCells(inCommon)],
      ["all", "", "", ...amountCells(total)],
    ],
    numbers: AMOUNTS.length,
  };
}

/** What each switch saves. A minus says that it costs more. */
export function savingTable({ savings }: Summary): Table {
  return {
    heading: ["switch", "but", "saves at rest", "at full scale"],
    rows: savings.map(({ name, but, result }) =>
      "refused" in result
        ? [name, `refused: ${result.refused}`, "-", "-"]
        : [name, but, dollars(result.atRest), dollars(result.fullScale)],
    ),
    numbers: 2,
  };
}

/** The rows with their numbers to the right of the columns. */
export function alignedRows({ heading, rows, numbers }: Table): {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const first = heading.length - numbers;
  const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => row[column]?.length ?? 0)));
  const align = (row: readonly string[]) =>
    row.map((cell, column) => (column < first ? cell : cell.padStart(widths[column] ?? 0)));
  return { heading: align(heading), rows: rows.map(align) };
}

export function toMarkdown({ heading, rows, numbers }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = heading.map((_, column) => (column < heading.length - numbers ? "---" : "---:"));
  return [line(heading), `|${rule.join("|")}|`, ...rows.map(line)].join("\n");
}
