import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../tools/testing/temporary-folder";
import { LogStream } from "./log-stream";

/** Longer than anything here takes: only a test of the bound reaches it. */
const PATIENT_MS = 60_000;

/** A stream of a new file, and what it has sent. */
async function openStream(bufferBytes = Number.POSITIVE_INFINITY, flushBoundMs = PATIENT_MS) {
  const file = join(temporaryFolder(), "task.log");
  const calls: (readonly string[])[] = [];
  const said: string[] = [];
  const failing = { times: 0 };
  const send = async (messages: readonly string[]) => {
    if (failing.times-- > 0) throw new Error("no answer");
    calls.push(messages);
  };
  const stream = await LogStream.open({
    file,
    name: "group stream",
    bufferBytes,
    send,
    say: (text) => said.push(text),
    flushBoundMs,
  });
  let open = true;
  const close = () => {
    open = false;
    return stream.close();
  };
  onTestFinished(() => (open ? stream.close() : undefined));
  return { stream, close, calls, said, failing, write: (text: string) => appendFileSync(file, text) };
}

describe("a log stream", () => {
  it("sends what is new, by whole lines", async () => {
    const { stream, calls, write } = await openStream();
    write("one\ntw");
    expect(await stream.ship()).toBe(true);
    expect(await stream.ship()).toBe(false);
    write("o\nthree\n");
    await stream.ship();
    expect(calls).toEqual([["one"], ["two", "three"]]);
  });

  it("says that there is more than one batch", async () => {
    const { stream, calls, write } = await openStream();
    write("x\n".repeat(15_000));
    expect(await stream.ship()).toBe(true);
    expect(await stream.ship()).toBe(false);
    expect(calls.map(({ length }) => length)).toEqual([10_000, 5_000]);
  });

  it("sends all that is left when it is closed, the last line without a line break too", async () => {
    const { close, calls, write } = await openStream();
    write(`${"x\n".repeat(15_000)}last`);
    await close();
    expect(calls.flat()).toHaveLength(15_001);
    expect(calls.flat().at(-1)).toBe("last");
  });

  it("sends a batch again that failed, and says so once", async () => {
    const { stream, calls, write, failing, said } = await openStream();
    write("one\n");
    failing.times = 2;
    expect([await stream.ship(), await stream.ship()]).toEqual([false, false]);
    write("two\n");
    await stream.ship();
    expect(calls).toEqual([["one", "two"]]);
    expect(said).toEqual(["the log of group stream waits: no answer"]);
  });

  it("tries again while it is closed", async () => {
    const { close, calls, write, failing } = await openStream();
    write("one");
    failing.times = 2;
    await close();
    expect(calls).toEqual([["one"]]);
  });

  it("does not wait for ever when it is closed", async () => {
    const { close, calls, write, failing } = await openStream(undefined, 50);
    write("one\n");
    failing.times = Number.POSITIVE_INFINITY;
    await close();
    expect(calls).toEqual([]);
  });

  it("says nothing more once it is closed", async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const file = join(temporaryFolder(), "task.log");
    const said: string[] = [];
    const options = {
      file,
      name: "",
      bufferBytes: 1_000,
      send: () => answered,
      say: (text: string) => said.push(text),
    };
    const stream = await LogStream.open({ ...options, flushBoundMs: 20 });
    appendFileSync(file, "one\n");
    await stream.close();
    answer();
    expect(await stream.ship()).toBe(false);
    expect(said).toEqual([]);
  });

  it("drops the oldest lines when more waits than the buffer holds, and says so once", async () => {
    const { stream, calls, write, said } = await openStream(20);
    write("first line\nsecond line\nthird line\n");
    await stream.ship();
    write("and more of it\n".repeat(4));
    await stream.ship();
    expect(calls).toEqual([["third line"], ["and more of it"]]);
    expect(said).toEqual(["the log of group stream is written faster than it is taken: 23 bytes dropped"]);
  });

  it("drops nothing in the blocking mode", async () => {
    const { close, calls, write } = await openStream();
    write("line\n".repeat(30_000));
    await close();
    expect(calls.flat()).toHaveLength(30_000);
  });

  it("never has two batches under way", async () => {
    const file = join(temporaryFolder(), "task.log");
    const order: string[] = [];
    const send = async ([message = ""]: readonly string[]) => {
      order.push(`begin ${message}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`end ${message}`);
    };
    const options = { file, name: "", bufferBytes: 1_000, send, say: () => undefined };
    const stream = await LogStream.open({ ...options, flushBoundMs: PATIENT_MS });
    appendFileSync(file, "one\n");
    const first = stream.ship();
    appendFileSync(file, "two\n");
    await Promise.all([first, stream.ship(), stream.close()]);
    expect(order.filter((_, index) => index % 2 === 0).map((text) => text.split(" ")[0])).not.toContain("end");
    expect(order.at(-1)).toBe(order.length === 2 ? "end one" : "end two");
  });
});
