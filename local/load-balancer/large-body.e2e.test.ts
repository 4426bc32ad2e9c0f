import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { balancerBefore } from "./testing/balancer";
import { HOST } from "./testing/view";

const MiB = 1024 * 1024;
const BODY_BYTES = 200 * MiB;
/** For the sockets' buffers and for garbage. */
const MEMORY_BYTES = 90 * MiB;

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < BODY_BYTES; sent += MiB) yield Buffer.alloc(MiB, sent / MiB);
}

/** Memory outside of the heap that is in use at most while `work` goes on, beyond that at its start. */
async function peakMemory(work: Promise<unknown>): Promise<number> {
  const used = () => process.memoryUsage().arrayBuffers;
  const before = used();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, used() - before);
  }, 5);
  await work;
  clearInterval(timer);
  return peak;
}

/** Counts what it is given, and takes a pause now and then. */
function slowReader() {
  let bytes = 0;
  const writable = new Writable({
    write(piece: Buffer, _encoding, done) {
      const pause = Math.floor(bytes / (20 * MiB)) !== Math.floor((bytes + piece.length) / (20 * MiB));
      bytes += piece.length;
      if (pause) setTimeout(done, 50);
      else done();
    },
  });
  return { writable, bytes: () => bytes };
}

describe("a body of 200 MiB", () => {
  it("is streamed to a target that reads slowly, at flat memory", async () => {
    const { port } = await balancerBefore(async (received, response) => {
      const { writable, bytes } = slowReader();
      await pipeline(received, writable);
      response.end(String(bytes()));
    });
    const asked = request({ host: HOST, port, method: "POST", agent: false });
    const answered = once(asked, "response");
    const peak = await peakMemory(pipeline(Readable.from(pieces()), asked));
    const [response] = (await answered) as [IncomingMessage];
    expect(Number(await response.toArray().then(String))).toBe(BODY_BYTES);
    console.log(`upload of 200 MiB: at most ${Math.round(peak / MiB)} MiB of buffers`);
    expect(peak).toBeLessThan(MEMORY_BYTES);
  });

  it("is streamed to a client that reads slowly, at flat memory", async () => {
    const { port } = await balancerBefore((_, response) => void pipeline(Readable.from(pieces()), response));
    const asked = request({ host: HOST, port, agent: false }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    // Nothing is read for a while: what is sent must wait with the target.
    await sleep(300);
    const { writable, bytes } = slowReader();
    const peak = await peakMemory(pipeline(response, writable));
    expect(bytes()).toBe(BODY_BYTES);
    console.log(`download of 200 MiB: at most ${Math.round(peak / MiB)} MiB of buffers`);
    expect(peak).toBeLessThan(MEMORY_BYTES);
  });
});
