import * as z from "zod";
import { LOAD, METHODS, TASKS_MAX } from "./limits";

/*
 * What the page may ask of the server by `POST /api/NAME`, with the limits of what is taken. Each message says what the value
 * has to be. The page takes the types alone.
 */

const text = (form: RegExp, error: string) => z.string({ error }).regex(form, { error });

const wholeNumber = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

const service = text(/^[a-z0-9-]{1,64}$/, "the name of a service");

const taskId = text(/^[0-9a-f]{8,64}$/, "the id of a task");

const number = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** Characters of what a traced request may carry. */
const TRACE_BODY_MAX = 16 * 1024;

const trace = z.strictObject({
  /** Where the request goes. */
  to: text(/^\S{1,512}$/, "the ARN of a listener or the id of an API"),
  method: oneOf(METHODS),
  path: text(/^\/[!-~]{0,2047}$/, 'a path that begins with "/", without spaces, of at most 2048 characters'),
  /** The Host header. @default the listener's address on this machine */
  host: text(/^[A-Za-z0-9.:[\]-]{1,255}$/, "the name of a host").optional(),
  contentType: text(/^[ -~]{1,255}$/, "a media type, such as application/json").optional(),
  /** For an API that asks for one. */
  token: text(/^[\w.~+/-]{1,16384}=*$/, "a token, as npm run local -- token prints it").optional(),
  body: z
    .string()
    .max(TRACE_BODY_MAX, { error: `of at most ${TRACE_BODY_MAX} characters` })
    .optional(),
});

const kill = z.strictObject({ task: taskId });

const scale = z.strictObject({ service, tasks: wholeNumber(0, TASKS_MAX) });

const redeploy = z.strictObject({ service });

const release = z.strictObject({ service, tag: text(/^[A-Za-z0-9_][\w.-]{0,127}$/, "an image tag") });

const tags = z.strictObject({ service });

const load = z.strictObject({
  service,
  /** Requests a second. */
  rate: wholeNumber(1, LOAD.rateMax),
  seconds: wholeNumber(1, LOAD.secondsMax),
});

const walk = z.strictObject({
  service,
  /** What is said where the pipeline asks for an approval. */
  decision: oneOf(["approve", "reject"]),
  /** Whether the connection that it reads its source by is confirmed first. */
  confirm: z.boolean({ error: "true or false" }),
});

const stop = z.strictObject({ act: number });

const logs = z.strictObject({ task: taskId });

const mail = z.strictObject({ mail: number });

/** By name. */
export const REQUESTS = { trace, kill, scale, redeploy, release, tags, load, walk, stop, logs, mail } as const;

export type RequestName = keyof typeof REQUESTS;

/** What is asked by a name. */
export type Asked<Name extends RequestName> = z.infer<(typeof REQUESTS)[Name]>;
