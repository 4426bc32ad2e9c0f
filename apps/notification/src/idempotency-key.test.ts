import { describe, expect, it } from "vitest";
import { readIdempotencyKey } from "./idempotency-key";

describe("an idempotency key", () => {
  it.each([undefined, "a", "A-_9", "0190b5f2-8c1e-7cc3-a1b2-0123456789ab", "k".repeat(64)])("may be %s", (key) => {
    expect(readIdempotencyKey(key)).toBe(key);
  });

  it.each(["", " ", "a b", "ann@example.com", "a, b", "ä", "k".repeat(65)])("is refused: %j", (key) => {
    const detail =
      'the header "Idempotency-Key" does not fit; allowed: 1 to 64 letters, digits, "_" and "-", such as a UUID, once';
    expect(() => readIdempotencyKey(key)).toThrow(expect.objectContaining({ status: 400, detail }));
  });
});
