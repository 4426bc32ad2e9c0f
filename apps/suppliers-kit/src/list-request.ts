import { queryText } from "@express-on-ecs/kit/form";
import { Problem } from "@express-on-ecs/kit/problem";
import type { Request } from "express";
import { type Cursor, readCursor } from "./cursor";
import type { ListQuery } from "./supplier-list";

/** Longer than people type, shorter than would be work for the database. */
export const SEARCH_CHARACTERS = 100;

function cursorOf(request: Request, direction: Cursor["direction"]): Cursor | undefined {
  const text = queryText(request, direction);
  if (text === undefined) return undefined;
  const cursor = readCursor(direction, text);
  if (!cursor) throw new Problem(400, "This link to a page of the list is broken. Please begin with the first page.");
  return cursor;
}

/** What a request for the list asks for: `q`, and `after` or `before`. @throws Problem (400) for a broken link */
export function listQuery(request: Request): ListQuery {
  const search = [...(queryText(request, "q") ?? "").trim()].slice(0, SEARCH_CHARACTERS).join("");
  const cursor = cursorOf(request, "after") ?? cursorOf(request, "before");
  return { ...(search !== "" && { search }), ...(cursor && { cursor }) };
}
