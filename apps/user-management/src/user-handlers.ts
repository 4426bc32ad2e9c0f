import type { Statements, Transactions } from "@express-on-ecs/kit/mysql";
import { StatementRefused } from "@express-on-ecs/kit/mysql-fault";
import { Problem } from "@express-on-ecs/kit/problem";
import { currentRequest } from "@express-on-ecs/kit/request-context";
import type { Request, RequestHandler, Response } from "express";
import { entityTag, ifMatch } from "./entity-tag";
import { welcome } from "./outbox/message";
import { addToOutbox } from "./outbox/outbox";
import { linkToNext, pageRequest } from "./page-request";
import { shown, type User, type UserFields, username } from "./user";
import { bodyOf } from "./user-request";
import { addUser, changeUser, findUser, listUsers, removeUser, type Unchanged } from "./user-store";

/** What the handlers of users need. */
export interface UserDesk {
  readonly database: Statements & Transactions;
  /** A message is in the outbox. */
  readonly nudge: () => void;
}

/** Kept by no cache but the client's own, and asked for anew each time: `If-None-Match` makes that cheap. */
const CACHE_CONTROL = "private, no-cache";

function missing(name: string): Problem {
  return new Problem(404, `User with user name ${name} doesn't exist!`);
}

/** The user that was changed, or removed. @throws Problem (404, 412) */
function changed(name: string, outcome: User | Unchanged): User {
  if (outcome === "missing") throw missing(name);
  if (outcome === "stale") {
    throw new Problem(
      412,
      `User with user name ${name} is no longer as If-Match says: read it again, then change that.`,
    );
  }
  return outcome;
}

/** Says which of the two is there already. The address is not repeated: what is said here is in the log, too. */
function duplicate(fields: UserFields, error: unknown): unknown {
  if (!(error instanceof StatementRefused) || error.kind !== "duplicate") return error;
  const byEmail = error.key === "users_email";
  const pointer = byEmail ? "#/email" : "#/username";
  const detail = byEmail
    ? "User with this email already exists!"
    : `User with user name ${fields.username} already exists!`;
  return new Problem(409, detail, {}, { errors: [{ pointer, detail }] });
}

/** The username in the path. @throws Problem (404) for what can't be one: there is no such user */
function usernameOf(request: Request): string {
  const given = String(request.params.username);
  const read = username.safeParse(given);
  if (!read.success) throw missing(given);
  return read.data;
}

function sendUser(response: Response, status: number, user: User): void {
  response
    .status(status)
    .set({ ETag: entityTag(user), "Cache-Control": CACHE_CONTROL })
    .json(shown(user));
}

/** Lists a page of users by name. */
export function listing({ database }: UserDesk): RequestHandler {
  return async (request, response) => {
    const page = pageRequest(request);
    // One more than the page shows: whether there is another page.
    const found = await listUsers(database, { ...page, limit: page.limit + 1 });
    const users = found.slice(0, page.limit);
    const last = users.at(-1);
    if (last && found.length > users.length) response.set("Link", linkToNext(request.path, page, last.username));
    response.set("Cache-Control", CACHE_CONTROL).json(users.map(shown));
  };
}

/** Shows one user. */
export function showing({ database }: UserDesk): RequestHandler {
  return async (request, response) => {
    const name = usernameOf(request);
    const user = await findUser(database, name);
    if (!user) throw missing(name);
    sendUser(response, 200, user);
  };
}

/** Creates a user, and leaves a message for it in the outbox: both, or neither. */
export function creating({ database, nudge }: UserDesk): RequestHandler {
  return async (request, response) => {
    const fields = bodyOf(request);
    const requestId = currentRequest()?.requestId ?? "";
    const now = new Date();
    const user = await database
      .transaction(async (statements) => {
        const added = await addUser(statements, fields, now);
        await addToOutbox(statements, welcome(fields), requestId);
        return added;
      })
      .catch((error) => {
        throw duplicate(fields, error);
      });
    nudge();
    response.location(`/usermgmt/user/${encodeURIComponent(user.username)}`);
    sendUser(response, 201, user);
  };
}

/** Changes all of a user but the name, which is in the body. */
export function changing({ database }: UserDesk): RequestHandler {
  return async (request, response) => {
    const fields = bodyOf(request);
    const outcome = await changeUser(database, fields, ifMatch(request.get("if-match"))).catch((error) => {
      throw duplicate(fields, error);
    });
    sendUser(response, 200, changed(fields.username, outcome));
  };
}

/** Removes a user. */
export function removing({ database }: UserDesk): RequestHandler {
  return async (request, response) => {
    const name = usernameOf(request);
    changed(name, await removeUser(database, name, ifMatch(request.get("if-match"))));
    response.status(204).end();
  };
}
