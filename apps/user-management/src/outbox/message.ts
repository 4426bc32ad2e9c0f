import type { UserFields } from "../user";

/** A message as `POST /notification/send` takes it. */
export interface Message {
  readonly subject: string;
  readonly content: string;
  readonly toEmails: readonly string[];
}

/** What a new user is told. */
export function welcome({ email, firstname }: Pick<UserFields, "email" | "firstname">): Message {
  return {
    subject: "Stack Simplify account creation.",
    content: `Hello ${firstname}, your stack simplify account is created successfully!`,
    toEmails: [email],
  };
}
