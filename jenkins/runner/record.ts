import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** From the best to the worst. */
export const RESULTS = ["SUCCESS", "UNSTABLE", "FAILURE", "NOT_BUILT", "ABORTED"] as const;

export type Result = (typeof RESULTS)[number];

const result = z.enum(RESULTS);

const event = z.discriminatedUnion("event", [
  z.object({ event: z.literal("stage"), index: z.number(), name: z.string(), result: z.enum([...RESULTS, "SKIPPED"]) }),
  z.object({
    event: z.literal("step"),
    /** The innermost stage around it; null: `post` of the pipeline. */
    stage: z.string().nullable(),
    /** The condition of `post` that it stands in. */
    post: z.string().nullable(),
    /** Number of the agent, from 1 in the order in which they began; null: none. */
    agent: z.number().nullable(),
    container: z.string().nullable(),
    step: z.string(),
    /** What a shell ran, with secrets masked; null for other steps. */
    script: z.string().nullable(),
    /** Exit status; of other steps 0, or 1 where they failed. Null: it was ended before it had one. */
    status: z.number().nullable(),
    ms: z.number(),
  }),
  z.object({
    event: z.literal("input"),
    message: z.string(),
    ok: z.string().nullable(),
    submitter: z.string().nullable(),
    /** Whether an agent, and with it an executor, waited for the answer. */
    agentHeld: z.boolean(),
    answer: z.string().nullable(),
  }),
  z.object({ event: z.literal("refused"), refusals: z.array(z.string()) }),
  z.object({
    event: z.literal("end"),
    result,
    description: z.string().nullable(),
    displayName: z.string().nullable(),
  }),
]);

export type RecordEvent = z.infer<typeof event>;

/** What the runner wrote of a build, in its order; nothing where it wrote nothing. */
export function readRecord(file: string): readonly RecordEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => event.parse(JSON.parse(line)));
}

/** The events of one kind. */
export function eventsOf<Kind extends RecordEvent["event"]>(
  events: readonly RecordEvent[],
  kind: Kind,
): readonly Extract<RecordEvent, { event: Kind }>[] {
  return events.filter((it): it is Extract<RecordEvent, { event: Kind }> => it.event === kind);
}
