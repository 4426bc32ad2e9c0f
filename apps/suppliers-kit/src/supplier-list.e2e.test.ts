import { createLogger } from "@express-on-ecs/kit/logging";
import { createDriverPool, Database } from "@express-on-ecs/kit/mysql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SuppliersDatabase, startSuppliersDatabase } from "../testing/suppliers-database";
import type { Cursor } from "./cursor";
import type { Supplier } from "./supplier";
import { listSuppliers, PAGE_SIZE } from "./supplier-list";

const COUNT = 4000;
/** What reading a page along an index may touch: a few times what it shows. A table that is read through is thousands. */
const FEW_ROWS = 8 * PAGE_SIZE;

let suppliers: SuppliersDatabase;
let database: Database;

const WORDS = ["Äthiopia", "blue", "Blue", "Golden", "O'Brien", "Zeta", "100%", "a_b", "☕ Café", "café"];
const CITIES = ["Zürich", "Zurich", "Cork", "Seattle", "São Paulo"];

beforeAll(async () => {
  suppliers = await startSuppliersDatabase();
  for (const name of ["prepare", "migrate"] as const) expect((await suppliers.command(name)).status).toBe(0);
  const rows = Array.from({ length: COUNT }, (_, index) => [
    // Ten of each name, so that pages begin and end in the middle of equal ones.
    `${WORDS[index % WORDS.length]} ${Math.floor(index / 100)}`,
    `${index} Main Street`,
    index % 10 === 2 ? "Cork" : `${CITIES[index % CITIES.length]}${index % 200}`,
    "State",
    "a@example.com",
    "1234567890",
  ]);
  const master = await suppliers.server.connect();
  await master.query("INSERT INTO COFFEE.suppliers (name, address, city, state, email, phone) VALUES ?", [rows]);
  await master.query("ANALYZE TABLE COFFEE.suppliers");
  await master.end();
  const { APP_DB_USER: user = "", APP_DB_PASSWORD: password = "" } = suppliers.variablesOf("customer");
  const access = { ...suppliers.server, name: "COFFEE", user, password };
  database = new Database(
    createDriverPool(access, 1),
    createLogger({ service: "test", environment: "local", version: "1" }, "silent"),
  );
});

afterAll(async () => {
  await database.shutdownHook.run();
  await suppliers.close();
});

async function readOn(direction: Cursor["direction"], from: Cursor | undefined, search?: string) {
  const pages: Supplier[][] = [];
  let cursor = from;
  for (;;) {
    const query = { ...(search !== undefined && { search }), ...(cursor && { cursor }) };
    const page = await listSuppliers(database, query);
    pages.push([...page.suppliers]);
    if (pages.length > COUNT) throw new Error("pages without an end");
    const edge = direction === "after" ? page.suppliers.at(-1) : page.suppliers[0];
    if (!(direction === "after" ? page.hasNext : page.hasPrevious) || !edge) return pages;
    cursor = { direction, name: edge.name, id: edge.id };
  }
}

describe("listSuppliers", () => {
  it("has each supplier on one page, from the first to the last", async () => {
    const pages = await readOn("after", undefined);
    expect(pages.map(({ length }) => length)).toEqual(Array.from({ length: COUNT / PAGE_SIZE }, () => PAGE_SIZE));
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(COUNT);
  });

  it("has the same pages on the way back", async () => {
    const forward = await readOn("after", undefined);
    const last = forward.at(-1)?.at(0);
    const back = await readOn("before", { direction: "before", name: last?.name ?? "", id: last?.id ?? 0 });
    expect([...back].reverse()).toEqual(forward.slice(0, -1));
  });

  it.each([
    ["blue", (2 * COUNT) / 10],
    ["ZURICH1", COUNT / 200],
    ["cork", COUNT / 10],
    ["o'b", COUNT / 10],
    ["100%", COUNT / 10],
    ["a_", COUNT / 10],
    ["%", 0],
    ["café", COUNT / 10],
    ["cork199", 0],
    ["' OR 1=1", 0],
  ])("finds by %s all whose name begins with it or whose city it is, each once", async (search, count) => {
    const found = (await readOn("after", undefined, search)).flat();
    const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    for (const { name, city } of found) {
      expect(fold(name).startsWith(fold(search)) || fold(city) === fold(search)).toBe(true);
    }
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    expect(found).toHaveLength(count);
  });

  it.each<[string, string | undefined, Cursor | undefined]>([
    ["the first page", undefined, undefined],
    ["a page in the middle", undefined, { direction: "after", name: "Golden 20", id: 1 }],
    ["a page near the end", undefined, { direction: "before", name: "Zeta 39", id: 1 }],
    ["a search for a common name", "blue", undefined],
    ["a search for a common city", "cork", undefined],
    ["a search for a common city, in the middle", "cork", { direction: "after", name: "Golden 20", id: 1 }],
    ["a search for a rare city", "são paulo104", undefined],
    ["a search for nobody", "nobody", undefined],
    ["a search for a common name, in the middle", "blue", { direction: "after", name: "Blue 20", id: 1 }],
  ])("reads few rows for %s", async (_name, search, cursor) => {
    const query = { ...(search !== undefined && { search }), ...(cursor && { cursor }) };
    await database.read("SELECT 1");
    const before = await rowsRead();
    await listSuppliers(database, query);
    expect((await rowsRead()) - before).toBeLessThan(FEW_ROWS);
  });
});

/** Rows that this session's statements have read, by an index or through the table. */
async function rowsRead(): Promise<number> {
  const status = await database.read<{ Variable_name: string; Value: string }>(
    "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_next', 'Handler_read_prev', 'Handler_read_rnd_next', 'Handler_read_key')",
  );
  return status.reduce((sum, { Value }) => sum + Number(Value), 0);
}
