import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const page = readFileSync(join(import.meta.dirname, "../../docs/benchmarks.md"), "utf8");
const [head = "", ...sections] = page.split("\n## ");

/** Rows of the first table of a text, without its head. */
const rowsOf = (text: string) => (/(?:^\|.*\n)+/m.exec(text)?.[0].trim().split("\n") ?? []).slice(2);

describe("docs/benchmarks.md", () => {
  it("says machine, system, date, commit, command and time", () => {
    const rows = rowsOf(head).map((row) => row.split("|").map((cell) => cell.trim()));
    expect(rows.map(([, name]) => name)).toEqual(["machine", "system", "date", "commit", "command", "took"]);
    for (const [, name, value] of rows) expect(value, name).not.toBe("");
    expect(rows.find(([, name]) => name === "date")?.[2]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(rows.find(([, name]) => name === "command")?.[2]).toMatch(/^`npm run bench.*`$/);
  });

  it("has a section for each benchmark that there is, in the order in which they run", () => {
    const source = readFileSync(join(import.meta.dirname, "../bench.ts"), "utf8");
    const [, table = ""] = /const BENCHES = \{\n([\s\S]*?)\n\};/.exec(source) ?? [];
    const known = [...table.matchAll(/^ {2}"?([\w-]+)"?: \{/gm)].map(([, name]) => name ?? "");
    const written = sections.map((section) => section.split("\n")[0] ?? "");
    expect(known.length).toBeGreaterThan(5);
    expect(written.length).toBeGreaterThan(0);
    expect(known.filter((name) => written.includes(name))).toEqual(written);
  });

  it.each(sections.map((section) => [section.split("\n")[0], section]))(
    "tells figures of %s as name, value and aim",
    (_, section) => {
      expect(section).toMatch(/Took (\d+ min )?\d+ s\./);
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
