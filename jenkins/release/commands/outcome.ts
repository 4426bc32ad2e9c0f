import type { Service } from "@aws-sdk/client-ecs";
import { lastPart } from "../../../modules/aws/arn";
import { primaryOf } from "../aws/services";
import { command } from "../command-text";
import type { Context } from "../context";
import type { Followed } from "../deployment/follow";
import { explainStoppedTasks } from "../deployment/reasons";
import { EXIT } from "../exit-status";
import { Unsuccessful } from "../unsuccessful";

/** What is said of a deployment that did not come to its end. */
export interface Attempt {
  /** What was tried: the beginning of a sentence, such as `the release of cart, tag 12-cart,`. */
  readonly what: string;
  /** ARN of the revision that was to serve. */
  readonly revision: string;
}

/** @throws Unsuccessful with the status that says what has become of the deployment */
export async function requireSuccess(context: Context, followed: Followed, { what, revision }: Attempt): Promise<void> {
  const { verdict, service, tasks, timeoutSeconds } = followed;
  if (verdict.state === "succeeded") return;
  const { aws, place } = context;
  const serves = lastPart(primaryOf(service)?.taskDefinition);
  const common = { service: place.service, revision: lastPart(revision), serves };
  switch (verdict.state) {
    case "superseded": {
      const by = lastPart(verdict.by);
      throw new Unsuccessful(
        `${what} was superseded: a deployment of ${by} has taken its place. ${statusHint(context)}`,
        EXIT.superseded,
        { outcome: "superseded", ...common, by },
      );
    }
    case "timed out":
    case "ongoing":
      throw new Unsuccessful(
        `${what} is not done after ${timeoutSeconds} s; the deployment goes on, and nothing was retired. ` +
          `${statusHint(context)}; run the same command again to follow it, or end it: ${command(context, "rollback")}`,
        EXIT.timedOut,
        { outcome: "timed out", ...common, ...(await explainStoppedTasks(aws, place, tasks)) },
      );
    default: {
      const { reasons, lastWords } = await explainStoppedTasks(aws, place, tasks);
      throw new Unsuccessful(
        [
          `${what} ${verdict.state === "rolled back" ? "was rolled back" : "failed"}: ${verdict.reason}`,
          servingLine(service, revision),
          reasons.length > 0 ? "why its tasks stopped:" : "no task of it has stopped; see the service's events above",
          ...reasons.map((reason) => `  ${reason}`),
          ...(lastWords.length > 0 ? ["what one of them logged last:"] : []),
          ...lastWords.map((line) => `  ${line}`),
        ].join("\n"),
        EXIT.failed,
        { outcome: verdict.state, ...common, reason: verdict.reason, reasons, lastWords },
      );
    }
  }
}

function servingLine(service: Service, revision: string): string {
  const primary = primaryOf(service);
  const { taskDefinition = "", runningCount = 0, desiredCount = 0 } = primary ?? {};
  const tasks = `${runningCount} of ${desiredCount} tasks`;
  if (taskDefinition === revision) return `the service is still set to ${lastPart(revision)} (${tasks} run)`;
  return `${lastPart(taskDefinition)} serves (${tasks} run); nothing was retired`;
}

function statusHint(context: Context): string {
  return `See how it goes: ${command(context, "status")}`;
}
