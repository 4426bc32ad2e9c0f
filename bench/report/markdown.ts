import { aimInWords } from "./figures";
import type { BenchmarkReport, Report } from "./report";

type ReportedFigure = BenchmarkReport["figures"][number];

/** Digits that a reader can make use of. */
const SIGNIFICANT_DIGITS = 3;

/** `docs/benchmarks.md`: a report as tables, one for each benchmark. */
export function markdownOf(report: Report, descriptions: Readonly<Record<string, string>>): string {
  const { processor, cores, memoryGiB, operatingSystem, node } = report.machine;
  const seconds = report.benchmarks.reduce((sum, benchmark) => sum + benchmark.seconds, 0);
  return `# Benchmarks

Written by \`npm run bench -- --write\`. Figures are medians of one run unless they say otherwise; a ratio is of medians that were
measured in turn, in the same run.

| | |
|---|---|
| machine | ${processor}, ${cores} cores, ${memoryGiB} GiB |
| system | ${operatingSystem}, Node ${node} |
| date | ${report.date.slice(0, 10)} |
| commit | ${report.commit ?? "unknown"} |
| command | \`${report.command}\` |
| took | ${minutes(seconds)} |
${report.benchmarks.map((benchmark) => sectionOf(benchmark, descriptions[benchmark.name] ?? "")).join("")}`;
}

function sectionOf(benchmark: BenchmarkReport, description: string): string {
  const { name, seconds, figures, failure, loaded, loadAverage } = benchmark;
  const rows = figures.map(
    (figure) => `| ${figure.name} | ${valueInWords(figure.value, figure.unit)} | ${aimOf(figure)} |`,
  );
  const paragraphs = [
    [description, `Took ${minutes(seconds)}.`].filter(Boolean).join(" "),
    ...(loaded ? [`**The machine was busy** (load average ${loadAverage.toFixed(1)} at the start): a hint only.`] : []),
    ...(failure === undefined ? [] : [`**It failed:** ${firstLine(failure)}`]),
    ...(rows.length > 0 ? [["| figure | value | aim |", "|---|---|---|", ...rows].join("\n")] : []),
  ];
  return `\n## ${name}\n\n${paragraphs.join("\n\n")}\n`;
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
