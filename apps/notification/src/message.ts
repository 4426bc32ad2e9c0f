import { createHash } from "node:crypto";
import { Problem } from "@express-on-ecs/kit/problem";
import * as z from "zod";
import { EMAIL_ADDRESS, parseEmailAddress } from "./email-address";
import { countOf, MOST_RECIPIENTS, type Recipients, withoutDuplicates } from "./recipients";

/** A mail to be sent, checked. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  /** @default the mail has its text alone */
  readonly html: string | undefined;
  readonly recipients: Recipients;
}

const SUBJECT_LENGTH = 250;
const MOST_FAULTS = 5;

/** Control characters and breaks of lines would begin another header; half of a surrogate pair is nothing in UTF-8. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const NOT_IN_A_TEXT = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

const line = z
  .string()
  .max(SUBJECT_LENGTH)
  .refine((text) => text.trim() !== "" && !NOT_IN_A_LINE.test(text));
const text = z.string().refine((value) => value.trim() !== "" && !NOT_IN_A_TEXT.test(value));

const address = z.string().transform((value, context) => {
  const parsed = parseEmailAddress(value);
  if (parsed !== undefined) return parsed;
  context.addIssue("no address");
  return z.NEVER;
});

// A client that writes out its empty fields sends null for them.
const addresses = z
  .array(address)
  .nullish()
  .transform((list) => list ?? []);

const body = z.strictObject({
  subject: line,
  content: text,
  htmlContent: text.nullish().transform((html) => html ?? undefined),
  // The sender is the service's own, whatever a caller says.
  from: z.unknown().optional(),
  toEmails: z.array(address).min(1),
  ccEmails: addresses,
  bccEmails: addresses,
});

type Field = keyof typeof body.shape;

const TEXT = "text that is not empty, without control characters other than tabs and line breaks";

const ALLOWED: Readonly<Record<Field, string>> = {
  subject: `one line of 1 to ${SUBJECT_LENGTH} characters without control characters`,
  content: TEXT,
  htmlContent: `${TEXT}; or leave it out`,
  from: "anything: it is ignored",
  toEmails: "a list of at least one e-mail address",
  ccEmails: "a list of e-mail addresses; or leave it out",
  bccEmails: "a list of e-mail addresses; or leave it out",
};

const isField = (name: unknown): name is Field => typeof name === "string" && Object.hasOwn(ALLOWED, name);

/** Names that may be told: anything may stand in the place of a name. */
const PLAIN_NAME = /^[A-Za-z]\w{0,39}$/;

function unknownFields(names: readonly string[]): string {
  const shown = names.filter((name) => PLAIN_NAME.test(name)).map((name) => `"${name}"`);
  const given = shown.length > 0 ? shown.slice(0, MOST_FAULTS).join(", ") : "of such a name";
  return `there is no field ${given}; allowed: ${Object.keys(ALLOWED).join(", ")}`;
}

/** A fault in words: where, and what is allowed. Not what was given: it would be in the log too, and belongs to people. */
function faultText(issue: z.core.$ZodIssue, given: unknown): string {
  const [field, index] = issue.path;
  if (issue.code === "unrecognized_keys") return unknownFields(issue.keys);
  if (!isField(field)) return `the body is not a JSON object; allowed: ${Object.keys(ALLOWED).join(", ")}`;
  if (index !== undefined) return `"${field}[${String(index)}]" does not fit; allowed: ${EMAIL_ADDRESS}`;
  const missing = (given as Readonly<Record<string, unknown>>)[field] === undefined;
  return `"${field}" ${missing ? "is missing" : "does not fit"}; allowed: ${ALLOWED[field]}`;
}

/** Source: RFC 9457, 3, "errors"; pointers are JSON pointers as fragments (RFC 6901, 6). */
function refusal({ issues }: z.ZodError, given: unknown): Problem {
  const errors = issues.slice(0, MOST_FAULTS).map((issue) => ({
    pointer: ["#", ...issue.path.map(String)].join("/"),
    detail: faultText(issue, given),
  }));
  const more = issues.length > MOST_FAULTS ? [`and ${issues.length - MOST_FAULTS} more`] : [];
  return new Problem(400, [...errors.map(({ detail }) => detail), ...more].join("; "), {}, { errors });
}

/**
 * Reads the body of a request.
 *
 * @throws Problem 400 that names each fault by its field, and never a value
 */
export function readMessage(given: unknown): Message {
  const result = body.safeParse(given);
  if (!result.success) throw refusal(result.error, given);
  const { subject, content, htmlContent, toEmails, ccEmails, bccEmails } = result.data;
  const recipients = withoutDuplicates({ to: toEmails, cc: ccEmails, bcc: bccEmails });
  const count = countOf(recipients);
  if (count > MOST_RECIPIENTS) {
    throw new Problem(
      400,
      `the mail has ${count} recipients; allowed: at most ${MOST_RECIPIENTS} different ones in toEmails, ccEmails and ` +
        "bccEmails together; send several mails",
    );
  }
  return { subject, text: content, html: htmlContent, recipients };
}

/** The same for messages that make the same mail, however their bodies were written: 64 hexadecimal digits. */
export function hashOf({ subject, text, html, recipients: { to, cc, bcc } }: Message): string {
  return createHash("sha256")
    .update(JSON.stringify([subject, text, html ?? null, to, cc, bcc]))
    .digest("hex");
}
