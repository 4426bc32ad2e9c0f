import { createServer } from "node:http";
import { property, assert as propertyHolds, integer as wholeNumber } from "fast-check";
import { describe, expect, it } from "vitest";
import { serverTimeouts, setTimeouts } from "./keep-alive";

describe("serverTimeouts", () => {
  it("keeps idle connections longer than the load balancer, whatever its idle timeout", () => {
    propertyHolds(
      property(wholeNumber({ min: 1, max: 4000 }), (seconds) => {
        const { keepAliveTimeout, headersTimeout, requestTimeout } = serverTimeouts(seconds);
        expect(keepAliveTimeout).toBe((seconds + 10) * 1000);
        expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
        expect(requestTimeout).toBeGreaterThan(headersTimeout);
      }),
    );
  });

  it("is what a server gets", () => {
    const server = createServer();
    setTimeouts(server, 60);
    expect(server).toMatchObject({ keepAliveTimeout: 70_000, headersTimeout: 75_000, requestTimeout: 105_000 });
  });
});
