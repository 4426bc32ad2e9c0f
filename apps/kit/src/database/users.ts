import * as z from "zod";
import { EnvironmentError, variable } from "../environment";

/** What each kind of user may do with the database, and no more. */
const PRIVILEGES = {
  read: ["SELECT"],
  write: ["SELECT", "INSERT", "UPDATE", "DELETE"],
  migrate: ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"],
} as const;

/** All that a user can have in a database. Source: MySQL 8.4, "Privileges Provided by MySQL". */
const ALL_PRIVILEGES = [
  ...PRIVILEGES.migrate,
  "ALTER ROUTINE",
  "CREATE ROUTINE",
  "CREATE TEMPORARY TABLES",
  "CREATE VIEW",
  "EVENT",
  "EXECUTE",
  "LOCK TABLES",
  "SHOW VIEW",
  "TRIGGER",
] as const;

type Privilege = (typeof ALL_PRIVILEGES)[number];

/** A user that a service or a task connects as. */
export type DatabaseUser = z.output<typeof databaseUsers>[number];

const databaseUsers = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/),
      access: z.enum(["read", "write", "migrate"]),
      passwordVariable: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
    }),
  )
  .min(1);

function parsed(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
}

/** The variable that lists them. */
export const databaseUsersVariable = variable(z.string().transform(parsed).pipe(databaseUsers), {
  allowed:
    'a JSON list of {"name", "access": "read", "write" or "migrate", "passwordVariable": the variable of the password}',
  mend: "the stack sets it in the task definition",
});

/** What a user gets, and what is taken from it where an earlier run gave more. */
export function privilegesOf({ access }: DatabaseUser): Record<"granted" | "revoked", readonly Privilege[]> {
  const granted: readonly Privilege[] = PRIVILEGES[access];
  return { granted, revoked: ALL_PRIVILEGES.filter((privilege) => !granted.includes(privilege)) };
}

/** @throws EnvironmentError when the variable is not set */
export function passwordOf({ name, passwordVariable }: DatabaseUser, source: NodeJS.ProcessEnv): string {
  const password = source[passwordVariable];
  if (password) return password;
  throw new EnvironmentError(
    `the environment does not fit: ${passwordVariable}, the password of ${name} (DATABASE_USERS), is not set; ` +
      "to mend: the stack sets it in the task definition, from AWS Secrets Manager",
  );
}
