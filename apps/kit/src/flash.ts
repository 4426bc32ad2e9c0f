import { createHmac, timingSafeEqual } from "node:crypto";
import type { CookieOptions, Request, Response } from "express";
import { derivedKey } from "./derived-key";

/** A message for the next page. */
export interface FlashMessage<Kind extends string> {
  readonly kind: Kind;
  /** What it is about, as in the name of a supplier. */
  readonly subject: string;
}

const COOKIE = "flash";
const MAXIMUM_AGE_MILLISECONDS = 60_000;
const SUBJECT_CHARACTERS = 100;

function cut(subject: string): string {
  const characters = [...subject];
  if (characters.length <= SUBJECT_CHARACTERS) return subject;
  return `${characters.slice(0, SUBJECT_CHARACTERS - 1).join("")}…`;
}

/**
 * Messages that the next page shows once ("... was added"), in a cookie: there is no session to keep them in.
 *
 * The cookie names one of the kinds and what it is about, never markup or a sentence, and is signed: nobody else can have a
 * page say something.
 */
export class Flash<Kind extends string> {
  readonly #key: Buffer;

  /**
   * @param path the pages that show them lie below it
   * @param kinds what a message may be
   */
  constructor(
    secret: string,
    private readonly path: string,
    private readonly kinds: readonly Kind[],
  ) {
    this.#key = derivedKey(secret, "flash");
  }

  /** Leaves a message for the next page. */
  leave(request: Request, response: Response, kind: Kind, subject: string): void {
    const payload = Buffer.from(JSON.stringify([kind, cut(subject)])).toString("base64url");
    const options = { ...this.#options(request), maxAge: MAXIMUM_AGE_MILLISECONDS };
    response.cookie(COOKIE, `${payload}.${this.#signature(payload)}`, options);
  }

  /** Takes the message that was left, if any, so that no other page shows it. Needs the middleware of `csrfProtection`. */
  take(request: Request, response: Response): FlashMessage<Kind> | undefined {
    const cookie: string | undefined = request.cookies[COOKIE];
    if (cookie === undefined) return undefined;
    response.clearCookie(COOKIE, this.#options(request));
    return this.#read(cookie);
  }

  #read(cookie: string): FlashMessage<Kind> | undefined {
    const [payload = "", signature = ""] = cookie.split(".");
    const expected = Buffer.from(this.#signature(payload));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [name, subject] = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    const kind = this.kinds.find((one) => one === name);
    return kind && { kind, subject: String(subject) };
  }

  #signature(payload: string): string {
    return createHmac("sha256", this.#key).update(payload).digest("base64url");
  }

  #options(request: Request): CookieOptions {
    return { path: this.path, httpOnly: true, sameSite: "strict", secure: request.secure };
  }
}
