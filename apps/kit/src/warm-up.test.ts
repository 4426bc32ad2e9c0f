import { expect, it } from "vitest";
import { lazy } from "./lazy";
import { warmUp } from "./warm-up";

it("runs one after the other, and the next one when one has failed, which it logs", async () => {
  const events: unknown[] = [];
  const log = (fields: unknown, message?: string) => void events.push([fields, message]);
  const logger = { info: log, error: log };
  const fault = new Error("no such package");
  const fails = { name: "mails", run: () => Promise.reject(fault) };
  const works = { name: "database", run: async () => void events.push("database") };
  const done = warmUp([fails, works], logger as never);
  // Whoever asks meanwhile comes first.
  expect(events).toEqual([]);
  await done;
  expect(events).toEqual([
    [{ err: fault, warmUp: "mails" }, "warm-up failed"],
    "database",
    [{ milliseconds: expect.any(Number) }, "warmed up"],
  ]);
});

it("loads a thing when it is first asked for, and once", async () => {
  let loaded = 0;
  const get = lazy(async () => ++loaded);
  expect(loaded).toBe(0);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
});
