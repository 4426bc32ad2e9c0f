/** A time as tables show it; empty where there is none. */
export function timeOf(at?: Date): string {
  return at === undefined ? "" : `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
