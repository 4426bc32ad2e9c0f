import { describe, expect, it } from "vitest";
import type { Cursor } from "./cursor";
import type { Supplier } from "./supplier";
import { type ListQuery, listSuppliers, PAGE_SIZE } from "./supplier-list";

const rest = { address: "a", city: "c", state: "s", email: "e@example.com", phone: "1234567890", version: 1 };
const suppliers = (count: number): Supplier[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, name: `n${index}`, ...rest }));

/** A database that gives these rows, and remembers what it was asked. */
function fakeDatabase(...answers: readonly Supplier[][]) {
  const asked: { statement: string; values: readonly unknown[] }[] = [];
  const read = async <Row extends object>(statement: string, values: readonly unknown[] = []) => {
    asked.push({ statement, values });
    return (answers[asked.length - 1] ?? []) as object[] as Row[];
  };
  return { database: { read }, asked };
}

const SQL = `' OR 1=1; DROP TABLE suppliers; -- " \\ \0 | % _ ?`;
const cursor: Cursor = { direction: "after", name: SQL, id: 7 };

describe("listSuppliers", () => {
  it.each<[string, ListQuery]>([
    ["nothing", {}],
    ["a place", { cursor }],
    ["a place before", { cursor: { ...cursor, direction: "before" } }],
    ["a search", { search: SQL }],
    ["a search and a place", { search: SQL, cursor }],
  ])("asks for %s with a statement that has nothing of it but placeholders", async (_name, query) => {
    const { database, asked } = fakeDatabase(suppliers(3));
    await listSuppliers(database, query);
    for (const { statement, values } of asked) {
      expect(statement).not.toMatch(/DROP|\\|--|"|\d{3}/);
      expect(statement.split("?").length - 1).toBe(values.length);
    }
  });

  it("searches for the characters that LIKE takes for others as they are", async () => {
    const { database, asked } = fakeDatabase([]);
    await listSuppliers(database, { search: "100%_|a" });
    expect(asked[0]?.values).toEqual(["100|%|_||a%", "100%_|a"]);
  });

  it.each([
    [PAGE_SIZE, undefined, [PAGE_SIZE, false, false]],
    [PAGE_SIZE + 1, undefined, [PAGE_SIZE, false, true]],
    [3, "after", [3, true, false]],
    [PAGE_SIZE + 1, "after", [PAGE_SIZE, true, true]],
    [PAGE_SIZE + 1, "before", [PAGE_SIZE, true, true]],
  ] as const)(
    "of %i rows %s a place: how many, and whether there are pages around",
    async (rows, direction, expected) => {
      const { database } = fakeDatabase(suppliers(rows));
      const query = direction ? { cursor: { ...cursor, direction } } : {};
      const page = await listSuppliers(database, query);
      expect([page.suppliers.length, page.hasPrevious, page.hasNext]).toEqual(expected);
    },
  );

  it("turns a page before a place the right way round", async () => {
    const { database } = fakeDatabase(suppliers(PAGE_SIZE + 1));
    const page = await listSuppliers(database, { cursor: { ...cursor, direction: "before" } });
    expect([page.suppliers[0]?.id, page.suppliers.at(-1)?.id]).toEqual([PAGE_SIZE, 1]);
  });

  it.each(["after", "before"] as const)("shows the first page for nothing %s a place", async (direction) => {
    const { database, asked } = fakeDatabase([], suppliers(2));
    const page = await listSuppliers(database, { search: "n", cursor: { ...cursor, direction } });
    expect(page).toMatchObject({ hasPrevious: false, hasNext: false, suppliers: [{ id: 1 }, { id: 2 }] });
    expect(asked[1]?.values).toEqual(["n%", "n"]);
  });
});
