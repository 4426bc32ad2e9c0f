import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { close, listen } from "../../tools/listen";

/** One call of AWS that passed. */
export interface PassedCall {
  /** Which one it is, from 1. */
  readonly number: number;
  /** Such as `UpdateService`; for the query protocol the value of `Action`. */
  readonly action: string;
}

/** What is done with the answer of a call: passed on, or lost. */
export type Meddling = (call: PassedCall) => "pass" | "lose" | Promise<"pass" | "lose">;

/** Stands between a program and the emulator, and does with the answers what a test asks for. The calls arrive all. */
export class MeddlingProxy {
  readonly calls: string[] = [];
  meddle: Meddling = () => "pass";
  url = "";
  readonly #server = createServer((incoming, outgoing) => {
    // Who asks may be killed in the middle of a request.
    this.#pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  constructor(private readonly target: string) {}

  async start(): Promise<void> {
    this.url = `http://127.0.0.1:${await listen(this.#server, 0)}`;
  }

  /** Begins to count anew. */
  reset(meddle: Meddling = () => "pass"): void {
    this.calls.length = 0;
    this.meddle = meddle;
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections();
    await close(this.#server);
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const target = String(incoming.headers["x-amz-target"] ?? "");
    const action = target.split(".").at(-1) || (/Action=(\w+)/.exec(body.toString())?.[1] ?? incoming.url ?? "");
    const { method, headers, url } = incoming;
    const answer = await send(request(new URL(url ?? "/", this.target), { method, headers }), body);
    const content = await read(answer);
    this.calls.push(action);
    if ((await this.meddle({ number: this.calls.length, action })) === "lose") incoming.socket.destroy();
    else outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
  }
}

function send(forwarded: ClientRequest, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    forwarded.on("response", resolve).on("error", reject).end(body);
  });
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}
