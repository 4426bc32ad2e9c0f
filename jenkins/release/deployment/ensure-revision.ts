import { setTimeout as sleep } from "node:timers/promises";
import { lastPart } from "../../../modules/aws/arn";
import { AwsFault } from "../aws/aws-fault";
import { describeRevision, listRevisions, type Revision, registerRevision } from "../aws/revisions";
import type { Context } from "../context";
import { differences } from "../task-definition/difference";
import { describedBy, type RegisterInput } from "../task-definition/render";

/** Newest revisions that are looked at for one that is the same: what a release that was killed has left is among them. */
const COMPARED_MAX = 10;

/** Attempts to register, where AWS throttles or an answer is lost. */
const REGISTER_ATTEMPTS = 5;
const REGISTER_WAIT_MS = 500;

/**
 * The active revision that is what `input` describes, registered where there is none. Whoever does this again, after having
 * been killed or after a lost answer, gets the same revision.
 */
export async function ensureRevision(context: Context, input: RegisterInput): Promise<Revision> {
  const { aws, output, lifetime } = context;
  for (let attempt = 1; ; attempt++) {
    const same = await lifetime.until(findSame(context, input));
    if (same) {
      output.terminal.done(`revision ${lastPart(same.arn)}`, "registered before");
      return same;
    }
    try {
      const revision = await registerRevision(aws, input);
      aws.changes.push(`registered ${lastPart(revision.arn)}`);
      output.terminal.done(`revision ${lastPart(revision.arn)}`, "registered");
      return revision;
    } catch (error) {
      const isPassing = error instanceof AwsFault && (error.isAmbiguous || error.isThrottling);
      if (!isPassing || attempt === REGISTER_ATTEMPTS) throw error;
      await lifetime.until(sleep(REGISTER_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)));
    }
  }
}

async function findSame({ aws }: Context, input: RegisterInput): Promise<Revision | undefined> {
  const newest = (await listRevisions(aws, input.family)).slice(0, COMPARED_MAX);
  const revisions = await Promise.all(newest.map((arn) => describeRevision(aws, arn)));
  const wanted = describedBy(input);
  return revisions.find((revision) => revision.isActive && differences(revision, wanted).length === 0);
}
