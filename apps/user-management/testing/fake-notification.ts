import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { keptPort } from "@express-on-ecs/kit/testing/run-service";

/** A message that notification was asked to send. */
export interface AskedMessage {
  readonly key: string;
  readonly requestId: string;
  readonly body: unknown;
}

/** What is answered to a message instead of sending it. */
export interface OtherAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The service notification as others see it: it sends each message once by its key. */
export class FakeNotification {
  /** All that was asked, in order. */
  readonly asked: AskedMessage[] = [];
  /** How often each message was sent, by key: never more than once. */
  readonly sent = new Map<string, AskedMessage>();
  /** What to answer instead of sending. @default - messages are sent */
  answer: (message: AskedMessage) => OtherAnswer | undefined | Promise<OtherAnswer | undefined> = () => undefined;
  /** What `/notification/info` answers. */
  info: { status: number; body: string } = { status: 200, body: "Notification Service IP Address: 127.0.0.1" };
  #server: Server | undefined;
  #port: number | undefined;

  /** The variables that say where it is. */
  get variables() {
    return { NOTIFICATION_SERVICE_HOST: "127.0.0.1", NOTIFICATION_SERVICE_PORT: String(this.#port) };
  }

  /** The addresses that got a mail, in the order of their names. */
  get recipients(): readonly string[] {
    return [...this.sent.values()].flatMap(({ body }) => (body as { toEmails: string[] }).toEmails).sort();
  }

  /** Begins to answer, on the same port each time. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    const port = this.#port ?? (await keptPort());
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    this.#port = port;
    this.#server = server;
  }

  /** Ends at once, as a process does that is killed. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Back to one that nobody has asked yet. */
  forget(): void {
    this.asked.length = 0;
    this.sent.clear();
    this.answer = () => undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    if (request.url === "/notification/info") {
      response.writeHead(this.info.status, { "content-type": "text/plain" }).end(this.info.body);
      return;
    }
    if (request.method !== "POST" || request.url !== "/notification/send") {
      response.writeHead(404).end();
      return;
    }
    const key = String(request.headers["idempotency-key"]);
    const message = { key, requestId: String(request.headers["x-request-id"]), body: JSON.parse(text) };
    this.asked.push(message);
    const other = await this.answer(message);
    if (other) {
      response.writeHead(other.status, other.headers).end();
      return;
    }
    const status = this.sent.has(key) ? "already-sent" : "sent";
    if (status === "sent") this.sent.set(key, message);
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ messageId: `message-${key}`, status }));
  }
}
