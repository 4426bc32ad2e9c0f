import { request } from "node:http";
import { messageOf } from "../tools/failure";

const ANSWER_BOUND_MS = 10_000;

/** A request that was made, and what came. */
export interface Check {
  readonly method: string;
  readonly url: string;
  readonly expected: string;
  /** What came instead, or `undefined` where it was right. */
  readonly fault: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Question {
  /** @default "GET" */
  readonly method?: string;
  readonly url: string;
  /** The Host header. @default - that of the URL */
  readonly host?: string | undefined;
  /** What is to come, in words. */
  readonly expected: string;
  readonly isRight: (answer: Answer) => boolean;
}

/** Asks, without a body, and judges the answer. */
export async function check({ method = "GET", url, host, expected, isRight }: Question): Promise<Check> {
  try {
    const answer = await ask(method, url, host);
    const fault = isRight(answer) ? undefined : `${answer.status} ${answer.body.slice(0, 200)}`;
    return { method, url, expected, fault };
  } catch (error) {
    return { method, url, expected, fault: messageOf(error) };
  }
}

function ask(method: string, url: string, host: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json", ...(host && { host }) };
    const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
    const asked = request(url, { method, headers, signal, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** A body that is a JSON object; `undefined` where it is none. */
export function readJson(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
