import { type BenchmarkName, DESCRIPTIONS } from "./descriptions";
import { aimInWords } from "./figures";
import type { BenchmarkReport, Report } from "./report";

type ReportedFigure = BenchmarkReport["figures"][number];

/** Digits that a reader can make use of. */
const SIGNIFICANT_DIGITS = 3;

/** `docs/benchmarks.md`: a report as tables, one for each benchmark. */
export function markdownOf({ machine, benchmarks }: Report): string {
  const { processor, cores, memoryGiB, operatingSystem, node } = machine;
  const seconds = benchmarks.reduce((sum, benchmark) => sum + benchmark.seconds, 0);
  return `# Benchmarks

Written by \`npm run bench -- --write\`, from [benchmarks.json](benchmarks.json). Figures are medians of one run unless they say
otherwise; a ratio is of medians that were measured in turn, in the same run.

| | |
|---|---|
| machine | ${processor}, ${cores} cores, ${memoryGiB} GiB |
| system | ${operatingSystem}, Node ${node} |
| all of them take | ${minutes(seconds)} |
${benchmarks.map(sectionOf).join("")}`;
}

function sectionOf(benchmark: BenchmarkReport): string {
  const { name, seconds, figures, failure, loaded, loadAverage, date, commit, command } = benchmark;
  const description: string = DESCRIPTIONS[name as BenchmarkName] ?? "";
  const rows = figures.map(
    (figure) => `| ${figure.name} | ${valueInWords(figure.value, figure.unit)} | ${aimOf(figure)} |`,
  );
  const paragraphs = [
    description,
    `${date.slice(0, 10)}, commit ${commit ?? "unknown"}, \`${command}\`: took ${minutes(seconds)}.`,
    ...(loaded ? [`**The machine was busy** (load average ${loadAverage.toFixed(1)} at the start): a hint only.`] : []),
    ...(failure === undefined ? [] : [`**It failed:** ${firstLine(failure)}`]),
    ...(rows.length > 0 ? [["| figure | value | aim |", "|---|---|---|", ...rows].join("\n")] : []),
  ];
  return `\n## ${name}\n\n${paragraphs.filter(Boolean).join("\n\n")}\n`;
}

function aimOf({ aim, unit, reached }: ReportedFigure): string {
  if (!aim) return "";
  return `${aimInWords(aim, unit)}${reached ? "" : ": **missed**"}`;
}

/** A number as a person writes it: `0.0351`, `12.4 s`, `2,848 requests/s`. */
export function valueInWords(value: number, unit: string): string {
  const digits = value === 0 ? 0 : Math.max(0, SIGNIFICANT_DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))));
  const number = value.toLocaleString("en-GB", { maximumFractionDigits: digits });
  return `${number}${unit && ` ${unit}`}`;
}

function minutes(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds) % 60} s`;
}

/** An error may go on with what a process printed, which may name folders of the machine. */
const firstLine = (text: string) => (text.split("\n")[0] ?? "").replaceAll("|", "\\|").replace(/\/\S+\//g, "");
