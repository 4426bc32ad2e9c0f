import type { IncomingMessage } from "node:http";
import { Failure, messageOf } from "../../../tools/failure";
import { REQUESTS, type RequestName } from "../asked";

/** More than the largest request that is taken. */
const BODY_MAX = 64 * 1024;

/** As much of a value as a message repeats. */
const GIVEN_SHOWN = 100;

/** Fields that no message repeats. */
const SECRETS: ReadonlySet<PropertyKey> = new Set(["token"]);

/** A request that can't be carried out; the status is that of HTTP. */
export class BadRequest extends Failure {}

/** Reads what is asked, and checks it. @throws BadRequest that says what is wrong */
export async function readAsked(request: IncomingMessage, name: RequestName): Promise<unknown> {
  const given = parse(await readText(request));
  const parsed = REQUESTS[name].safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => faultOf(given, path, message));
  throw new BadRequest(`${name}: ${faults.join("; ")}`, 400);
}

/** What was given, and what it has to be; without a field, what is wrong with the whole. */
function faultOf(given: unknown, [field]: readonly PropertyKey[], message: string): string {
  if (field === undefined) return message;
  if (SECRETS.has(field)) return `${String(field)} has to be ${message}`;
  const value = JSON.stringify((given as Readonly<Record<PropertyKey, unknown>>)[field]) ?? "missing";
  return `${String(field)} is ${value.slice(0, GIVEN_SHOWN)}; it has to be ${message}`;
}

async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > BODY_MAX) throw new BadRequest(`the body is longer than ${BODY_MAX} bytes`, 413);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`the body is no JSON: ${messageOf(error)}`, 400);
  }
}
