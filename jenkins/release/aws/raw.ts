/** The part of a command of the SDK that this needs; the types of its middleware are the SDK's own affair. */
interface RawCommand {
  readonly middlewareStack: { add(middleware: never, options: never): void };
}

type Next = (given: { request: unknown; input: object }) => Promise<{ response: unknown; output: object }>;

/**
 * Sends JSON as it is. The SDK writes the keys only that it knows: what AWS adds to task definitions one day would be
 * lost without a word.
 */
export function sendsRaw<Command extends RawCommand>(command: Command, body: object): Command {
  const middleware =
    (next: Next): Next =>
    (given) => {
      (given.request as { body: unknown }).body = JSON.stringify(body);
      return next(given);
    };
  // Before the length of the body is taken, and long before it is signed.
  command.middlewareStack.add(middleware as never, { step: "build", priority: "high" } as never);
  return command;
}

/** Gives the JSON of the answer as it came, to the same end. */
export function readsRaw<Command extends RawCommand>(command: Command): { command: Command; raw: () => unknown } {
  let text = "null";
  const middleware =
    (next: Next): Next =>
    async (given) => {
      const result = await next(given);
      const response = result.response as { body: AsyncIterable<Uint8Array> | Uint8Array };
      const pieces: Uint8Array[] = [];
      for await (const piece of response.body as AsyncIterable<Uint8Array>) pieces.push(piece);
      const body = Buffer.concat(pieces);
      text = body.toString("utf8");
      response.body = new Uint8Array(body);
      return result;
    };
  command.middlewareStack.add(middleware as never, { step: "deserialize", priority: "low" } as never);
  return { command, raw: () => JSON.parse(text) };
}
