import type { Service, Task } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { revisionOf } from "../aws/services";
import { command } from "../command-text";
import type { Context } from "../context";
import { lastWords } from "../deployment/last-words";
import { reasonOf } from "../deployment/reasons";
import { EXIT } from "../exit-status";
import { Unsuccessful } from "../unsuccessful";

/** What was to be done by a task. */
export interface Purpose {
  /** The beginning of a sentence: `the migrations of employee`. */
  readonly what: string;
  readonly service: Service;
  readonly timeoutSeconds: number;
}

/** Whether the service's container has ended with 0. */
export function hasSucceeded({ names }: Context, { containers, lastStatus }: Task): boolean {
  const container = containers?.find(({ name }) => name === names.container);
  return lastStatus === "STOPPED" && container?.exitCode === 0;
}

/** @throws Unsuccessful with status 1 where the task has failed, with 5 where it has not ended */
export async function requireExit(context: Context, task: Task, purpose: Purpose): Promise<void> {
  if (hasSucceeded(context, task)) return;
  const { what, service, timeoutSeconds } = purpose;
  const { place, aws } = context;
  const name = lastPart(task.taskArn);
  const serves = lastPart(revisionOf(service));
  const common = { service: place.service, serves, task: name };
  if (task.lastStatus !== "STOPPED") {
    throw new Unsuccessful(
      `${what} did not end within ${timeoutSeconds} s: task ${name} goes on, and ${place.service} was left alone. ` +
        `Run the same command again to wait for it; ${command(context, "status")}`,
      EXIT.timedOut,
      { outcome: "timed out", ...common },
    );
  }
  const reasons = reasonOf(task);
  const said = await lastWords(aws, task);
  throw new Unsuccessful(
    [
      `${what} failed: ${reasons.join("; ") || "its container did not end with 0"}`,
      `${place.service} was left alone: ${serves} serves`,
      ...(said.length > 0 ? [`what task ${name} logged last:`] : []),
      ...said.map((line) => `  ${line}`),
    ].join("\n"),
    EXIT.failed,
    { outcome: "failed", ...common, reasons, lastWords: said },
  );
}
