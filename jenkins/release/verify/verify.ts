import { Failure } from "../../../tools/failure";
import { AwsFault } from "../aws/aws-fault";
import type { Context } from "../context";
import { deployerOf } from "../deployment/deployer-of";
import { EXIT } from "../exit-status";
import type { Output } from "../output";
import type { RegisterInput } from "../task-definition/render";
import { type Check, type Finding, type Subject, unknown } from "./check";
import { checkImage } from "./image";
import { checkLogGroups } from "./log-groups";
import { checkRoles } from "./roles";
import { checkSecrets } from "./secrets";
import { checkSize } from "./size";

type Checks = readonly (readonly [what: string, check: Check])[];

/** What a task needs beside an image. */
const OF_TASKS: Checks = [
  ["size", checkSize],
  ["roles", checkRoles],
  ["secrets", checkSecrets],
  ["log groups", checkLogGroups],
];

/** What every release needs, in the order in which it is told; after that, what the deployer needs. */
const CHECKS: Checks = [["image", checkImage], ...OF_TASKS];

/** What a release is made of. */
export interface Released extends Omit<Subject, "context"> {
  /** The task that runs its migrations. @default - it has none */
  readonly migration?: { readonly input: RegisterInput } | undefined;
}

/** Looks at everything that a release needs. Changes nothing. @throws AwsFault */
export async function verifyRelease(
  context: Context,
  { input, service, migration }: Released,
): Promise<readonly Finding[]> {
  const [own, ofMigrations = []] = await Promise.all([
    verify({ context, input, service }),
    migration && verifyTask({ context, input: migration.input, service }, OF_TASKS),
  ]);
  return [...own, ...ofMigrations.map((finding) => ({ ...finding, what: `migrations, ${finding.what}` }))];
}

/** Looks at everything that a revision needs in the service. @throws AwsFault */
export async function verify(subject: Subject): Promise<readonly Finding[]> {
  return verifyTask(subject, [...CHECKS, ...deployerOf(subject.context).checks]);
}

/** Looks at what a task needs that is run by itself. @throws AwsFault */
export async function verifyTask(subject: Subject, checks: Checks = CHECKS): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map(([what, check]) => tolerant(what, check, subject)));
  return found.flat();
}

/** Whoever releases need not be allowed to look at everything: ECS looks at it once more. */
async function tolerant(what: string, check: Check, subject: Subject): Promise<readonly Finding[]> {
  try {
    return await check(subject);
  } catch (error) {
    if (error instanceof AwsFault && /AccessDenied|UnauthorizedOperation/.test(error.code)) {
      return [unknown(what, `not checked: ${error.action} is not allowed`)];
    }
    throw error;
  }
}

/** Tells what was found. @throws Failure with status 2 that names all that is wrong */
export function requireGood({ terminal }: Output, findings: readonly Finding[]): void {
  for (const { what, state, detail } of findings) {
    if (state === "good") terminal.done(what, detail);
    if (state === "unknown") terminal.warn(`${what}: ${detail}`);
  }
  const faults = findings.filter(({ state }) => state === "wrong");
  if (faults.length === 0) return;
  const lines = faults.map(({ what, detail }) => `${what}: ${detail}`);
  throw new Failure(
    lines.length === 1 ? `${lines[0]}` : `${lines.length} faults:\n  ${lines.join("\n  ")}`,
    EXIT.usage,
  );
}
