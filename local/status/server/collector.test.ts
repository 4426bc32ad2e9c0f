import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { MailState } from "../state";
import { Collector } from "./collector";

const MAIL: MailState = { id: 1, at: 0, from: "a@example.com", to: "b@example.com", subject: "Hello" };

function fakeTimers(): void {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

describe("Collector", () => {
  it("reads nothing while nobody looks, and stops when the last one has gone", async () => {
    fakeTimers();
    const read = vi.fn(() => ({ mails: [MAIL] }));
    const collector = new Collector([{ name: "mails", everyMs: 1_000, read }]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(read).not.toHaveBeenCalled();
    const one = collector.subscribe(() => undefined);
    const other = collector.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(read).toHaveBeenCalledTimes(3);
    one();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(read).toHaveBeenCalledTimes(4);
    other();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(read).toHaveBeenCalledTimes(4);
  });

  it("tells only what has changed", async () => {
    fakeTimers();
    let mails: readonly MailState[] = [MAIL];
    const told = vi.fn();
    const collector = new Collector([{ name: "mails", everyMs: 1_000, read: () => ({ mails, names: [] }) }]);
    collector.subscribe(told);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told.mock.calls).toEqual([[{ mails: [MAIL], names: [], faults: [] }]]);
    mails = [];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told.mock.calls.slice(1)).toEqual([[{ mails: [] }]]);
    expect(collector.state).toEqual({ mails: [], names: [], faults: [] });
    collector.close();
  });

  it("tells at most twice a second, however often something changes", async () => {
    fakeTimers();
    const told = vi.fn();
    const collector = new Collector([]);
    collector.subscribe(told);
    for (let at = 0; at < 100; at++) {
      collector.tell({ mails: [{ ...MAIL, at }] });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(told.mock.calls.length).toBeLessThanOrEqual(2);
    expect(collector.state).toEqual({ mails: [{ ...MAIL, at: 99 }] });
    collector.close();
  });

  it("rests for three times as long as a reading takes, when that is longer than its pause", async () => {
    fakeTimers();
    const read = vi.fn(() => new Promise<object>((resolve) => setTimeout(() => resolve({}), 1_000)));
    const collector = new Collector([{ name: "slow", everyMs: 100, read }]);
    collector.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(read).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(read).toHaveBeenCalledTimes(2);
    collector.close();
  });

  it("reads at once when it is woken", async () => {
    fakeTimers();
    const read = vi.fn(() => ({}));
    const collector = new Collector([{ name: "mails", everyMs: 60_000, read }]);
    collector.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    collector.wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(read).toHaveBeenCalledTimes(2);
    collector.close();
  });

  it("says what can't be read, goes on with the rest, and says no more of it when it can", async () => {
    fakeTimers();
    let isBroken = true;
    const collector = new Collector([
      {
        name: "mails",
        everyMs: 1_000,
        read: () => (isBroken ? Promise.reject(new Error("the inbox is shut")) : { mails: [] }),
      },
      { name: "names", everyMs: 1_000, read: () => ({ names: [] }) },
    ]);
    collector.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(collector.state).toEqual({ names: [], faults: ["mails: the inbox is shut"] });
    isBroken = false;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(collector.state).toEqual({ names: [], mails: [], faults: [] });
    collector.close();
  });

  it("tells those who come later of what was told while nobody looked", () => {
    const collector = new Collector([]);
    collector.tell({ mails: [MAIL] });
    expect(collector.state).toEqual({ mails: [MAIL] });
  });
});
