import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchOf } from "./log-batch";

const MIB = 1_024 ** 2;

const LONGEST_EVENT = 256 * 1_024 - 26;

function batch(text: string, final = false) {
  return batchOf(Buffer.from(text), final);
}

/** The whole log, batch by batch, as far as it is whole. */
function messagesOf(log: Buffer): string[][] {
  const batches: string[][] = [];
  for (let offset = 0; offset < log.length; ) {
    const { messages, consumed } = batchOf(log.subarray(offset, offset + MIB), offset + MIB >= log.length);
    if (consumed === 0) throw new Error(`stuck at ${offset}`);
    batches.push([...messages]);
    offset += consumed;
  }
  return batches;
}

describe("a batch of a log", () => {
  it("holds whole lines, in order", () => {
    expect(batch("one\ntwo\nthr")).toEqual({ messages: ["one", "two"], consumed: 8 });
  });

  it("holds the last line without a line break when nothing follows", () => {
    expect(batch("one\ntwo", true)).toEqual({ messages: ["one", "two"], consumed: 7 });
    expect(batch("", true)).toEqual({ messages: [], consumed: 0 });
  });

  it("skips empty lines: no event may be empty", () => {
    expect(batch("\n\none\n\n")).toEqual({ messages: ["one"], consumed: 7 });
  });

  it("waits for the rest of a character", () => {
    const log = Buffer.from("grün\n");
    expect(batchOf(log.subarray(0, 3), false)).toEqual({ messages: [], consumed: 0 });
    expect(batchOf(log, false)).toEqual({ messages: ["grün"], consumed: 6 });
  });

  it("cuts a long line, between characters", () => {
    const line = `${"x".repeat(LONGEST_EVENT - 1)}üy`;
    expect(messagesOf(Buffer.from(`${line}\n`))).toEqual([["x".repeat(LONGEST_EVENT - 1), "üy"]]);
  });

  it("takes at most 10,000 events", () => {
    const { messages, consumed } = batch("x\n".repeat(10_001));
    expect([messages.length, consumed]).toEqual([10_000, 20_000]);
  });

  it("takes at most 1 MiB, where each event costs 26 bytes more", () => {
    const { messages } = batch(`${"x".repeat(998)}\n`.repeat(2_000));
    expect(messages.length).toBe(1_024);
  });

  it("loses nothing and keeps the order, whatever is written", () => {
    const long = fc
      .tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 2 }), fc.nat(80_000))
      .map(([text, times]) => text.repeat(times));
    const line = fc.oneof(fc.string({ unit: "binary" }), long);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const log = Buffer.from(lines.join("\n"));
        const joined = messagesOf(log).flat().join("");
        expect(joined).toBe(log.toString().replaceAll("\n", ""));
      }),
      { numRuns: 8 },
    );
  });
});
