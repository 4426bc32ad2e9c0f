import { queryText } from "@express-on-ecs/kit/form";
import { Problem } from "@express-on-ecs/kit/problem";
import type { Request } from "express";
import * as z from "zod";
import { username } from "./user";

const MOST_USERS = 100;
const USERS_OF_A_PAGE = 20;

/** The parameter `limit`. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(MOST_USERS))
  .default(USERS_OF_A_PAGE)
  .meta({ description: "How many users to list at most." });

/** The parameter `cursor`, as a client gives it back. A username of 20 characters has 80 bytes at most. */
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{4,107}$/)
  .meta({ description: 'Where to go on: as the header `Link` of the page before has it (`rel="next"`).' });

/** The text of a place in the list: behind this user. */
export function cursorText(after: string): string {
  return Buffer.from(after).toString("base64url");
}

/** Reads it; undefined when it is none. */
export function readCursor(given: string): string | undefined {
  if (!cursor.safeParse(given).success) return undefined;
  const after = username.safeParse(Buffer.from(given, "base64url").toString("utf8"));
  return after.success && cursorText(after.data) === given ? after.data : undefined;
}

/** What part of the list is asked for. */
export interface PageRequest {
  readonly limit: number;
  /** @default from the first user on */
  readonly after?: string;
}

/** @throws Problem (400) */
export function pageRequest(request: Request): PageRequest {
  const asked = limit.safeParse(queryText(request, "limit"));
  if (!asked.success) throw new Problem(400, `limit has to be a whole number from 1 to ${MOST_USERS}`);
  const given = queryText(request, "cursor");
  if (given === undefined) return { limit: asked.data };
  const after = readCursor(given);
  if (after === undefined) throw new Problem(400, "cursor has to be one that the header Link of another page has");
  return { limit: asked.data, after };
}

/** The header `Link` of a page that has another one behind it. Source: RFC 8288. */
export function linkToNext(path: string, page: PageRequest, last: string): string {
  return `<${path}?limit=${page.limit}&cursor=${cursorText(last)}>; rel="next"`;
}
