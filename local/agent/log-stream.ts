import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../tools/failure";
import { batchOf, READ_BYTES } from "./log-batch";

/** A busy machine takes its time, and why a task has failed is in its last lines. */
const FLUSH_BOUND_MS = 10_000;

const FLUSH_RETRY_MS = 100;

export interface LogStreamOptions {
  /** The file that the container writes to. */
  readonly file: string;
  /** Log group and log stream, for people. */
  readonly name: string;
  /** Bytes that may wait; what is older is dropped. Infinity: nothing is. */
  readonly bufferBytes: number;
  /** Sends messages in their order. */
  readonly send: (messages: readonly string[]) => Promise<void>;
  readonly say: (text: string) => void;
  /** How long the last lines of a task may take, in milliseconds. @default 10,000 */
  readonly flushBoundMs?: number;
}

/**
 * Sends what a container writes to its file. The file is the buffer, so that nothing but the batch that is under way is
 * held in memory; a batch that failed is sent again.
 */
export class LogStream {
  #offset = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #failed = false;
  #dropped = false;
  #closed = false;

  private constructor(
    private readonly handle: FileHandle,
    private readonly options: LogStreamOptions,
  ) {}

  static async open(options: LogStreamOptions): Promise<LogStream> {
    return new LogStream(await open(options.file, "a+"), options);
  }

  /** Sends one batch of what is new. Whether there is more; after a failure there is nothing more for now. */
  ship(final = false): Promise<boolean> {
    const turn = this.#turn.then(() => this.#ship(final));
    this.#turn = turn;
    return turn;
  }

  /** Sends the rest, within bounds. */
  async close(): Promise<void> {
    const { flushBoundMs = FLUSH_BOUND_MS } = this.options;
    const deadline = Date.now() + flushBoundMs;
    const inTime = sleep(flushBoundMs, undefined, { ref: false });
    const rest = async () => {
      while ((await this.ship(true)) || this.#failed) {
        if (Date.now() > deadline) return;
        if (this.#failed) await sleep(FLUSH_RETRY_MS);
      }
    };
    await Promise.race([rest(), inTime]);
    this.#closed = true;
    await this.handle.close();
  }

  async #ship(final: boolean): Promise<boolean> {
    try {
      const size = (await this.handle.stat()).size;
      if (size <= this.#offset) return false;
      if (size - this.#offset > this.options.bufferBytes) await this.#dropOldest(size);
      const log = await this.#read(size);
      const { messages, consumed } = batchOf(log, final && this.#offset + log.length >= size);
      if (messages.length > 0) await this.options.send(messages);
      this.#offset += consumed;
      this.#failed = false;
      return consumed > 0 && this.#offset < size;
    } catch (error) {
      // Once it is closed, what is still under way can but fail.
      if (!this.#failed && !this.#closed)
        this.options.say(`the log of ${this.options.name} waits: ${messageOf(error)}`);
      this.#failed = true;
      return false;
    }
  }

  async #dropOldest(size: number): Promise<void> {
    const { bufferBytes, name, say } = this.options;
    const before = this.#offset;
    this.#offset = size - bufferBytes;
    const newline = (await this.#read(size)).indexOf("\n");
    this.#offset += newline + 1;
    if (!this.#dropped)
      say(`the log of ${name} is written faster than it is taken: ${this.#offset - before} bytes dropped`);
    this.#dropped = true;
  }

  async #read(size: number): Promise<Buffer> {
    const waiting = Buffer.alloc(Math.min(READ_BYTES, size - this.#offset));
    const { buffer, bytesRead } = await this.handle.read({ buffer: waiting, position: this.#offset });
    return buffer.subarray(0, bytesRead);
  }
}
