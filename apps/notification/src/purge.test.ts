import { DatabaseUnavailable } from "@express-on-ecs/kit/mysql-fault";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryLog } from "../testing/log";
import { PURGE_ROWS } from "./deliveries";
import { Purge } from "./purge";

/** A purge that begins after half a minute. @param batches what each call removes; then nothing */
function fakePurge(batches: (number | Error)[]) {
  const log = memoryLog();
  let calls = 0;
  const purge = async () => {
    const batch = batches[calls++] ?? 0;
    if (batch instanceof Error) throw batch;
    return batch;
  };
  return { log, purge: new Purge({ purge }, log.logger, () => 0.5).start(), calls: () => calls };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the purge", () => {
  it("begins at a moment within the first minute, and again every ten minutes", async () => {
    const { calls } = fakePurge([3]);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(calls()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls()).toBe(1);
    await vi.advanceTimersByTimeAsync(20 * 60_000);
    expect(calls()).toBe(3);
  });

  it("goes on while there is a whole batch, with pauses, and says how many it removed", async () => {
    const { calls, log } = fakePurge([PURGE_ROWS, PURGE_ROWS, 7]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(calls()).toBe(1);
    await vi.advanceTimersByTimeAsync(199);
    expect(calls()).toBe(1);
    await vi.advanceTimersByTimeAsync(201);
    expect(calls()).toBe(3);
    expect(log.lines).toMatchObject([{ msg: "old keys forgotten", removed: 2 * PURGE_ROWS + 7 }]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect([calls(), log.lines.length]).toEqual([4, 1]);
  });

  it("survives an outage of the database", async () => {
    const { calls, log } = fakePurge([new DatabaseUnavailable("ECONNREFUSED"), 1]);
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    expect(calls()).toBe(2);
    expect(log.lines.map(({ msg }) => msg)).toEqual([
      "old keys could not be forgotten; the next try follows",
      "old keys forgotten",
    ]);
  });

  it("ends as a shutdown hook, after the batch under way", async () => {
    const { purge, calls } = fakePurge([PURGE_ROWS, PURGE_ROWS]);
    await vi.advanceTimersByTimeAsync(30_000);
    await purge.shutdownHook.run();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect([calls(), purge.shutdownHook.name]).toEqual([1, "purge"]);
  });
});
