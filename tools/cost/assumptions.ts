import { z } from "zod";
import file from "./assumptions.json";

/** Name of a number that nobody can read from the stacks. */
export type AssumptionId = keyof typeof file;

/** What is taken for true of a month, by name. */
export type Assumptions = Readonly<Record<AssumptionId, number>>;

const schema = z.record(z.string(), z.strictObject({ value: z.number().nonnegative(), means: z.string().min(1) }));

const entries = Object.entries(schema.parse(file)) as [AssumptionId, { value: number; means: string }][];

/** In words, by name. */
export const MEANINGS = Object.fromEntries(entries.map(([id, { means }]) => [id, means])) as Readonly<
  Record<AssumptionId, string>
>;

/** Those of assumptions.json. */
export const ASSUMED = Object.fromEntries(entries.map(([id, { value }]) => [id, value])) as Assumptions;

/** What comes on top of every estimate, and why it is in none. */
export const NOT_COUNTED: readonly string[] = [
  "tax, support, and the free allowances of a new or of any account (dashboards, alarms, logs, traffic)",
  "traffic between zones, which is 0.01 for each GB and way",
  "calls of KMS, Secrets Manager, S3, SNS and Route 53 one by one: cents for a million or for ten thousand",
  "backups beyond the size of a database, and tasks that run besides others during a deployment",
];
