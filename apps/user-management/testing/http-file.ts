import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CollectionRun, type CollectionTarget, targetVariables } from "./collection";

/** The requests for the HTTP clients of editors. */
export const HTTP_FILE = join(import.meta.dirname, "..", "http", "user-notifications.http");

/** A request of an .http file. */
export interface HttpFileRequest {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** @default none */
  readonly body: string | undefined;
  /** Of the comment `# expect STATUS TEXT`. */
  readonly expected: { readonly status: number; readonly text: string };
}

const VARIABLE = /^@(\w+)\s*=\s*(.*)$/;
const EXPECTED = /^# expect (\d{3})(?: (.*))?$/;
const REQUEST_LINE = /^([A-Z]+) (\S+)$/;
const HEADER = /^([A-Za-z-]+): (.*)$/;

type Variables = Readonly<Record<string, string>>;

function filled(text: string, variables: Variables): string {
  return text.replace(/{{(\w+)}}/g, (_reference, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the .http file has no variable ${name}: add "@${name} = ..." at its top`);
    return value;
  });
}

function readRequest(text: string): HttpFileRequest {
  const [head = "", ...body] = text.split(/\n\n/);
  const [name = "", ...lines] = head.split("\n").map((line) => line.trim());
  const matched = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.slice(1) ?? []);
  const [method, url] = matched(REQUEST_LINE);
  const [status, expectedText = ""] = matched(EXPECTED);
  if (method === undefined || url === undefined || status === undefined) {
    throw new Error(
      `the request "${name}" of the .http file needs a line "METHOD URL", and "# expect STATUS" before it`,
    );
  }
  const headers = lines.flatMap((line) => {
    const [, key, value] = line.startsWith("#") ? [] : (HEADER.exec(line) ?? []);
    return key !== undefined && value !== undefined ? [[key, value] as const] : [];
  });
  return {
    name,
    method,
    url,
    headers: Object.fromEntries(headers),
    body: body.join("\n\n").trim() || undefined,
    expected: { status: Number(status), text: expectedText },
  };
}

/**
 * Reads an .http file: variables at its top, and requests, each behind `###` and its name.
 *
 * @param changed other values of its variables
 * @throws Error that names the request or the variable that is wrong
 */
export function readHttpFile(text: string, changed: Variables = {}): readonly HttpFileRequest[] {
  const [top = "", ...requests] = text.split(/^### ?/m);
  const own = top.split("\n").flatMap((line) => {
    const [, name, value] = VARIABLE.exec(line) ?? [];
    return name !== undefined && value !== undefined ? [[name, value] as const] : [];
  });
  const variables = { ...Object.fromEntries(own), ...changed };
  return requests.map((request) => readRequest(filled(request, variables)));
}

async function failureOf({ name, method, url, headers, body, expected }: HttpFileRequest): Promise<string | undefined> {
  const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  if (answer.status !== expected.status) return `${name}: expected ${expected.status}, was answered ${answer.status}`;
  return text.includes(expected.text) ? undefined : `${name}: expected ${expected.text} in ${text}`;
}

/** Sends the requests of the .http file, one after the other. @param text @default {@link HTTP_FILE} */
export async function runHttpFile(target: CollectionTarget, text?: string): Promise<CollectionRun> {
  const username = `ada.${Date.now().toString(36)}`;
  const content = text ?? (await readFile(HTTP_FILE, "utf8"));
  const requests = readHttpFile(content, { ...targetVariables(target), username });
  const failures: string[] = [];
  for (const request of requests) {
    const failure = await failureOf(request);
    if (failure !== undefined) failures.push(failure);
  }
  return { requests: requests.length, failures };
}
