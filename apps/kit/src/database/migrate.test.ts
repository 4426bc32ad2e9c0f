import { describe, expect, it } from "vitest";
import { withLock } from "./migrate";

/** A database whose lock this is. */
const locked = (got: number | null) => ({
  read: async <Row extends object>() => [{ got }] as object[] as Row[],
});

describe("withLock", () => {
  it("does the work with the lock", async () => {
    let done = false;
    await withLock(locked(1), "COFFEE", async () => {
      done = true;
    });
    expect(done).toBe(true);
  });

  it.each([0, null])("does nothing while another task has it, and says so (%s)", async (got) => {
    let done = false;
    const work = withLock(locked(got), "COFFEE", async () => {
      done = true;
    });
    await expect(work).rejects.toThrow(
      "another task has been changing the database COFFEE for 300 s: wait until it has ended, and run this again",
    );
    expect(done).toBe(false);
  });
});
