import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BENCHMARK_NAMES } from "./descriptions";
import { markdownOf } from "./markdown";
import { readReport } from "./report";

const DOCS = join(import.meta.dirname, "../../docs");
const page = readFileSync(join(DOCS, "benchmarks.md"), "utf8");
const [, ...sections] = page.split("\n## ");

/** Rows of the first table of a text, without its head. */
const rowsOf = (text: string) => (/(?:^\|.*\n)+/m.exec(text)?.[0].trim().split("\n") ?? []).slice(2);

describe("docs/benchmarks.md", () => {
  it("is what docs/benchmarks.json says", () => {
    expect(page).toBe(markdownOf(readReport(join(DOCS, "benchmarks.json"))));
  });

  it("has a section for each benchmark that there is, in the order in which they run", () => {
    expect(sections.map((section) => section.split("\n")[0])).toEqual(BENCHMARK_NAMES);
  });

  it.each(sections.map((section) => [section.split("\n")[0], section]))(
    "tells figures of %s as name, value and aim",
    (_, section) => {
      expect(section).toMatch(/^\d{4}-\d\d-\d\d, commit .+, `npm run bench.*`: took (\d+ min )?\d+ s\.$/m);
      expect(rowsOf(section).length).toBeGreaterThan(2);
      for (const row of rowsOf(section)) {
        expect(row).toMatch(
          /^\| [^|]+ \| [\d,.]+( \S+)? \| ((at most|at least) [\d.]+( \S+)?(: \*\*missed\*\*)?)? ?\|$/,
        );
      }
    },
  );

  it("names no folder and no host of the machine", () => {
    expect(page).not.toMatch(/(^|[\s`"'(])\/(home|root|tmp|work|Users|var)\/|localhost|127\.0\.0\.1/);
  });
});
