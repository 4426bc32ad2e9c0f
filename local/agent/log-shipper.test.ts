import { describe, expect, it } from "vitest";
import { destinationOf } from "./log-shipper";

function destination(options: Record<string, string>) {
  return destinationOf({ name: "cart", logConfiguration: { logDriver: "awslogs", options } }, "0123");
}

const GROUP = { "awslogs-group": "/shop/cart" };

describe("where a container logs to", () => {
  it("is named as the awslogs driver names it", () => {
    expect(destination({ ...GROUP, "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "ecs" })).toEqual({
      group: "/shop/cart",
      stream: "ecs/cart/0123",
      region: "eu-west-1",
      createsGroup: false,
      bufferBytes: 10 * 1_024 ** 2,
    });
    expect(destination(GROUP)?.stream).toBe("0123");
    expect(destination({ ...GROUP, "awslogs-create-group": "true" })?.createsGroup).toBe(true);
  });

  it("takes as much as its buffer holds, and in the blocking mode everything", () => {
    expect(destination({ ...GROUP, "max-buffer-size": "25m" })?.bufferBytes).toBe(25 * 1_024 ** 2);
    expect(destination({ ...GROUP, "max-buffer-size": "512K" })?.bufferBytes).toBe(512 * 1_024);
    expect(destination({ ...GROUP, mode: "blocking" })?.bufferBytes).toBe(Number.POSITIVE_INFINITY);
  });

  it("is refused in ECS's words for a size that is none", () => {
    expect(() => destination({ ...GROUP, "max-buffer-size": "much" })).toThrow(
      "ResourceInitializationError: failed to validate logger args: invalid size: 'much' : exit status 1",
    );
  });

  it("is nowhere but its file with another log driver, or none", () => {
    expect(destinationOf({ name: "cart" }, "0123")).toBeUndefined();
    expect(destinationOf({ name: "cart", logConfiguration: { logDriver: "json-file" } }, "0123")).toBeUndefined();
  });
});
