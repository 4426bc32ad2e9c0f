import { parseEmailAddress } from "@express-on-ecs/notification/email-address";
import { userFields } from "@express-on-ecs/user-management/user";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const { email } = userFields.shape;

/** What addresses are made of, and what breaks them. */
const part = fc.array(fc.constantFrom("a", "9", ".", "-", "_", "+", "'", "%", " ", "é", "xn--"), { maxLength: 6 });
const address = fc
  .tuple(part, part, fc.constantFrom("", ".", ".com", ".1", "-"))
  .map(([local, domain, end]) => `${local.join("")}@${domain.join("")}${end}`);

describe("an address that a user may have", () => {
  it("is one that notification can mail: else the user would never hear of the account", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(address, fc.emailAddress()), (text) => {
        if (!email.safeParse(text).success) return;
        taken++;
        expect(parseEmailAddress(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it.each(["a..b@example.com", ".a@example.com", "a.@example.com", "a@b.1", "a@b", "a b@example.com", "é@example.com"])(
    "is not %s",
    (text) => {
      expect(email.safeParse(text).success).toBe(false);
    },
  );
});
