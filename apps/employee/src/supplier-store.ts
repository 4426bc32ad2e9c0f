import type { Statements } from "@express-on-ecs/kit/mysql";
import { SUPPLIER_COLUMNS, type Supplier, type SupplierFields } from "@express-on-ecs/suppliers-kit/supplier";

function valuesOf({ name, address, city, state, email, phone }: SupplierFields) {
  return [name, address, city, state, email, phone] as const;
}

/** One supplier; undefined when there is none with this id. */
export async function findSupplier(statements: Statements, id: number): Promise<Supplier | undefined> {
  const [supplier] = await statements.read<Supplier>(`SELECT ${SUPPLIER_COLUMNS} FROM suppliers WHERE id = ?`, [id]);
  return supplier;
}

/** @throws StatementRefused `duplicate` when there is one with this name, address, city and state */
export async function addSupplier(statements: Statements, supplier: SupplierFields): Promise<void> {
  await statements.write(
    "INSERT INTO suppliers (name, address, city, state, email, phone) VALUES (?, ?, ?, ?, ?, ?)",
    valuesOf(supplier),
  );
}

/**
 * Changes a supplier, if nobody else has since the version was read.
 *
 * @returns whether it was changed
 * @throws StatementRefused `duplicate` when there is another one with this name, address, city and state
 */
export async function updateSupplier(
  statements: Statements,
  { id, version }: Pick<Supplier, "id" | "version">,
  supplier: SupplierFields,
): Promise<boolean> {
  const { rows } = await statements.write(
    "UPDATE suppliers SET name = ?, address = ?, city = ?, state = ?, email = ?, phone = ?, version = version + 1 WHERE id = ? AND version = ?",
    [...valuesOf(supplier), id, version],
  );
  return rows === 1;
}

/** Removes a supplier, if nobody has changed it since the version was read. @returns whether it was removed */
export async function removeSupplier(
  statements: Statements,
  { id, version }: Pick<Supplier, "id" | "version">,
): Promise<boolean> {
  const { rows } = await statements.write("DELETE FROM suppliers WHERE id = ? AND version = ?", [id, version]);
  return rows === 1;
}
