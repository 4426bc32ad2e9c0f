/** CloudWatch Logs API Reference, "PutLogEvents": events in a call, and bytes in a call with 26 more for each event. */
const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const BYTES_PER_EVENT = 26;

/** Docker's awslogs driver cuts longer lines into events of 256 KiB, less what each event costs. */
const MAX_EVENT_BYTES = 262_144 - BYTES_PER_EVENT;

/** As much of a log as is worth being looked at for one call. */
export const READ_BYTES = MAX_BATCH_BYTES;

const NEWLINE = 0x0a;

export interface LogBatch {
  readonly messages: readonly string[];
  /** Bytes of the log that the messages are. */
  readonly consumed: number;
}

/**
 * The whole lines at the beginning of a piece of a log, as many as one call takes. Empty lines are no events.
 *
 * @param final whether nothing comes after this piece, so that its last line is whole without a line break
 */
export function batchOf(log: Buffer, final: boolean): LogBatch {
  const messages: string[] = [];
  let consumed = 0;
  let bytes = 0;
  while (consumed < log.length && messages.length < MAX_EVENTS) {
    const end = endOfEvent(log, consumed, final);
    if (end === undefined || bytes + (end - consumed) + BYTES_PER_EVENT > MAX_BATCH_BYTES) break;
    if (end > consumed) messages.push(log.toString("utf8", consumed, end));
    bytes += end - consumed + BYTES_PER_EVENT;
    consumed = log[end] === NEWLINE ? end + 1 : end;
  }
  return { messages, consumed };
}

/** Where the event that begins at `start` ends; `undefined` where that is not written yet. */
function endOfEvent(log: Buffer, start: number, final: boolean): number | undefined {
  const newline = log.indexOf(NEWLINE, start);
  const end = newline === -1 ? log.length : newline;
  if (end - start > MAX_EVENT_BYTES) return characterBoundary(log, start + MAX_EVENT_BYTES);
  return newline === -1 && !final ? undefined : end;
}

/** The last position up to `end` that does not split a character: bytes 10xxxxxx continue one. */
export function characterBoundary(log: Buffer, end: number): number {
  let boundary = end;
  while (((log[boundary] ?? 0) & 0b1100_0000) === 0b1000_0000 && end - boundary < 4) boundary--;
  return boundary;
}
