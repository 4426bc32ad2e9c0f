import type { Message } from "../src/message";

/** A mail that can be sent. */
export const hello: Message = {
  subject: "Hello",
  text: "How are you?",
  html: undefined,
  recipients: { to: ["ann@example.com"], cc: [], bcc: [] },
};

/** The body that asks for it. */
export const helloBody = { subject: "Hello", content: "How are you?", toEmails: ["ann@example.com"] };
