import { Failure } from "../../../tools/failure";
import { AwsFault } from "../aws/aws-fault";
import { EXIT } from "../exit-status";
import type { Output } from "../output";
import { type Check, type Finding, type Subject, unknown } from "./check";
import { checkImage } from "./image";
import { checkLogGroups } from "./log-groups";
import { checkRoles } from "./roles";
import { checkSecrets } from "./secrets";
import { checkSize } from "./size";
import { checkTargetGroups } from "./target-groups";

/** In the order in which they are told. */
const CHECKS: readonly (readonly [what: string, check: Check])[] = [
  ["image", checkImage],
  ["size", checkSize],
  ["roles", checkRoles],
  ["secrets", checkSecrets],
  ["log groups", checkLogGroups],
  ["target groups", checkTargetGroups],
];

/** Looks at everything that the next revision needs. Changes nothing. @throws AwsFault */
export async function verify(subject: Subject): Promise<readonly Finding[]> {
  const found = await Promise.all(CHECKS.map(([what, check]) => tolerant(what, check, subject)));
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
