import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { record, reportAtLeast, report as reportAtMost } from "../measure";
import { DESCRIPTIONS } from "./descriptions";
import { markdownOf, valueInWords } from "./markdown";
import {
  describeMachine,
  mergeReports,
  originOf,
  type Report,
  readReport,
  reportSchema,
  runBenchmark,
  writeReport,
} from "./report";

const ROOT = join(import.meta.dirname, "../..");

const ORIGIN = { date: "2030-01-31T10:11:12.000Z", command: "npm run bench", commit: "abc1234" };

afterEach(() => vi.restoreAllMocks());

/** Runs something as a benchmark, and returns what is reported of it and what it printed. */
async function run(bench: () => void) {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const benchmark = await runBenchmark("some", ORIGIN, async () => bench());
  return { benchmark, printed: log.mock.calls.map(([line]) => String(line)) };
}

describe("a figure", () => {
  it("says what was aimed for, and whether it was reached", async () => {
    const { benchmark, printed } = await run(() => {
      reportAtMost("time", 0.4, "s", 0.5);
      reportAtMost("other time", 0.6, "s", 0.5);
      reportAtLeast("share", 0.7, 0.6);
      reportAtLeast("other share", 0.5, 0.6);
    });
    expect(benchmark.figures).toEqual([
      { name: "time", value: 0.4, unit: "s", aim: { atMost: 0.5 }, reached: true },
      { name: "other time", value: 0.6, unit: "s", aim: { atMost: 0.5 }, reached: false },
      { name: "share", value: 0.7, unit: "", aim: { atLeast: 0.6 }, reached: true },
      { name: "other share", value: 0.5, unit: "", aim: { atLeast: 0.6 }, reached: false },
    ]);
    expect(printed.map((line) => /\(.*\)/.exec(line)?.[0])).toEqual([
      "(goal: at most 0.5 s, reached)",
      "(goal: at most 0.5 s, MISSED)",
      "(goal: at least 0.6, reached)",
      "(goal: at least 0.6, MISSED)",
    ]);
  });

  it("reaches its aim with the very number, and not with none", async () => {
    const { benchmark } = await run(() => {
      reportAtMost("exact", 0.5, "s", 0.5);
      reportAtMost("nothing", Number.NaN, "s", 0.5);
    });
    expect(benchmark.figures.map(({ reached }) => reached)).toEqual([true, false]);
  });

  it("without an aim is told, and neither reached nor missed", async () => {
    const { benchmark, printed } = await run(() => record("requests", 12, "1/s"));
    expect(benchmark.figures).toEqual([{ name: "requests", value: 12, unit: "1/s" }]);
    expect(printed).toEqual([expect.stringMatching(/^requests +12\.000 1\/s$/)]);
  });
});

describe("a benchmark", () => {
  it("that fails keeps the figures that it had, and says why", async () => {
    const { benchmark } = await run(() => {
      record("first", 1, "");
      throw new Error("it broke");
    });
    expect(benchmark).toMatchObject({ name: "some", failure: "it broke", figures: [{ name: "first" }] });
  });

  it("has its own figures alone", async () => {
    await run(() => record("first", 1, ""));
    const { benchmark } = await run(() => record("second", 2, ""));
    expect(benchmark.figures.map(({ name }) => name)).toEqual(["second"]);
    expect(benchmark).not.toHaveProperty("failure");
  });
});

describe("a report", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  it("says which machine, when and by which command, and is read back as it was written", async () => {
    const { benchmark } = await run(() => reportAtMost("time", 0.4, "s", 0.5));
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    folders.push(folder);
    const origin = originOf(ROOT, ["synth"]);
    const report = { machine: describeMachine(), benchmarks: [{ ...benchmark, ...origin }] };
    writeReport(join(folder, "some/report.json"), report);
    expect(readReport(join(folder, "some/report.json"))).toEqual(report);
    expect(origin).toMatchObject({ command: "npm run bench -- synth", commit: expect.stringMatching(/^[0-9a-f]{7,}/) });
    expect(report).toMatchObject({
      machine: { node: process.versions.node, cores: expect.any(Number), memoryGiB: expect.any(Number) },
      benchmarks: [{ seconds: expect.any(Number), loadAverage: expect.any(Number), loaded: expect.any(Boolean) }],
    });
  });

  it("is refused with a figure that is no number", async () => {
    const { benchmark } = await run(() => record("nothing", Number.NaN, "s"));
    const report = { machine: describeMachine(), benchmarks: [benchmark] };
    expect(reportSchema.safeParse(report).error?.issues[0]?.path).toEqual(["benchmarks", 0, "figures", 0, "value"]);
  });
});

const REPORT: Report = {
  machine: { processor: "Some CPU", cores: 2, memoryGiB: 8, operatingSystem: "linux 6.1 x64", node: "20.19.0" },
  benchmarks: [
    {
      ...ORIGIN,
      name: "synth",
      seconds: 83.2,
      loadAverage: 0.1,
      loaded: false,
      figures: [
        { name: "all stacks", value: 0.3456, unit: "s", aim: { atMost: 0.4 }, reached: true },
        { name: "share", value: 0.25, unit: "", aim: { atLeast: 0.6 }, reached: false },
        { name: "requests", value: 11452.3, unit: "requests/s" },
      ],
    },
    {
      ...ORIGIN,
      name: "start",
      seconds: 4,
      loadAverage: 3.2,
      loaded: true,
      figures: [],
      failure: "/home/somebody/repo/node ended with 1:\nmore",
    },
  ],
};

describe("reports of several runs", () => {
  const [synth, start] = REPORT.benchmarks as [Report["benchmarks"][0], Report["benchmarks"][0]];
  const anew = { ...synth, date: "2030-02-01T00:00:00.000Z", seconds: 1 };

  it("have the newest figures of each benchmark, in the order in which they run", () => {
    expect(mergeReports(undefined, REPORT)).toEqual(REPORT);
    const earlier = { ...REPORT, benchmarks: [synth, start] };
    expect(mergeReports(earlier, { ...REPORT, benchmarks: [anew] }).benchmarks).toEqual([anew, start]);
    expect(mergeReports({ ...REPORT, benchmarks: [start] }, { ...REPORT, benchmarks: [anew] }).benchmarks).toEqual([
      anew,
      start,
    ]);
  });

  it("keep no figure of another machine", () => {
    const elsewhere = { machine: { ...REPORT.machine, cores: 4 }, benchmarks: [anew] };
    expect(mergeReports(REPORT, elsewhere)).toEqual(elsewhere);
  });
});

describe("the page of a report", () => {
  const page = markdownOf(REPORT);

  it("says machine, and how long all take", () => {
    for (const row of [
      "| machine | Some CPU, 2 cores, 8 GiB |",
      "| system | linux 6.1 x64, Node 20.19.0 |",
      "| all of them take | 1 min 27 s |",
    ]) {
      expect(page).toContain(`\n${row}\n`);
    }
  });

  it("has a table for each benchmark, with what was aimed for", () => {
    expect(page).toContain(`
## synth

${DESCRIPTIONS.synth}

2030-01-31, commit abc1234, \`npm run bench\`: took 1 min 23 s.

| figure | value | aim |
|---|---|---|
| all stacks | 0.346 s | at most 0.4 s |
| share | 0.25 | at least 0.6: **missed** |
| requests | 11,452 requests/s |  |
`);
  });

  it("says what failed, without folders of the machine, and what a busy machine measured", () => {
    expect(page).toContain(`
## start

${DESCRIPTIONS.start}

2030-01-31, commit abc1234, \`npm run bench\`: took 4 s.

**The machine was busy** (load average 3.2 at the start): a hint only.

**It failed:** node ended with 1:
`);
    expect(page).not.toContain("somebody");
  });
});

describe("a number in words", () => {
  it.each([
    [0, "", "0"],
    [0.03512, "", "0.0351"],
    [12.345, "s", "12.3 s"],
    [400, "MiB", "400 MiB"],
    [2848.4, "requests/s", "2,848 requests/s"],
  ])("%d %s is %s", (value, unit, words) => {
    expect(valueInWords(value, unit)).toBe(words);
  });
});
