import { MAXIMUM_ID, type Supplier } from "./supplier";

/** A place in the list, which is ordered by name, then by id: after or before this supplier. */
export interface Cursor {
  readonly direction: "after" | "before";
  readonly name: string;
  readonly id: number;
}

/** The text of a place for a link. */
export function cursorText({ name, id }: Pick<Supplier, "name" | "id">): string {
  return Buffer.from(JSON.stringify([name, id])).toString("base64url");
}

/** Reads a place from a link; undefined when it is none. */
export function readCursor(direction: Cursor["direction"], text: string): Cursor | undefined {
  try {
    const [name, id]: unknown[] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (typeof name !== "string" || typeof id !== "number") return undefined;
    return Number.isInteger(id) && id > 0 && id <= MAXIMUM_ID ? { direction, name, id } : undefined;
  } catch {
    return undefined;
  }
}
