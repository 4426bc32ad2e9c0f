import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { close, listen } from "../../../tools/listen";

/** A request as the test sees it. */
export interface Call {
  /** Such as `RegisterTaskDefinition`; `GET /v2/...` for what is no action of AWS. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What AWS refuses a call with. */
export class Refusal {
  constructor(
    readonly code: string,
    readonly status = 400,
    readonly message = "refused by the test",
  ) {}
}

/** No answer. */
class Silence {
  constructor(readonly isCut: boolean) {}
}

/** No answer: the connection is cut. */
export const CUT = new Silence(true);

/** No answer, and the connection stays. */
export const SILENCE = new Silence(false);

/** Access key of who is to die. */
const DYING = "dying";

/** A document, a refusal, or a silence; XML for the services that speak it. */
export type Answer = object | string;

export type Handler = (input: Call["input"]) => Answer;

/**
 * AWS on the loopback interface, as far as tests say what it answers. Sources: AWS JSON 1.1 protocol (ECS, ECR, SSM, Logs,
 * Secrets Manager) and AWS query protocol (IAM, Elastic Load Balancing).
 */
export class FakeAws {
  readonly calls: Call[] = [];
  readonly #handlers = new Map<string, Handler>();
  /** What the next calls of an action are answered with, before its handler is asked again. */
  readonly #queued = new Map<string, Handler[]>();
  /** After so many more calls who is dying is dead. */
  #death: { left: number; readonly told: () => void } | undefined;
  readonly #server: Server = createServer((request, response) => {
    // Who asks may be gone in the middle of a request. What goes wrong in a test's own handler is told.
    this.#answer(request, response).catch((error: unknown) => {
      if (!request.destroyed || request.complete) throw error;
    });
  });
  #port = 0;

  async start(): Promise<void> {
    this.#port = await listen(this.#server, 0);
  }

  end(): Promise<void> {
    return close(this.#server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How clients reach it: those that are to die are told from the others for ever. */
  get settings() {
    return { endpoint: this.url, credentials: { accessKeyId: this.#death ? DYING : "test", secretAccessKey: "test" } };
  }

  /** Says what an action answers from now on. */
  on(action: string, handler: Handler): void {
    this.#handlers.set(action, handler);
  }

  /** What an action answers now. */
  handlerOf(action: string): Handler {
    return this.#handlers.get(action) ?? (() => new Refusal("UnknownOperationException"));
  }

  /** Says what the next calls of an action answer, one after the other. */
  next(action: string, ...answers: readonly Answer[]): void {
    const queue = this.#queued.get(action) ?? [];
    queue.push(...answers.map((answer) => () => answer));
    this.#queued.set(action, queue);
  }

  /** The next call of an action has its effect, and its answer is lost. */
  loseAnswer(action: string, times = 1): void {
    const queue = this.#queued.get(action) ?? [];
    for (let time = 0; time < times; time++) {
      queue.push((input) => {
        this.#handlers.get(action)?.(input);
        return CUT;
      });
    }
    this.#queued.set(action, queue);
  }

  /**
   * Who asks for `settings` next dies after so many calls: the last one has its effect, no answer to it arrives, and
   * nothing after it does.
   *
   * @param told is called then
   */
  dieAfter(calls: number, told: () => void): void {
    this.#death = { left: calls, told };
  }

  /** Who asks for `settings` from now on lives. */
  endDying(): void {
    this.#death = undefined;
  }

  /** How often an action was called. */
  count(action: string): number {
    return this.inputs(action).length;
  }

  /** What an action was called with. */
  inputs(action: string): readonly Call["input"][] {
    return this.calls.filter((call) => call.action === action).map(({ input }) => input);
  }

  /** Calls that change something. */
  get changes(): readonly string[] {
    const changing = /^(Register|Deregister|Update|Create|Delete|Put|Run|Stop|Start|Tag|Untag)/;
    return this.calls.map(({ action }) => action).filter((action) => changing.test(action));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request) body += piece;
    const call = readCall(request, body);
    const isDying = request.headers.authorization?.includes(`Credential=${DYING}/`) ?? false;
    if (isDying && !this.#death?.left) return void request.socket.destroy();
    this.calls.push(call);
    const handler = this.#queued.get(call.action)?.shift() ?? this.#handlers.get(call.action);
    const answer = handler?.(call.input) ?? new Refusal("UnknownOperationException");
    if (isDying && this.#death && --this.#death.left === 0) {
      this.#death.told();
      return void request.socket.destroy();
    }
    if (!(answer instanceof Silence)) write(response, answer);
    else if (answer.isCut) request.socket.destroy();
  }
}

function readCall(request: IncomingMessage, body: string): Call {
  const target = request.headers["x-amz-target"];
  if (target !== undefined) return { action: String(target).split(".").at(-1) ?? "", input: JSON.parse(body) };
  const { Action: action, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { action: action ?? `${request.method} ${request.url}`, input };
}

function write(response: ServerResponse, answer: object | string): void {
  response.setHeader("x-amzn-requestid", "00000000-0000-0000-0000-000000000000");
  if (answer instanceof Refusal) {
    const { code, message, status } = answer;
    response.setHeader("x-amzn-errortype", code);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.writeHead(status).end(JSON.stringify({ __type: code, message }));
  } else if (typeof answer === "string") {
    response.setHeader("content-type", "text/xml");
    response.writeHead(answer.startsWith("<ErrorResponse") ? 400 : 200).end(answer);
  } else {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify(answer));
  }
}

/** An answer of the query protocol. */
export function xml(action: string, result: string): string {
  return `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
}

/** A refusal of the query protocol. */
export function xmlRefusal(code: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>refused by the test</Message></Error></ErrorResponse>`;
}
