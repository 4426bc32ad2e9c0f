import { randomUUID } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import { Failure, USAGE_STATUS } from "../../../tools/failure";
import { urlOf } from "../../routes";
import type { DataPlane } from "../../runner";
import type { Asked } from "../asked";
import type { TraceResult } from "../state";
import type { RequestLog } from "./request-log";

const ANSWER_BOUND_MS = 30_000;

/**
 * The load balancer tells of a request when its connection has the last of the answer, which is about when we have it; on a
 * machine that does other things meanwhile, not always.
 */
const TOLD_BOUND_MS = 10_000;

const BODY_SHOWN = 16 * 1024;
const HEADERS_SHOWN = 50;

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly isCut: boolean;
}

/**
 * Sends a request through a load balancer or an API, and finds out by its trace id which route, which rule and which task it
 * took. @throws Failure
 */
export async function trace(
  asked: Asked<"trace">,
  served: Pick<DataPlane, "served" | "gateways">,
  requests: RequestLog,
): Promise<TraceResult> {
  const { url, isApi } = entranceOf(asked.to, served);
  const root = newTraceId();
  const told = requests.traced(root, ANSWER_BOUND_MS + TOLD_BOUND_MS);
  const toldByApi = isApi ? requests.tracedAtApi(root, ANSWER_BOUND_MS + TOLD_BOUND_MS) : undefined;
  const startedAt = performance.now();
  const answer = await send(asked, url, root);
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  const api = toldByApi && (await within(toldByApi, TOLD_BOUND_MS));
  // What an API answers itself comes to no load balancer.
  const request = api?.refusal === undefined ? await within(told, TOLD_BOUND_MS) : undefined;
  return { ...answer, ms, api, served: request };
}

/** Where requests come in. `url` has the stage of an API where its paths begin with it. @throws Failure */
function entranceOf(to: string, { served, gateways }: Pick<DataPlane, "served" | "gateways">) {
  const listener = served.find((one) => one.listener.arn === to);
  if (listener) return { url: new URL(urlOf(listener)), isApi: false };
  const api = gateways.find((one) => one.type === "api" && one.api.id === to);
  if (api) return { url: new URL(api.url), isApi: true };
  throw new Failure("there is no such listener or API any more: choose another one", USAGE_STATUS);
}

function send(asked: Asked<"trace">, { port, pathname }: URL, root: string): Promise<Answer> {
  const { method, path, host, contentType, token, body } = asked;
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      method,
      path: pathname.replace(/\/$/, "") + path,
      agent: false,
      signal: AbortSignal.timeout(ANSWER_BOUND_MS),
      headers: {
        "x-amzn-trace-id": `Root=${root}`,
        "user-agent": "express-on-ecs status page",
        accept: "*/*",
        ...(host !== undefined && { host }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(contentType !== undefined && { "content-type": contentType }),
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      },
    });
    sent.on("response", (response) => resolve(read(response)));
    sent.on("error", ({ message }) => reject(new Failure(`no answer from port ${port}: ${message}`)));
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  let length = 0;
  // The whole answer is waited for, else the load balancer would see a client that went away.
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      if (length < BODY_SHOWN) pieces.push(piece);
      length += piece.length;
    }
  } catch (error) {
    throw new Failure(`the answer broke off after ${length} bytes: ${(error as Error).message}`);
  }
  const { rawHeaders, statusCode = 0 } = response;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
  );
  const body = Buffer.concat(pieces).subarray(0, BODY_SHOWN).toString("utf8");
  return { status: statusCode, headers: headers.slice(0, HEADERS_SHOWN), body, isCut: length > BODY_SHOWN };
}

/** Source: "Request tracing for your Application Load Balancer". */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  return `1-${seconds}-${randomUUID().replaceAll("-", "").slice(-24)}`;
}

function within<T>(promise: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
