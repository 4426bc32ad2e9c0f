import { setTimeout as sleep } from "node:timers/promises";
import { type Mail, readInbox } from "../cloud/inbox";
import { type CommandOptions, type Context, misuse, wholeNumber } from "./command";

const POLL_MS = 500;

/**
 * Prints the mails that the run's services have sent, oldest first: a line each, or one of them as a whole. `--json` prints an
 * array (with `--follow`: a line for each mail) of all that is known of them.
 */
export async function showInbox(context: Context, args: readonly string[], options: CommandOptions): Promise<void> {
  const [id] = args;
  if (args.length > 1) throw misuse("inbox takes the number of one mail, or none for all of them");
  if (id !== undefined && options.follow) throw misuse("inbox --follow takes no number of a mail");
  if (options.follow) return followInbox(context, options);
  const mails = await read(context);
  const shown = id === undefined ? mails : [mailNumbered(mails, id)];
  if (options.json) context.terminal.line(JSON.stringify(shown, undefined, 2));
  else if (id === undefined) printTable(context, shown);
  else for (const mail of shown) printMail(context, mail);
}

function read({ lifetime, running }: Context, since = 0): Promise<readonly Mail[]> {
  return lifetime.until(readInbox(running.emulatorUrl, since));
}

function mailNumbered(mails: readonly Mail[], text: string): Mail {
  const number = wholeNumber("the number of a mail", text, 1, Number.MAX_SAFE_INTEGER);
  const found = mails.find(({ id }) => id === number);
  if (found) return found;
  const [first, last] = [mails.at(0)?.id, mails.at(-1)?.id];
  throw misuse(`there is no mail ${number}; there ${first === undefined ? "is none" : `are: ${first} to ${last}`}`);
}

function printTable({ terminal }: Context, mails: readonly Mail[]): void {
  if (mails.length === 0) {
    terminal.line("no mail has been sent");
    return;
  }
  const rows = mails.map((mail) => [
    String(mail.id),
    timeOf(mail),
    mail.from,
    recipientsOf(mail),
    oneLine(mail.subject),
  ]);
  terminal.table(["mail", "at", "from", "to", "subject"], rows);
}

function printMail({ terminal }: Context, mail: Mail): void {
  const { messageId, time, from, to, cc, bcc, subject, configurationSet, headers, tags, text, html } = mail;
  const fields = {
    from,
    to: to.join(", "),
    cc: cc.join(", "),
    bcc: bcc.join(", "),
    subject,
    time,
    "message id": messageId,
    "configuration set": configurationSet ?? "",
    ...headers,
    ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`tag ${name}`, value])),
  };
  for (const [name, value] of Object.entries(fields)) if (value !== "") terminal.line(`${name}: ${oneLine(value)}`);
  for (const body of [text, html]) {
    if (body === null || body === "") continue;
    terminal.line();
    for (const line of body.split(/\r?\n/)) terminal.line(visible(line));
  }
}

/** Those that there are, then each as it comes. */
async function followInbox(context: Context, { json }: CommandOptions): Promise<void> {
  const { terminal, lifetime } = context;
  let since = 0;
  for (;;) {
    const mails = await read(context, since);
    for (const mail of mails) terminal.line(json ? JSON.stringify(mail) : lineOf(mail));
    since = mails.at(-1)?.id ?? since;
    await lifetime.until(sleep(POLL_MS));
  }
}

function lineOf(mail: Mail): string {
  return `${mail.id}  ${timeOf(mail)}  ${recipientsOf(mail)}  ${oneLine(mail.subject)}`;
}

function timeOf({ time }: Mail): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

function recipientsOf({ to, cc, bcc }: Mail): string {
  const lists = [
    to.join(", "),
    cc.length > 0 ? `cc ${cc.join(", ")}` : "",
    bcc.length > 0 ? `bcc ${bcc.join(", ")}` : "",
  ];
  return oneLine(lists.filter(Boolean).join("; "));
}

function oneLine(text: string): string {
  return visible(text.replaceAll(/[\r\n]+/g, " "));
}

/** Whoever writes a mail must not write to the terminal: it obeys control characters. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === "\t" ? character : "\uFFFD"));
}
