import { describe, expect, it } from "vitest";
import { addSupplier, findSupplier, removeSupplier, updateSupplier } from "./supplier-store";

const SQL = `'; DROP TABLE suppliers; -- ? \\ "`;
const evil = { name: SQL, address: SQL, city: SQL, state: SQL, email: SQL, phone: SQL };

/** A database that remembers what it was asked. */
function fakeDatabase(rows: number) {
  const asked: { statement: string; values: readonly unknown[] }[] = [];
  return {
    asked,
    read: async <Row extends object>(statement: string, values: readonly unknown[] = []) => {
      asked.push({ statement, values });
      return [] as Row[];
    },
    write: async (statement: string, values: readonly unknown[] = []) => {
      asked.push({ statement, values });
      return { rows, insertId: 0 };
    },
  };
}

describe("every statement", () => {
  it("has placeholders and nothing of what was entered", async () => {
    const database = fakeDatabase(1);
    await findSupplier(database, 7);
    await addSupplier(database, evil);
    await updateSupplier(database, { id: 7, version: 2 }, evil);
    await removeSupplier(database, { id: 7, version: 2 });
    expect(database.asked).toHaveLength(4);
    for (const { statement, values } of database.asked) {
      expect(statement).not.toMatch(/DROP|'|"|\\|7/);
      expect(statement.split("?")).toHaveLength(values.length + 1);
    }
  });

  it("writes known fields only", async () => {
    const database = fakeDatabase(1);
    await addSupplier(database, { ...evil, id: 1, version: 9 } as typeof evil);
    expect(database.asked[0]).toEqual({
      statement: "INSERT INTO suppliers (name, address, city, state, email, phone) VALUES (?, ?, ?, ?, ?, ?)",
      values: [SQL, SQL, SQL, SQL, SQL, SQL],
    });
  });
});

describe("changing and removing", () => {
  it.each([
    [1, true],
    [0, false],
  ])("tell of %i rows whether it was done: %s", async (rows, done) => {
    const supplier = { id: 7, version: 2 };
    expect(await updateSupplier(fakeDatabase(rows), supplier, evil)).toBe(done);
    expect(await removeSupplier(fakeDatabase(rows), supplier)).toBe(done);
  });
});
