import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Longest form: user name, password and token are far shorter. */
const MAX_FORM_BYTES = 16 * 1024;

/** A form that is not to be read; `status` says why. */
export class FormFault extends Error {
  override readonly name = "FormFault";

  constructor(
    readonly status: 400 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/** The fields of a form. @throws FormFault */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw new FormFault(415, "the body has to be application/x-www-form-urlencoded");
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= MAX_FORM_BYTES) pieces.push(piece);
  }
  if (bytes > MAX_FORM_BYTES) throw new FormFault(413, `the form is longer than ${MAX_FORM_BYTES} bytes`);
  const fields = new URLSearchParams(Buffer.concat(pieces).toString("utf8"));
  for (const name of new Set(fields.keys())) {
    if (fields.getAll(name).length > 1) throw new FormFault(400, `${JSON.stringify(name)} was given more than once`);
  }
  return fields;
}

export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const cookies = (headers.cookie ?? "").split(/;\s*/).map((text) => text.split(/=(.*)/s));
  return cookies.find(([one]) => one === name)?.[1];
}

/** A cookie that no script sees. @param sameSite `Strict` for what only its own pages send */
export function setCookie(name: string, value: string, sameSite: "Lax" | "Strict", maxAgeSeconds?: number): string {
  const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${age}`;
}

export function newCsrfToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Whether a form comes from a page of this server: its token is the cookie's, and the browser says nothing else. Cookies of
 * 127.0.0.1 are shared by all its ports, so that the cookie alone would not be enough.
 */
export function isOwnForm(request: IncomingMessage, token: string, cookie: string | undefined): boolean {
  const given = Buffer.from(token);
  const expected = Buffer.from(cookie ?? "");
  const isSame = expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  return isSame && comesFromItself(request);
}

function comesFromItself({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
