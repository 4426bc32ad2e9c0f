import type { Statements, Transactions } from "@express-on-ecs/kit/mysql";
import type { IfMatch } from "./entity-tag";
import { entityTag } from "./entity-tag";
import type { User, UserFields } from "./user";

const COLUMNS = "username, email, firstname, lastname, version, created_at AS createdAt";

/** A username as the column username_key has it: by the same rules, whatever the connection's are. */
const KEY = "LOWER(CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin)";

/** The text of a time in UTC, in milliseconds. */
function dateTime(date: Date): string {
  return date.toISOString().replace("T", " ").replace("Z", "");
}

/** The user of this name, in upper or lower case; undefined without one. */
export async function findUser(statements: Statements, username: string): Promise<User | undefined> {
  const [found] = await statements.read<User>(`SELECT ${COLUMNS} FROM users WHERE username_key = ${KEY}`, [username]);
  return found;
}

/**
 * As many users as asked for, by name, behind one.
 *
 * @param after a username, whether or not there is such a user. @default from the first one on
 */
export async function listUsers(
  statements: Statements,
  { limit, after = "" }: { readonly limit: number; readonly after?: string },
): Promise<readonly User[]> {
  // Not as a placeholder: MySQL takes no number for a LIMIT there that is not sent as an integer (ER_WRONG_ARGUMENTS).
  const statement = `SELECT ${COLUMNS} FROM users WHERE username_key > ${KEY} ORDER BY username_key LIMIT ${limit}`;
  return statements.read<User>(statement, [after]);
}

/** @throws StatementRefused `duplicate` of the key `users_email`, or of one for the username */
export async function addUser(statements: Statements, fields: UserFields, createdAt: Date): Promise<User> {
  const { username, email, firstname, lastname } = fields;
  await statements.write(
    "INSERT INTO users (username, email, firstname, lastname, created_at) VALUES (?, ?, ?, ?, ?)",
    [username, email, firstname, lastname, dateTime(createdAt)],
  );
  return { ...fields, version: 1, createdAt };
}

/** Why a user was not changed: there is none, or it is another one than the client meant. */
export type Unchanged = "missing" | "stale";

/** Holds a user until the end of the transaction. */
async function holdUser(statements: Statements, username: string, ifMatch: IfMatch): Promise<User | Unchanged> {
  const statement = `SELECT ${COLUMNS} FROM users WHERE username_key = ${KEY} FOR UPDATE`;
  const [held] = await statements.read<User>(statement, [username]);
  if (!held) return "missing";
  return ifMatch(entityTag(held)) ? held : "stale";
}

/**
 * Changes all of a user but the name.
 *
 * @throws StatementRefused `duplicate` of the key `users_email`
 */
export function changeUser(database: Transactions, fields: UserFields, ifMatch: IfMatch): Promise<User | Unchanged> {
  return database.transaction(async (statements) => {
    const held = await holdUser(statements, fields.username, ifMatch);
    if (typeof held === "string") return held;
    const { email, firstname, lastname } = fields;
    await statements.write(
      "UPDATE users SET email = ?, firstname = ?, lastname = ?, version = version + 1 WHERE username = ?",
      [email, firstname, lastname, held.username],
    );
    return { ...held, email, firstname, lastname, version: held.version + 1 };
  });
}

/** @returns the user that was removed, or why none was */
export function removeUser(database: Transactions, username: string, ifMatch: IfMatch): Promise<User | Unchanged> {
  return database.transaction(async (statements) => {
    const held = await holdUser(statements, username, ifMatch);
    if (typeof held !== "string") await statements.write("DELETE FROM users WHERE username = ?", [held.username]);
    return held;
  });
}
