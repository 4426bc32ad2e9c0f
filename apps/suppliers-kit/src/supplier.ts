/** What is known of a supplier. */
export interface SupplierFields {
  readonly name: string;
  readonly address: string;
  readonly city: string;
  readonly state: string;
  readonly email: string;
  readonly phone: string;
}

/** A supplier as it is stored. */
export interface Supplier extends SupplierFields {
  readonly id: number;
  /** Counts the changes: 1 for a new one. */
  readonly version: number;
}

/** One thing that is known of a supplier. */
export interface SupplierField {
  readonly name: keyof SupplierFields;
  /** What people call it. */
  readonly label: string;
  /** Characters (not UTF-16 units), as the column has them. */
  readonly maximum: number;
}

/** All of them, in the order people see them in. The limits are those of the table: migrations.ts of employee. */
export const supplierFields: readonly SupplierField[] = [
  { name: "name", label: "Name", maximum: 255 },
  { name: "address", label: "Address", maximum: 255 },
  { name: "city", label: "City", maximum: 255 },
  { name: "state", label: "State", maximum: 255 },
  { name: "email", label: "Email", maximum: 255 },
  { name: "phone", label: "Phone", maximum: 100 },
];

/** The columns of a {@link Supplier}, for a statement. */
export const SUPPLIER_COLUMNS = "id, name, address, city, state, email, phone, version";

/** The largest id that the table has room for (INT UNSIGNED). */
export const MAXIMUM_ID = 4_294_967_295;
