import * as z from "zod";

/** Letters and digits of any language, so that people can have their names; nothing that a path would have to escape oddly. */
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{2,19}$/u;

/**
 * What notification takes, and no more: a message to another address could never be sent. A dot-atom (RFC 5322, 3.2.3), and a
 * domain of two labels or more whose last one is no number. ASCII only: Amazon SES has no SMTPUTF8. Source: Amazon SES, API's
 * `Destination`: a domain of other characters has to be in Punycode.
 */
const EMAIL =
  /^(?=.{1,64}@)(?!.*\.[0-9]+$)[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+(?:\.[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/u;
/** Source: RFC 5321, 4.5.3.1.3: a path of 256 with its brackets. */
const EMAIL_CHARACTERS = 254;

/** Characters, as the database counts them: not UTF-16 units, which zod's own `max` counts. None that can't be printed. */
const FIRSTNAME = /^(?=.*[^\p{Z}\p{C}])[^\p{Cc}\p{Cs}\u2028\u2029]{1,20}$/u;
const LASTNAME = /^[^\p{Cc}\p{Cs}\u2028\u2029]{0,20}$/u;

/** Text in one form: an é is the same however it was typed (Unicode, NFC), for the database would tell the two apart. */
function text(pattern: RegExp, error: string) {
  return z.string({ error }).normalize("NFC").regex(pattern, { error });
}

/** The name of a user, in its path too. */
export const username = text(
  USERNAME,
  'username has to have 3 to 20 letters, digits, ".", "_" and "-", and to begin with a letter or a digit',
).meta({
  minLength: 3,
  maxLength: 20,
  description: "Unique, whether in upper or lower case; é and e are different. Never changes.",
  examples: ["ada.lovelace"],
});

const emailError = `email has to be an address like name@example.com, of ${EMAIL_CHARACTERS} characters at most`;

/** What a client says of a user. */
export const userFields = z
  .strictObject({
    username,
    email: z
      .string({ error: emailError })
      .max(EMAIL_CHARACTERS, { error: emailError })
      .regex(EMAIL, { error: emailError })
      .meta({
        description: "Unique, whether in upper or lower case. ASCII only.",
        examples: ["ada@example.com"],
      }),
    firstname: text(FIRSTNAME, "firstname has to have 1 to 20 characters that can be printed").meta({
      minLength: 1,
      maxLength: 20,
      examples: ["Ada"],
    }),
    lastname: text(LASTNAME, "lastname can have 20 characters at most, all of which can be printed")
      .default("")
      .meta({ maxLength: 20, examples: ["Lovelace"] }),
  })
  .meta({ description: "What a client says of a user. No other member is taken: there is no password here." });

/** What the service says of a user. */
export const user = z.strictObject({
  ...userFields.shape,
  createdAt: z.iso.datetime({ precision: 3 }).meta({ description: "When the user was created, in UTC." }),
});

/** What a client says of a user, checked. */
export type UserFields = z.output<typeof userFields>;

/** A user as it is stored. */
export interface User extends UserFields {
  /** 1 for a new user, one more with each change. */
  readonly version: number;
  readonly createdAt: Date;
}

/** What a client gets to see of it. */
export function shown({ username, email, firstname, lastname, createdAt }: User): z.input<typeof user> {
  return { username, email, firstname, lastname, createdAt: createdAt.toISOString() };
}
