import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QueueFull, WorkQueue } from "./work-queue";

/** Works that end when they are told to. */
function works() {
  const ends: ((outcome: "done" | Error) => void)[] = [];
  const begun: number[] = [];
  const work = (name: number) => () => {
    begun.push(name);
    return new Promise<number>((resolve, reject) => {
      ends[name] = (outcome) => (outcome === "done" ? resolve(name) : reject(outcome));
    });
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { ends, begun, work, settle };
}

describe("a work queue", () => {
  it("does so much at a time, lets so much wait, and refuses the rest at once", async () => {
    const { ends, begun, work, settle } = works();
    const queue = new WorkQueue({ concurrency: 2, waiting: 3 });
    const taken = [0, 1, 2, 3, 4].map((name) => queue.run(work(name)));
    await expect(queue.run(work(5))).rejects.toBeInstanceOf(QueueFull);
    await settle();
    expect(begun).toEqual([0, 1]);
    ends[1]?.("done");
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    // One left the queue: there is a place again, behind all others.
    taken.push(queue.run(work(6)));
    for (const name of [0, 2, 3, 4, 6]) {
      ends[name]?.("done");
      await settle();
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 6]);
    expect(await Promise.all(taken)).toEqual([0, 1, 2, 3, 4, 6]);
  });

  it("goes on after work that failed, and tells its caller alone", async () => {
    const { ends, work, settle } = works();
    const queue = new WorkQueue({ concurrency: 1, waiting: 1 });
    const failing = queue.run(work(0));
    const next = queue.run(work(1));
    await settle();
    ends[0]?.(new Error("no"));
    await expect(failing).rejects.toThrow("no");
    await settle();
    ends[1]?.("done");
    expect(await next).toBe(1);
    await expect(queue.run(() => Promise.reject(new Error("again")))).rejects.toThrow("again");
  });

  it("is idle when nothing is done and nothing waits", async () => {
    const { ends, work, settle } = works();
    const queue = new WorkQueue({ concurrency: 1, waiting: 1 });
    await queue.idle();
    const done = [queue.run(work(0)), queue.run(work(1))];
    let idle = false;
    const waiting = queue.idle().then(() => {
      idle = true;
    });
    await settle();
    ends[0]?.("done");
    await settle();
    expect(idle).toBe(false);
    ends[1]?.("done");
    await Promise.all([waiting, ...done]);
  });

  it("never does more than it may, and answers everything", async () => {
    const bounds = fc.record({ concurrency: fc.integer({ min: 1, max: 4 }), waiting: fc.integer({ min: 0, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(bounds, fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }), async (bound, ticks) => {
        const queue = new WorkQueue(bound);
        let running = 0;
        const outcomes = ticks.map((count) =>
          queue
            .run(async () => {
              expect(++running).toBeLessThanOrEqual(bound.concurrency);
              for (let tick = 0; tick < count; tick++) await undefined;
              running--;
              return "done";
            })
            .catch((error: Error) => error.name),
        );
        await queue.idle();
        const all = await Promise.all(outcomes);
        const taken = Math.min(ticks.length, bound.concurrency + bound.waiting);
        expect(all.filter((outcome) => outcome === "done")).toHaveLength(taken);
        expect(all.filter((outcome) => outcome === "QueueFull")).toHaveLength(ticks.length - taken);
      }),
    );
  });
});
