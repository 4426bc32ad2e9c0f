import type { SqlValue, Statements } from "@express-on-ecs/kit/mysql";
import type { Cursor } from "./cursor";
import { SUPPLIER_COLUMNS, type Supplier } from "./supplier";

/** How many suppliers a page has. */
export const PAGE_SIZE = 25;

/** What to list. */
export interface ListQuery {
  /** How the name begins, or the whole city. @default all suppliers */
  readonly search?: string;
  /** @default the first page */
  readonly cursor?: Cursor;
}

/** A page of the list. */
export interface SupplierPage {
  readonly suppliers: readonly Supplier[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

/** One more than the page shows: whether there is another page. */
const LIMIT = PAGE_SIZE + 1;

const ORDER = { after: "ORDER BY name ASC, id ASC", before: "ORDER BY name DESC, id DESC" };

// Not `(name, id) > (?, ?)`: MySQL and MariaDB read the whole index for that one.
const BEYOND = { after: "name >= ? AND (name > ? OR id > ?)", before: "name <= ? AND (name < ? OR id < ?)" };

// The whole city, not its beginning: the suppliers of one city are in the index by name, those of several are not, and all
// 10,000 of a common beginning would be read and sorted for a page.
const FOUND = { name: "name LIKE ? ESCAPE '|'", city: "city = ?" };

interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** One way to find suppliers, along one index, in order. */
function select(columns: string, direction: Cursor["direction"], conditions: readonly string[]): string {
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")} ` : "";
  return `SELECT ${columns} FROM suppliers ${where}${ORDER[direction]} LIMIT ${LIMIT}`;
}

/** As many as a page has, wherever in the list it is: none of the statements reads more of an index than it needs. */
function statementFor({ search, cursor }: ListQuery): Statement {
  const direction = cursor?.direction ?? "after";
  const beyond = cursor ? [BEYOND[direction]] : [];
  const place = cursor ? [cursor.name, cursor.name, cursor.id] : [];
  if (search === undefined) return { text: select(SUPPLIER_COLUMNS, direction, beyond), values: place };
  // Each half along its own index. With OR the one index would be read from one end to the other for a rare word.
  const byName = select("id, name", direction, [FOUND.name, ...beyond]);
  const byCity = select("id, name", direction, [FOUND.city, ...beyond]);
  const found = `(${byName}) UNION (${byCity}) ${ORDER[direction]} LIMIT ${LIMIT}`;
  const pattern = `${search.replace(/[|%_]/g, "|$&")}%`;
  return {
    text: `SELECT ${SUPPLIER_COLUMNS} FROM suppliers WHERE id IN (SELECT id FROM (${found}) AS found) ${ORDER[direction]}`,
    values: [pattern, ...place, search, ...place],
  };
}

/**
 * Lists a page of suppliers by name.
 *
 * Keyset pages: a page begins behind a supplier, not after a number of them, so that the last of 100,000 is as quick as the
 * first, and that one who is added or removed meanwhile shifts nothing.
 */
export async function listSuppliers(statements: Pick<Statements, "read">, query: ListQuery): Promise<SupplierPage> {
  const { search, cursor } = query;
  const { text, values } = statementFor(query);
  const rows = await statements.read<Supplier>(text, values);
  const more = rows.length > PAGE_SIZE;
  const suppliers = rows.slice(0, PAGE_SIZE);
  // Back at the beginning, or behind suppliers who are gone: the first page, and a whole one.
  if (cursor && (suppliers.length === 0 || (cursor.direction === "before" && !more))) {
    return listSuppliers(statements, search === undefined ? {} : { search });
  }
  if (cursor?.direction === "before") return { suppliers: suppliers.reverse(), hasPrevious: true, hasNext: true };
  return { suppliers, hasPrevious: cursor !== undefined, hasNext: more };
}
