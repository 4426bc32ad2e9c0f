import { describe, expect, it } from "vitest";
import { instanceSize, isArm } from "./instance-types";

describe("instanceSize", () => {
  it.each([
    ["t3.nano", 2, 512],
    ["t3.small", 2, 2048],
    ["t4g.2xlarge", 8, 32768],
    ["c7g.medium", 1, 2048],
    ["m5.large", 2, 8192],
    ["m6i.xlarge", 4, 16384],
    ["r6g.16xlarge", 64, 524288],
  ])("knows %s", (type, vcpu, memoryMiB) => {
    expect(instanceSize(type)).toEqual({ vcpu, memoryMiB });
  });

  it.each(["c5n.large", "g5.xlarge", "m5.metal", "t3.huge", "m7i-flex.large", "nonsense"])(
    "does not judge %s",
    (type) => {
      expect(instanceSize(type)).toBeUndefined();
    },
  );
});

describe("isArm", () => {
  it("tells Graviton by the letter behind the generation", () => {
    const types = ["t4g.small", "m7gd.large", "c6gn.xlarge", "a1.large", "t3.small", "g5.xlarge", "m6i.large"];
    expect(types.filter(isArm)).toEqual(["t4g.small", "m7gd.large", "c6gn.xlarge", "a1.large"]);
  });
});
