import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/synth";
import { LogBucket } from "./log-bucket";
import { StateBucket } from "./state-bucket";

const NAME =
  "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no address, and no beginning or end that S3 keeps for itself";
const DAYS = "a whole number from 1 to 2147483647";
const location = { partition: "aws", region: "us-east-1", accountId: "123456789012" };

describe("a bucket", () => {
  const refusal = (bucket: string) => refusalOf((stack) => new StateBucket(stack, "State", { bucket }));

  it.each([
    ["2 characters", "ab"],
    ["64 characters", "b".repeat(64)],
    ["a capital letter", "Shop-state"],
    ["a hyphen at its end", "shop-"],
    ["two dots in a row", "shop..state"],
    ["an address", "192.0.2.1"],
    ["a beginning that S3 keeps for itself", "xn--shop"],
    ["an end that S3 keeps for itself", "shop-s3alias"],
  ])("refuses a name with %s", (_, bucket) => {
    expect(refusal(bucket)).toBe(`test/State: "bucket" is "${bucket}"; allowed: ${NAME}`);
  });

  it("takes the shortest and the longest name, and dots", () => {
    expect(["abc", "b".repeat(63), "shop.example.com"].map(refusal)).toEqual([undefined, undefined, undefined]);
  });

  it("refuses to lose old states after 0 days", () => {
    expect(
      refusalOf((stack) => new StateBucket(stack, "State", { bucket: "shop-state", noncurrentVersionExpiryDays: 0 })),
    ).toBe(`test/State: "noncurrentVersionExpiryDays" is 0; allowed: ${DAYS}`);
  });

  it("refuses to lose logs after 0 days", () => {
    expect(refusalOf((stack) => new LogBucket(stack, "Logs", { bucket: "shop-logs", location, expiryDays: 0 }))).toBe(
      `test/Logs: "expiryDays" is 0; allowed: ${DAYS}`,
    );
  });

  it("refuses a log bucket's name with an underscore", () => {
    expect(refusalOf((stack) => new LogBucket(stack, "Logs", { bucket: "shop_logs", location }))).toBe(
      `test/Logs: "bucket" is "shop_logs"; allowed: ${NAME}`,
    );
  });
});
