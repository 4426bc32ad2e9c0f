import { Agent, request as httpRequest } from "node:http";
import type { RunningService } from "@express-on-ecs/kit/testing/run-service";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Contract, type RawAnswer } from "../../testing/contract";
import { Registry } from "../../testing/registry";
import { type FuzzedRequest, requests } from "../../testing/requests";

const REQUESTS = 10_000;
const AT_ONCE = 12;
/** It only ends a test that hangs. */
const TIMEOUT_MILLISECONDS = 30_000;
/** Of the faults found, as many as one can read. */
const SHOWN = 5;

const contract = new Contract();
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
let registry: Registry;
let service: RunningService;

beforeAll(async () => {
  registry = await Registry.open();
  service = await registry.start();
});
afterAll(async () => {
  agent.destroy();
  await registry.close();
});

/** Not by fetch: it would put paths and headers right. */
function send({ method, path, headers, body }: FuzzedRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    // Node sends the body of a PATCH in chunks, and that of a HEAD without any frame: the length makes all alike.
    const framed = { ...headers, ...(body !== undefined && { "content-length": Buffer.byteLength(body) }) };
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const asked = httpRequest(service.url, { method, path, headers: framed, agent, signal }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    asked
      .once("error", (cause) =>
        reject(new Error(`no answer to ${JSON.stringify({ method, path, headers, body })}`, { cause })),
      )
      .end(body);
  });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** As the service reads text: in one form. */
function normalized(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text.normalize("NFC"));
}

/** Whether the path is the operation's own: it has no more segments, and can be decoded. */
function isOfOperation({ operation, path }: FuzzedRequest): boolean {
  const [pathname = ""] = path.split("?");
  const segments = operation.path.split("/").length;
  const given = pathname.replace(/(?<=.)\/$/, "").split("/");
  const fixed = operation.path.split("/").every((part, index) => part.startsWith("{") || given[index] === part);
  return given.length === segments && fixed && given.slice(1).every((part) => part !== "");
}

/** A body is taken exactly when the document says so. */
function bodyFaults({ method, headers, body }: FuzzedRequest, { status }: RawAnswer): readonly string[] {
  // In UTF-8 and not packed: what the body says to the service is what it says here.
  const isPlain =
    /^application\/json(; charset=utf-8)?$/.test(headers["content-type"] ?? "") && !headers["content-encoding"];
  if ((method !== "POST" && method !== "PUT") || !isPlain) return [];
  const value = parsed(body);
  const [fits, fitsNormalized] = [contract.fits("UserFields", value), contract.fits("UserFields", normalized(value))];
  if (status < 300 && !fitsNormalized) return ["taken, although the document does not allow it"];
  if (status === 400 && fits && fitsNormalized) return ["refused, although the document allows it"];
  return [];
}

function faultsOf(request: FuzzedRequest, answer: RawAnswer): readonly string[] {
  const { operation, method } = request;
  if (answer.status >= 500 && answer.status !== 503) return [`status ${answer.status}`];
  const head = method === "HEAD" && operation.method === "GET";
  if (isOfOperation(request) && (method === operation.method || head)) {
    return [...contract.faultsOf(operation, answer, head), ...bodyFaults(request, answer)];
  }
  return method === "HEAD" ? [] : contract.faultsOfOther(answer);
}

describe("requests that are right, almost right, or mean harm", () => {
  it(`${REQUESTS} of them get answers as the document has them, and never a 500`, async () => {
    const seed = Date.now();
    const queue = fc.sample(requests(contract.operations), { numRuns: REQUESTS, seed });
    const faults: unknown[] = [];
    const statuses: Record<number, number> = {};
    const work = async () => {
      for (let request = queue.pop(); request !== undefined; request = queue.pop()) {
        const answer = await send(request);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const found = faultsOf(request, answer);
        if (found.length > 0)
          faults.push({ seed, found, request, status: answer.status, body: answer.body.slice(0, 500) });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect({ count: faults.length, faults: faults.slice(0, SHOWN) }).toEqual({ count: 0, faults: [] });
    expect(service.lines.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    // What was sent has been right often enough, and wrong in each way.
    const seen = Object.keys(statuses).map(Number);
    expect(seen).toEqual(expect.arrayContaining([200, 201, 204, 304, 400, 404, 405, 409, 412, 413, 415]));
    expect(statuses[201]).toBeGreaterThan(50);
    expect(statuses[503] ?? 0).toBe(0);
  });
});
